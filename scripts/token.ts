import { maxUserBytes, roomPattern } from "../handlers/protocol/index.ts";
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
  if (Buffer.byteLength(user) > maxUserBytes) {
    throw new CommandError(`--user is longer than ${maxUserBytes} bytes.`);
  }
  const granted = readRights(rights);
  const claim = Object.fromEntries(readPatterns(rooms).map((pattern) => [pattern, granted]));
  const identity = await laptopIdentity();
  console.log(await identity.token(user, claim));
});

function readPatterns(text: string): string[] {
  const patterns = text.split(",").map((pattern) => pattern.trim());
  const odd = patterns.find((pattern) => !roomPattern.test(pattern.replaceAll("*", "x")));
  if (odd !== undefined) {
    throw new CommandError(
      `--rooms has "${odd}"; a pattern has 1 to 100 characters of A-Z a-z 0-9 _ - . : and *.`,
    );
  }
  return patterns;
}

function readRights(text: string): string[] {
  const rights = text.split(",").map((right) => right.trim());
  const unknown = rights.find((right) => right !== "subscribe" && right !== "publish");
  if (unknown !== undefined) {
    throw new CommandError(`--rights has "${unknown}"; it takes subscribe, publish, or both.`);
  }
  return rights;
}
