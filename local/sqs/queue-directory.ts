import type { Queue } from "./queue.ts";

/** The queues of an account, by name, ARN and URL. */
export class QueueDirectory {
  readonly #byName = new Map<string, Queue>();

  add(queue: Queue): void {
    this.#byName.set(queue.definition.name, queue);
  }

  all(): Queue[] {
    return [...this.#byName.values()];
  }

  byName(name: string): Queue | undefined {
    return this.#byName.get(name);
  }

  byArn(arn: string): Queue | undefined {
    return this.all().find((queue) => queue.definition.arn === arn);
  }

  /** SQS goes by the path alone: the account and the name. */
  byUrl(url: string): Queue | undefined {
    const path = URL.canParse(url) ? new URL(url).pathname : url;
    return this.all().find((queue) => new URL(queue.definition.url).pathname === path);
  }
}
