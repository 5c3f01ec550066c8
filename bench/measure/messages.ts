/** By this the service finds the messages in a frame. */
export const marker = "roomcast-bench-";

/** Messages of exactly so many bytes of JSON, quotation marks included, all different. */
export function messagesOf(bytes: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const head = `${marker}${index}-`;
    return JSON.stringify(head + "x".repeat(bytes - head.length - 2));
  });
}
