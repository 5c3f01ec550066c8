import type { Value } from "./values.ts";

/** A piece of a parsed template. */
export type Node =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "output";
      readonly reference: Reference;
      /** Backslashes directly before the `$`: two render as one, an odd one escapes the reference. */
      readonly backslashes: number;
    }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: Block }
  | {
      readonly kind: "foreach";
      readonly variable: string;
      readonly source: Expression;
      readonly body: Block;
    }
  | { readonly kind: "break" }
  | { readonly kind: "stop" };

export type Block = readonly Node[];

export interface Branch {
  readonly condition: Expression;
  readonly body: Block;
}

export interface Reference {
  readonly name: string;
  readonly steps: readonly Step[];
  /** As written: what `\$a` renders, and what `"text" + $undefined` appends. */
  readonly source: string;
  readonly line: number;
}

export type Step =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "method"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "index"; readonly argument: Expression };

export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "interpolation"; readonly body: Block }
  | { readonly kind: "reference"; readonly reference: Reference }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | {
      readonly kind: "range";
      readonly from: Expression;
      readonly to: Expression;
      readonly line: number;
    }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | {
      readonly kind: "logical";
      readonly operator: "&&" | "||";
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "comparison";
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";
