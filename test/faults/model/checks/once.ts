import type { Check } from "../facts.ts";
import { deduplicationMs } from "../sends.ts";

/** What one user sends to a room under one `id` is queued once in five minutes. */
export const once: Check = ({ rooms }) =>
  [...rooms].flatMap(([room, log]) => {
    const withId = log.flatMap(({ meaning, message }) =>
      (meaning.kind === "message" || meaning.kind === "rejected") && meaning.id !== undefined
        ? [{ id: meaning.id, user: message.attributes["user"] ?? "", at: message.sentAt }]
        : [],
    );
    return [...Map.groupBy(withId, ({ id, user }) => `${id} of ${user}`)].flatMap(
      ([what, repeats]) =>
        repeats.slice(1).flatMap(({ at }, index) => {
          const passed = at - (repeats[index]?.at ?? 0);
          return passed < deduplicationMs
            ? [`The id ${what} was queued for ${room} again after ${passed / 1000} s.`]
            : [];
        }),
    );
  });
