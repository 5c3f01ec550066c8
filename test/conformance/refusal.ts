import assert from "node:assert/strict";

/** How a service refuses a call: the error's name and the status. Fails where it does not. */
export async function refusalOf(call: Promise<unknown>): Promise<[name: string, status: number]> {
  try {
    await call;
  } catch (thrown) {
    const { name, $metadata } = thrown as Error & { $metadata?: { httpStatusCode?: number } };
    if ($metadata === undefined) throw thrown;
    return [name, $metadata.httpStatusCode ?? 0];
  }
  assert.fail("the call was not refused");
}
