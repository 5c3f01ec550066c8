import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { accessKeyIdIn } from "./access-key-id.ts";
import type { Clock } from "./clock.ts";
import type { InjectFault, OutsideCall } from "./faults.ts";

/** A call that has come to the server of a service, and what the server can do with it. */
export interface ServedCall extends Omit<OutsideCall, "functionName"> {
  request: IncomingMessage;
  response: ServerResponse;
  /** Carries it out and answers it. */
  answer(): Promise<void> | void;
  /** Carries it out to its end, without an answer. */
  carryOut(): Promise<void> | void;
  /** Carries half of a batch out; only where there are batches. */
  answerPartly?(): Promise<void> | void;
  /** Answers as the service refuses, with an HTTP status and the type of AWS's error. */
  refuse(status: number, type: string): Promise<void> | void;
}

/** Answers a call, or does what goes wrong with it. */
export type ServeCall = (call: ServedCall) => Promise<void>;

/** What {@link ServedCall.refuse} says to a person. */
export const REFUSED_ON_PURPOSE = "The laptop was told to refuse this call.";

export interface FaultyCallsOptions {
  onCall: InjectFault;
  clock: Clock;
  /** The function whose calls are signed with this access key id; undefined for other callers. */
  functionByAccessKeyId(id: string): CallingFunction | undefined;
}

export interface CallingFunction {
  readonly name: string;
  /** Ends its processes that have an invocation in hand. */
  crash(): void;
}

/**
 * Plays the faults of the calls that functions make. An answer that is lost ends the connection, and a
 * call that hangs keeps it open; on a clock that is moved by hand time can pass meanwhile.
 */
export function faultyCalls({
  onCall,
  clock,
  functionByAccessKeyId,
}: FaultyCallsOptions): ServeCall {
  return async (call) => {
    const { request, response, service, action, connectionId } = call;
    const caller = functionByAccessKeyId(accessKeyIdIn(request.headers.authorization) ?? "");
    const about = { service, action, ...(connectionId !== undefined && { connectionId }) };
    const fault = caller && onCall({ functionName: caller.name, ...about });
    switch (fault?.kind) {
      case "refused":
        return await call.refuse(fault.status, fault.type);
      case "answer-lost":
        await call.carryOut();
        request.socket.destroy();
        return;
      case "hangs":
      case "stuck":
        if (fault.done) await call.carryOut();
        return await hang(request, response, clock);
      case "crash":
        if (fault.done) await call.carryOut();
        caller?.crash();
        request.socket.destroy();
        return;
      case "partly":
        return await (call.answerPartly === undefined ? call.answer() : call.answerPartly());
      default:
        return await call.answer();
    }
  };
}

/** Until the caller has given up. */
async function hang(
  { socket }: IncomingMessage,
  response: ServerResponse,
  { virtual }: Clock,
): Promise<void> {
  if (socket.remotePort === undefined || socket.destroyed) return;
  const release = virtual?.hold(socket.remotePort);
  await once(response, "close");
  release?.();
}
