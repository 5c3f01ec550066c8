/** What a receipt handle says of itself: opaque to callers, readable to the queue. */
export interface Receipt {
  queueArn: string;
  messageId: string;
}

/** A receipt handle; `unique` makes each receive's handle a different one. */
export function encodeReceiptHandle(receipt: Receipt, unique: string): string {
  return Buffer.from(`${unique} ${receipt.queueArn} ${receipt.messageId}`).toString("base64");
}

/** Undefined for what is no receipt handle of any queue. */
export function decodeReceiptHandle(handle: string): Receipt | undefined {
  const [, queueArn, messageId, ...rest] = Buffer.from(handle, "base64").toString().split(" ");
  if (queueArn === undefined || messageId === undefined || rest.length > 0) return undefined;
  return { queueArn, messageId };
}
