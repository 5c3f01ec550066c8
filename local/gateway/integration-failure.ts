import type { Clock } from "../clock.ts";

/** What a client hears of a failed integration. */
const INTERNAL_SERVER_ERROR = "Internal server error";
const TIMED_OUT = "Endpoint request timed out";

/** An integration gave no usable answer. */
export class IntegrationFailure extends Error {
  /** What a handshake is answered with. */
  readonly status: number;
  /** What a frame to the client says. */
  readonly clientMessage: string;
  /** True when another part of the runtime has told a person of it already. */
  readonly reported: boolean;

  /** `reason` is for a person and must not hold the contents of a message. */
  constructor(
    reason: string,
    { status = 500, clientMessage = INTERNAL_SERVER_ERROR, reported = false } = {},
  ) {
    super(reason);
    this.name = "IntegrationFailure";
    this.status = status;
    this.clientMessage = clientMessage;
    this.reported = reported;
  }
}

/** Whatever was thrown, as a failure: a fault of a neighbour must not end the runtime. */
export function failureOf(thrown: unknown): IntegrationFailure {
  if (thrown instanceof IntegrationFailure) return thrown;
  return new IntegrationFailure(`the call failed: ${(thrown as Error).message}`);
}

/**
 * Waits for an integration as long as its timeout allows.
 *
 * @throws {IntegrationFailure} past the timeout (504 in a handshake), or when `work` rejects
 */
export function withinTimeout<T>(clock: Clock, milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(milliseconds, () => {
      const reason = `no answer within ${milliseconds} ms`;
      reject(new IntegrationFailure(reason, { status: 504, clientMessage: TIMED_OUT }));
    });
    work
      .finally(() => timer.cancel())
      .then(resolve, (thrown: unknown) => reject(failureOf(thrown)));
  });
}
