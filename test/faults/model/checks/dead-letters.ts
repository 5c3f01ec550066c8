import type { Check } from "../facts.ts";

/** Only what nobody can read, and what faults kept back for long, ends in the dead-letter queue. */
export const deadLetters: Check = ({ rooms, laneTasks, history }) => {
  const hadFaults = history.strikes.size > 0;
  const deadTasks = laneTasks.filter(({ isDead }) => isDead && !hadFaults);
  const deadMessages = [...rooms.values()].flat().flatMap(({ seq, meaning, isDead, message }) => {
    if (meaning.kind === "unreadable" && !isDead) {
      return [`Message ${seq} of ${message.room} cannot be read, and is no dead letter.`];
    }
    return isDead && meaning.kind !== "unreadable" && !hadFaults
      ? [`Message ${seq} of ${message.room} is a dead letter, and nothing had gone wrong.`]
      : [];
  });
  return [
    ...deadMessages,
    ...deadTasks.map(
      ({ room, lane }) =>
        `A task of lane ${lane} of ${room} is a dead letter, and nothing had gone wrong.`,
    ),
  ];
};
