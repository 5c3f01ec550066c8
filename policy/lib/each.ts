import { Undecided } from "./observed.ts";

/**
 * Checks each item, numbered from 1. One that is not known yet keeps no other from being checked.
 *
 * @throws Undecided at the end, for the first item that was not known.
 */
export function* each<Item, Found>(
  items: readonly Item[],
  check: (item: Item, number: number) => Iterable<Found>,
): Iterable<Found> {
  let open: Undecided | undefined;
  for (let index = 0; index < items.length; index += 1) {
    try {
      yield* check(items[index] as Item, index + 1);
    } catch (error) {
      if (!(error instanceof Undecided)) {
        throw error;
      }
      open ??= error;
    }
  }
  if (open !== undefined) {
    throw open;
  }
}

/**
 * The first that passes. One that cannot be judged yet does not hide one that passes.
 *
 * @throws Undecided when none passes, but one of them might.
 */
export function search<Candidate>(
  candidates: Iterable<Candidate>,
  passes: (candidate: Candidate) => boolean,
): Candidate | undefined {
  let open: Undecided | undefined;
  for (const candidate of candidates) {
    try {
      if (passes(candidate)) {
        return candidate;
      }
    } catch (error) {
      if (!(error instanceof Undecided)) {
        throw error;
      }
      open ??= error;
    }
  }
  if (open !== undefined) {
    throw open;
  }
  return undefined;
}

/** Whether one passes, as {@link search} finds it. */
export function anyOf<Candidate>(
  candidates: Iterable<Candidate>,
  passes: (candidate: Candidate) => boolean,
): boolean {
  return search(candidates, passes) !== undefined;
}
