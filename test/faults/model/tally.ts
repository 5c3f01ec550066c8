import { factsOf } from "./facts.ts";
import { type FaultKind, faultKinds } from "./fault.ts";
import type { History } from "./history.ts";
import type { Outcome } from "./run.ts";
import { faultsOf, stepsOf } from "./schedule.ts";

/** What schedules amounted to, in numbers; as data, so that processes can hand it over. */
export interface Figures {
  schedules: number;
  /** Without faults. */
  steps: number;
  connections: number;
  /** Messages that came onto the queue, those about joining and leaving left out. */
  messages: number;
  /** Messages that connections heard, repeats included. */
  deliveries: number;
  /** That were served in lanes, for a part of their schedule at least. */
  largeRooms: number;
  laneTasks: number;
  /** Deliveries that were interrupted and left a cursor that was there in the end. */
  cursors: number;
  /** Of both queues. */
  deadLetters: number;
  /** Open connections that rightly never had a `welcome`. */
  welcomesMissing: number;
  violations: number;
  /** By kind: how many lay in wait, and how often they struck a call or event. */
  faults: Record<FaultKind, { planned: number; struck: number }>;
}

/** Nothing yet. */
export function noFigures(): Figures {
  const kinds = Object.keys(faultKinds) as FaultKind[];
  return {
    ...{ schedules: 0, steps: 0, connections: 0, messages: 0, deliveries: 0 },
    ...{ largeRooms: 0, laneTasks: 0, cursors: 0 },
    ...{ deadLetters: 0, welcomesMissing: 0, violations: 0 },
    faults: Object.fromEntries(
      kinds.map((kind) => [kind, { planned: 0, struck: 0 }]),
    ) as Figures["faults"],
  };
}

export function figuresOf({ schedule, history, violations }: Outcome): Figures {
  const figures = noFigures();
  figures.schedules = 1;
  figures.steps = stepsOf(schedule);
  figures.violations = violations.length;
  for (const { kind } of faultsOf(schedule)) figures.faults[kind].planned += 1;
  if (history !== undefined) addHistory(figures, history);
  return figures;
}

function addHistory(figures: Figures, history: History): void {
  const { connections, rooms, laneTasks } = factsOf(history);
  const log = [...rooms.values()].flat();
  figures.connections = connections.length;
  figures.messages = log.filter(({ meaning: { kind } }) => kind !== "changes").length;
  figures.deliveries = connections
    .flatMap(({ heard }) => heard)
    .filter(({ type }) => type === "message").length;
  figures.largeRooms = new Set(laneTasks.map(({ room }) => room)).size;
  figures.laneTasks = laneTasks.length;
  figures.cursors = history.cursors;
  figures.deadLetters = [...log, ...laneTasks].filter(({ isDead }) => isDead).length;
  figures.welcomesMissing = connections.filter(
    ({ endedAt, welcomeSeq }) => endedAt === Number.POSITIVE_INFINITY && welcomeSeq === undefined,
  ).length;
  for (const [kind, struck] of history.strikes) figures.faults[kind].struck += struck;
  // Nobody plans for it: tokens are short from the beginning.
  const expired = figures.faults["token-expires"];
  expired.planned = expired.struck;
}

export function sum(all: readonly Figures[]): Figures {
  const total = noFigures();
  for (const { faults, ...numbers } of all) {
    for (const [name, number] of Object.entries(numbers) as [keyof typeof numbers, number][]) {
      total[name] += number;
    }
    for (const [kind, { planned, struck }] of Object.entries(faults)) {
      total.faults[kind as FaultKind].planned += planned;
      total.faults[kind as FaultKind].struck += struck;
    }
  }
  return total;
}
