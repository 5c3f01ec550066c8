import { type Check, factsOf, type Violation } from "../facts.ts";
import type { History } from "../history.ts";
import { acknowledged } from "./acknowledged.ts";
import { answered } from "./answered.ts";
import { authorised } from "./authorised.ts";
import { closed } from "./closed.ts";
import { contents } from "./contents.ts";
import { deadLetters } from "./dead-letters.ts";
import { lanes } from "./lanes.ts";
import { noGap } from "./no-gap.ts";
import { once } from "./once.ts";
import { oneOrder } from "./one-order.ts";
import { presence } from "./presence.ts";
import { rows } from "./rows.ts";
import { welcomed } from "./welcomed.ts";

/** By the name under which violations are told. */
export const checks: Readonly<Record<string, Check>> = {
  acknowledged,
  answered,
  "no gap": noGap,
  "one order": oneOrder,
  lanes,
  contents,
  once,
  authorised,
  welcomed,
  presence,
  rows,
  closed,
  "dead letters": deadLetters,
};

/** Everything that a history breaks. */
export function judge(history: History): Violation[] {
  const facts = factsOf(history);
  return Object.entries(checks).flatMap(([check, judgeOne]) =>
    judgeOne(facts).map((sentence) => ({ check, sentence })),
  );
}
