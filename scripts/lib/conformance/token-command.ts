import { execFile } from "node:child_process";
import type { MakeToken } from "../../../test/conformance/site.ts";
import { CommandError } from "../command.ts";

/** How long a token may take, in milliseconds. */
const patience = 30_000;

/**
 * Gets tokens from a shell command, which prints a JWT for `ROOMCAST_USER` that grants `ROOMCAST_ROOMS`
 * (JSON: a list of patterns, or rights by pattern) and expires in `ROOMCAST_SECONDS`, which may be
 * negative.
 */
export function tokensOf(command: string): MakeToken {
  return async (user, rooms, seconds) => {
    const env = {
      ...process.env,
      ROOMCAST_USER: user,
      ROOMCAST_ROOMS: JSON.stringify(rooms),
      ROOMCAST_SECONDS: String(seconds),
    };
    const token = (await run(command, env)).trim();
    if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return token;
    throw new CommandError("The token command printed something else than a JWT.");
  };
}

function run(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("sh", ["-c", command], { env, timeout: patience }, (error, output, complaint) => {
      if (error === null) {
        resolve(output);
        return;
      }
      const [line = ""] = complaint.trim().split("\n");
      reject(
        new CommandError(`The token command failed with ${error.code ?? "a signal"}: ${line}`),
      );
    });
  });
}
