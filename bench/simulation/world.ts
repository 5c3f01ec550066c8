/** What the simulation takes for granted. Times are in milliseconds. */
export interface World {
  /** API Gateway's throttle of an account and region: 10 000 requests/s, burst 5 000 (L-8A5B8E43). */
  account: { requestsPerSecond: number; burst: number };
  /** Requests of everything else in the account, per second: publishing, connecting, other APIs. */
  othersPerSecond: number;
  /** How long a post takes: `least`, and exponentially more, so that the mean is 15. */
  post: { leastMs: number; meanMoreMs: number };
  /** The share of connections that never take anything: their buffers are full, each post gets 429. */
  stuckShare: number;
  /** CPU of an environment that a post takes, from the measured figures and Lambda's share of a core. */
  cpuPerPostMs: number;
  /** From a message's being available to the invocation, in a warm environment. */
  pollMs: { least: number; most: number };
  /** The share of invocations that begin with a new environment, and what that takes. */
  cold: { share: number; leastMs: number; mostMs: number };
  /** Reading one page of members. */
  page: { members: number; leastMs: number; mostMs: number };
  /** Enqueueing the lanes' tasks: a call of SendMessageBatch, for ten at most. */
  enqueueMs: { least: number; most: number };
  /** Invocations that the mapping begins with, and how many more it may have with each second. */
  mapping: { initial: number; morePerSecond: number; most: number };
  /** What an invocation has for posting, and when its records come again if that was not enough. */
  invocation: { budgetMs: number; backoffMs: number };
}

/**
 * A new account's quotas, and AWS as it is described. For what no document says (how fast a poller
 * sees a message, how many environments are cold) there are guesses on the careful side, and the
 * page about performance says which.
 */
export const defaultWorld: World = {
  account: { requestsPerSecond: 10_000, burst: 5_000 },
  othersPerSecond: 100,
  post: { leastMs: 8, meanMoreMs: 7 },
  stuckShare: 0.001,
  cpuPerPostMs: 0.3,
  pollMs: { least: 5, most: 60 },
  cold: { share: 0.25, leastMs: 300, mostMs: 500 },
  page: { members: 1000, leastMs: 10, mostMs: 30 },
  enqueueMs: { least: 10, most: 30 },
  // For FIFO queues AWS names no other limit than the number of active groups.
  mapping: { initial: 1000, morePerSecond: 0, most: 50 },
  invocation: { budgetMs: 22_000, backoffMs: 1_000 },
};
