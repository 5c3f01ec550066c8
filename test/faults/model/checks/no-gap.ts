import type { Check } from "../facts.ts";

/**
 * From its `welcome` on a subscriber hears every message of its room, in an unbroken run: to the end
 * if it is still open, else to some message, for its close tells that there may be more. Dead letters
 * it may or may not have heard.
 */
export const noGap: Check = ({ connections, rooms }) =>
  connections.flatMap(({ name, plan, room, heard, welcomeSeq, lost, endedAt }) => {
    if (welcomeSeq === undefined || !plan.rights.subscribe) return [];
    const delivered = new Set(
      heard.flatMap((event) => (event.type === "message" ? [event.seq] : [])),
    );
    const due = (rooms.get(room) ?? []).filter(
      ({ seq, meaning }) => meaning.kind === "message" && seq > welcomeSeq,
    );
    const isOpen = endedAt === Number.POSITIVE_INFINITY;
    const last = isOpen ? due.length : due.findLastIndex(({ seq }) => delivered.has(seq));
    const missing = due
      .slice(0, Math.max(0, last))
      .filter(({ seq, isDead }) => !isDead && !lost.has(seq) && !delivered.has(seq));
    const [first] = missing;
    if (first === undefined) return [];
    const others = missing.length === 1 ? "" : `, and ${missing.length - 1} more`;
    const until = isOpen ? "and is still connected" : "and heard later ones";
    const what = first.message.body.slice(0, 80);
    return [`${name} never heard message ${first.seq} of ${room} (${what})${others}, ${until}.`];
  });
