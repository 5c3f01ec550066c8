import type { RuntimeFaults } from "../faults.ts";
import type { PolledQueue } from "../iam/polling.ts";
import { decodeReceiptHandle } from "../sqs/receipt-handles.ts";

/** The queue, but for deletions that are to be lost. */
export function losingDeletions(
  queue: PolledQueue,
  loseDeletion: RuntimeFaults["loseDeletion"],
): PolledQueue {
  if (loseDeletion === undefined) return queue;
  return {
    definition: queue.definition,
    onAvailable: (listener) => queue.onAvailable(listener),
    receiveNow: (request) => queue.receiveNow(request),
    delete(receiptHandle) {
      const { messageId = "" } = decodeReceiptHandle(receiptHandle) ?? {};
      if (!loseDeletion(messageId)) queue.delete(receiptHandle);
    },
  };
}
