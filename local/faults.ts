/** A call that a function makes to another service, before it is carried out. */
export interface OutsideCall {
  /** The calling function's name, as events have it. */
  functionName: string;
  service: "dynamodb" | "sqs" | "execute-api";
  /** The API's action, for instance `Query`, `SendMessageBatch`, `PostToConnection`. */
  action: string;
  /** Of `execute-api`: the connection that it is about. */
  connectionId?: string;
  /** Of a read in a simulated table: whether it was asked to be consistent. */
  consistent?: boolean;
}

/** What goes wrong with a call. */
export type CallFault =
  /** The service refuses it, nothing is done: an HTTP status, and the type of AWS's error. */
  | { kind: "refused"; status: number; type: string }
  /** It is carried out, but its answer is lost: the connection is cut. */
  | { kind: "answer-lost" }
  /** It is never answered. `done`: whether it is carried out all the same. */
  | { kind: "hangs"; done: boolean }
  /**
   * As `hangs`, and the caller's own deadline does not end it either, so that the function runs into
   * its timeout. Played as `hangs` where the caller is a real client, which keeps its deadline.
   */
  | { kind: "stuck"; done: boolean }
  /** The calling function's process ends, before the call is carried out or right after. */
  | { kind: "crash"; done: boolean }
  /** A read that was not asked for consistently shows how things were this long ago, in milliseconds. */
  | { kind: "stale"; milliseconds: number }
  /**
   * Of a batch call to SQS: the first half of its entries is carried out, the others have failed, as the
   * answer says. Any other call goes well.
   */
  | { kind: "partly" };

/** Asked once for each call. Undefined: it goes well. */
export type InjectFault = (call: OutsideCall) => CallFault | undefined;

/** What a queue hands to a function at once. */
export interface QueueBatch {
  queueArn: string;
  /** The message groups of a FIFO queue, each once. */
  groups: readonly string[];
}

/** What goes wrong in a runtime, of its own accord never. What is left out goes well. */
export interface RuntimeFaults {
  /**
   * Asked once for each call of a function to DynamoDB, SQS or `@connections`, the SDK's own retries
   * included; never for calls of other callers. `stale` is not played: the call goes well.
   */
  onCall?: InjectFault;
  /** Whether the `$disconnect` of a connection is lost. */
  loseDisconnect?: (connectionId: string) => boolean;
  /**
   * Whether the deletion of a message that a function has handled is lost: it comes again when its
   * visibility timeout ends. Asked when the poller of an event source mapping deletes.
   */
  loseDeletion?: (messageId: string) => boolean;
  /**
   * Asked once for each batch of a table's stream: handed over later by so many milliseconds, with all
   * that comes after it, and so many times more, each after a pause of so many milliseconds (default none).
   */
  onStreamBatch?: () => { delay: number; repeats: number; pause?: number };
  /**
   * Asked once for each batch of a queue: handed over later by so many milliseconds. Its messages are in
   * flight meanwhile, so it must be less than their visibility timeout leaves to the function.
   */
  delayQueueBatch?: (batch: QueueBatch) => number;
}
