import type { DynamoDbEngine } from "../../local/dynamodb/engine.ts";
import { type RunningStack, startRuntime } from "../../local/runtime.ts";
import { type SigningKey, signingKey } from "../handlers/authorization/issuer.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { roomcastProgram, roomcastToken } from "../support/roomcast-program.ts";
import { startTestEngine } from "../support/test-engine.ts";
import type { FixtureOutputs } from "./fixture/outputs.ts";
import { type MakeToken, Site } from "./site.ts";
import type { RoomcastOutputs } from "./target.ts";

export interface LaptopOptions {
  /** On a clock that stands still until a case moves it. Default false. */
  virtual?: boolean;
  /** Signs the tokens that Roomcast believes. Default a new one. */
  key?: SigningKey;
}

/** Both programs, played in this process; whoever starts them closes them. */
export class Laptop {
  readonly site: Site;
  readonly outputs: { roomcast: RoomcastOutputs; fixture: FixtureOutputs };
  readonly dynamoDbEndpoint: string;
  readonly #stacks: RunningStack[];
  readonly #engine: DynamoDbEngine;

  private constructor(
    engine: DynamoDbEngine,
    [roomcast, fixture]: [RunningStack, RunningStack],
    token: MakeToken,
    clock: ManualClock | undefined,
  ) {
    this.#engine = engine;
    this.#stacks = [roomcast, fixture];
    this.dynamoDbEndpoint = engine.endpoint;
    this.outputs = {
      roomcast: roomcast.outputs as RoomcastOutputs,
      fixture: fixture.outputs as FixtureOutputs,
    };
    this.site = new Site({
      place: "laptop",
      ...this.outputs,
      token,
      dynamoDbEndpoint: engine.endpoint,
      ...(clock && { clock }),
    });
  }

  /** One at a time: a program is recorded with the state of the SDK, which is global. */
  static async start(options: LaptopOptions = {}): Promise<Laptop> {
    const clock = options.virtual === true ? new ManualClock() : undefined;
    const key = options.key ?? (await signingKey("ES256", "conformance"));
    const engine = await startTestEngine();
    const stacks: RunningStack[] = [];
    try {
      const common = {
        dynamoDbEndpoint: engine.endpoint,
        emit: () => {},
        // Every look for expired items would be a stop on the way through hours.
        ...(clock && { clock, sweepInterval: 30_000 }),
      };
      const roomcast = await startRuntime({
        ...common,
        ...(await roomcastProgram({ keys: [key.jwk] })),
      });
      stacks.push(roomcast);
      const fixture = await startRuntime({ ...common, ...fixtureProgram, stack: "dev" });
      stacks.push(fixture);
      await Promise.all(stacks.map((stack) => stack.prewarm()));
      return new Laptop(engine, [roomcast, fixture], tokens(key, clock), clock);
    } catch (error) {
      for (const stack of stacks) await stack.close();
      await engine.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    // An engine that ends does not keep this process alive, which has to wait for it.
    const alive = setInterval(() => {}, 1000);
    this.site.close();
    for (const stack of this.#stacks) await stack.close();
    await this.#engine.close();
    clearInterval(alive);
  }
}

const fixtureProgram = {
  load: () => import("./fixture/index.ts"),
  project: "conformance-fixture",
  config: { "aws:region": "eu-west-1" },
};

/** Tokens as Roomcast's identity provider would make them. */
export function tokens(key: SigningKey, clock?: ManualClock): MakeToken {
  return (user, rooms, seconds) =>
    roomcastToken(key, { user, rooms, seconds, now: clock?.now() ?? Date.now() });
}
