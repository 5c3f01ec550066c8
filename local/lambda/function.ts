/** What an invocation came to, as Lambda's Invoke API tells its callers. */
export type InvocationResult =
  | { ok: true; payload: unknown }
  | {
      ok: false;
      errorType: string;
      errorMessage: string;
      /** It was not invoked at all, for it runs as often as it may already. */
      throttled?: true;
    };

/** Whether Lambda has refused an invocation for its concurrency, with the function untouched. */
export function isThrottled(result: InvocationResult): boolean {
  return !result.ok && result.throttled === true;
}

/** A function as its callers (the gateway, the event source mappings) see it. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** Runs the handler with a JSON event. Never rejects: failures and timeouts are results. */
  invoke(event: unknown): Promise<InvocationResult>;
}
