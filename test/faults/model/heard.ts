import {
  type AckFrame,
  type ClosingFrame,
  type ErrorFrame,
  type EventFrame,
  errors,
  type MembersFrame,
  type MessageFrame,
  type PongFrame,
  type PresenceFrame,
  type ServerFrame,
  type WelcomeFrame,
} from "../../../handlers/protocol/index.ts";
import type { ReceivedFrame } from "../world.ts";

/** API Gateway's own frame. */
export interface GatewayFrame {
  type?: undefined;
  message: string;
}

/** What a client hears, batches taken apart. */
export type Heard = (
  | MessageFrame
  | WelcomeFrame
  | MembersFrame
  | PresenceFrame
  | ErrorFrame
  | AckFrame
  | PongFrame
  | ClosingFrame
  | GatewayFrame
) & {
  /** Epoch milliseconds at which its frame came. */
  heardAt: number;
  /** Which of the connection's frames it was in. */
  frame: number;
};

/** Answers of the gateway to a frame, given on the spot. */
export type Answer = Extract<Heard, AckFrame | PongFrame | ErrorFrame | GatewayFrame>;

const codesOfGateway: readonly number[] = [errors.publishNotAllowed.code, errors.notQueued.code];

/** @throws SyntaxError for a frame that is not JSON: no frame of ours is not. */
export function hear(received: readonly ReceivedFrame[]): Heard[] {
  return received.flatMap(({ text, at }, frame) =>
    eventsOf(JSON.parse(text)).map((event) => ({ ...event, heardAt: at, frame })),
  );
}

function eventsOf(
  frame: ServerFrame | GatewayFrame,
): (Exclude<ServerFrame, { type: "batch" }> | GatewayFrame)[] {
  return frame.type === "batch" ? (frame.events as EventFrame[]) : [frame];
}

/** Whether it answers a frame on the spot, before the queue or instead of it. */
export function isAnswer(heard: Heard): heard is Answer {
  return (
    heard.type === undefined ||
    heard.type === "ack" ||
    heard.type === "pong" ||
    (heard.type === "error" && codesOfGateway.includes(heard.code))
  );
}

/** How many of these frames are answers. */
export function answersIn(received: readonly ReceivedFrame[]): number {
  return hear(received).filter(isAnswer).length;
}
