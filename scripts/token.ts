import { CommandError, readOptions, runCommand } from "./lib/command.ts";
import { laptopIdentity } from "./lib/laptop-identity.ts";

/** Prints a token for the laptop's stack: `npm run -s token -- --user carol --rooms 'lobby,news-*'`. */
await runCommand(async () => {
  const { user, rooms, rights } = readOptions({
    user: { type: "string" },
    rooms: { type: "string" },
    rights: { type: "string", default: "subscribe,publish" },
  });
  if (!user || !rooms) {
    throw new CommandError(
      "--user and --rooms are needed, for instance --user carol --rooms 'lobby,news-*'.",
    );
  }
  const granted = readRights(rights);
  const claim = Object.fromEntries(rooms.split(",").map((pattern) => [pattern.trim(), granted]));
  const identity = await laptopIdentity();
  console.log(await identity.token(user, claim));
});

function readRights(text: string): string[] {
  const rights = text.split(",").map((right) => right.trim());
  const unknown = rights.find((right) => right !== "subscribe" && right !== "publish");
  if (unknown !== undefined) {
    throw new CommandError(`--rights has "${unknown}"; it takes subscribe, publish, or both.`);
  }
  return rights;
}
