import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { type ChildStack, startChildStack } from "./lib/child-stack.ts";
import { bundleForBrowsers, compressedSize } from "./lib/client-bundle.ts";
import { readOptions, runCommand } from "./lib/command.ts";
import {
  bundleSizes,
  packStartTimes,
  recordingTimes,
  stackStartTimes,
} from "./lib/measurements.ts";
import { mocha } from "./lib/mocha.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const starts = 5;
const publishes = 100;
const recordings = 5;
const packStarts = 5;
const judgements = 3;

/** Prints every number that the project promises, measured here and now. `--skip-tests` leaves the slowest out. */
await runCommand(async () => {
  const { "skip-tests": skipTests } = readOptions({
    "skip-tests": { type: "boolean", default: false },
  });
  console.log("Medians, with the least and the most in brackets.\n");
  await measureBundles();
  print("recording the program", summary(recordingTimes(recordings)), "1000 ms");
  await measurePolicies();
  print(
    "from spawning npm start to the ready file",
    summary(await stackStartTimes(starts)),
    "1500 ms",
  );
  await measureDelivery();
  measureTwoHours();
  measureJoins();
  if (!skipTests) {
    measureTests();
  }
});

async function measureBundles(): Promise<void> {
  for (const [name, size] of Object.entries(await bundleSizes())) {
    print(
      `bundle of ${name}, minified`,
      `${Math.ceil(size / 1000)} KB`,
      name === "authorize" ? "80 KB" : "420 KB",
    );
  }
  const size = compressedSize(await bundleForBrowsers());
  print("the client, minified, with gzip -9", `${size} bytes`, "6000 bytes");
}

async function measurePolicies(): Promise<void> {
  const times = await packStartTimes(packStarts);
  print("start of the policy pack by Pulumi's runner", summary(times), "3000 ms");
  const runs = Array.from({ length: judgements }, () => {
    const startedAt = performance.now();
    execFileSync("npm", ["run", "-s", "policy"], { cwd: root, stdio: "ignore" });
    return performance.now() - startedAt;
  });
  print("npm run policy", summary(runs), "5000 ms");
}

/** One message at a time, from sending it to its arrival at another member. */
async function measureDelivery(): Promise<void> {
  const stack = await startChildStack();
  const alice = await join(stack, stack.ready.tokens["alice"] ?? "");
  const bob = await join(stack, stack.ready.tokens["bob"] ?? "");
  const times: number[] = [];
  for (let publish = 0; publish < publishes; publish++) {
    // The stack is to be idle in between, its pollers and connections as after a pause.
    await sleep(50);
    const sentAt = performance.now();
    alice.send(`message ${publish}`);
    await arrival(bob, `message ${publish}`);
    times.push(performance.now() - sentAt);
  }
  alice.close();
  bob.close();
  await stack.stop();
  print("from a publish to its delivery", summary(times), "20 ms");
}

async function join({ ready }: ChildStack, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${ready.url}?room_id=lobby`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  await arrival(socket, '"type":"welcome"');
  return socket;
}

async function arrival(socket: WebSocket, part: string): Promise<void> {
  for (;;) {
    const [text] = await once(socket, "message");
    if (String(text).includes(part)) {
      return;
    }
  }
}

/** As long as the test takes that lives through a connection of the greatest age. */
function measureTwoHours(): void {
  const test = ["test/local/runtime-time.test.ts", "--grep", "two hours", "--reporter", "json"];
  const output = execFileSync(process.execPath, [mocha, ...test], { cwd: root, encoding: "utf8" });
  const { passes }: { passes: { duration: number }[] } = JSON.parse(output);
  print("two hours of a connection", summary(passes.map(({ duration }) => duration)), "1000 ms");
}

/** As many as the test counts, in one process. */
function measureJoins(): void {
  const test = ["test/faults/in-process/joins.test.ts"];
  const output = execFileSync(process.execPath, [mocha, ...test], { cwd: root, encoding: "utf8" });
  const posts = /(\d+) posts of presence/.exec(output)?.[1] ?? "?";
  print("posts to a member, a thousand joins in 1 s", posts, "100");
}

function measureTests(): void {
  const startedAt = performance.now();
  const { status } = spawnSync("npm", ["test"], { cwd: root, stdio: "ignore" });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print("npm test", `${seconds} s${status === 0 ? "" : ", and it failed"}`, "180 s");
}

function summary(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const [least = 0, median = 0, most = 0] = [0, 0.5, 1].map(
    (share) => sorted[Math.round(share * (sorted.length - 1))],
  );
  const precise = (time: number) => (time < 100 ? time.toFixed(1) : time.toFixed(0));
  return `${precise(median)} ms (${precise(least)} to ${precise(most)}, ${times.length} times)`;
}

function print(what: string, measured: string, limit: string): void {
  console.log(`${what.padEnd(44)} ${measured.padEnd(40)} promised: under ${limit}`);
}
