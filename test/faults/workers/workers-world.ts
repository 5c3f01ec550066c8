import type { StoredMessage } from "../../../local/sqs/message.ts";
import type { ManualClock } from "../../support/manual-clock.ts";
import type {
  ConnectOptions,
  QueuedMessage,
  Refusal,
  Row,
  World,
  WorldClient,
  WorldFaults,
} from "../world.ts";
import { noFaults } from "./no-faults.ts";
import type { WorkersStack } from "./workers-stack.ts";
import { WorkersClient } from "./world-client.ts";

/**
 * A schedule's part of a {@link WorkersStack}: its rooms bear a prefix there, which nobody sees here. Users
 * do not, since their hash decides their lane. Time goes on from where the world before it has left it.
 */
export class WorkersWorld implements World {
  readonly time: ManualClock;
  readonly queued: QueuedMessage[] = [];
  readonly laneTasks: QueuedMessage[] = [];
  readonly #stack: WorkersStack;
  readonly #prefix: string;
  readonly #clients: WorkersClient[] = [];
  readonly #deadLetters = new Set<string>();
  readonly #observations: (() => void)[];
  #faults: WorldFaults = noFaults;

  constructor(stack: WorkersStack, prefix: string) {
    this.#stack = stack;
    this.#prefix = prefix;
    this.time = stack.virtual.clock;
    this.#observations = [
      stack.queue.onAccepted((message) => void this.queued.push(this.#seen(message))),
      stack.lanesQueue.onAccepted((message) => void this.laneTasks.push(this.#seen(message))),
    ];
  }

  get faults(): WorldFaults {
    return this.#faults;
  }

  set faults(faults: WorldFaults) {
    this.#faults = faults;
    this.#stack.setFaults(faults);
  }

  async connect(options: ConnectOptions): Promise<WorldClient | Refusal> {
    const { rights, tokenSeconds } = options;
    const room = this.#prefix + options.room;
    const granted = [
      ...(rights.subscribe ? ["subscribe"] : []),
      ...(rights.publish ? ["publish"] : []),
    ];
    const { virtual } = this.#stack;
    const token = await this.#inRealTime(
      virtual.token(options.user, { [room]: granted }, tokenSeconds),
    );
    const client = await WorkersClient.connect(`${virtual.url}?room_id=${room}`, {
      token,
      clock: this.time,
      read: (text) => this.#withoutPrefix(text),
    });
    if (client instanceof WorkersClient) this.#clients.push(client);
    return client;
  }

  publish(room: string, data: unknown, requestId: string): Promise<string> {
    return this.#inRealTime(this.#stack.operator.publish(this.#prefix + room, data, requestId));
  }

  async deadLetters(): Promise<ReadonlySet<string>> {
    for (const id of await this.#stack.operator.takeDeadLetters()) this.#deadLetters.add(id);
    return this.#deadLetters;
  }

  async rows(): Promise<Row[]> {
    const rows = await this.#stack.operator.rows(this.time.now());
    return rows.map(({ room, user, connectionId }) => ({
      room: this.#withoutPrefix(room),
      user,
      connectionId,
    }));
  }

  cursors(): Promise<number> {
    return this.#stack.operator.cursors();
  }

  openConnections(): ReadonlySet<string> {
    const open = new Set<string>();
    for (const event of this.#stack.virtual.events) {
      if (event.type === "connected") open.add(event.connectionId);
      if (event.type === "disconnected") open.delete(event.connectionId);
    }
    return open;
  }

  async close(): Promise<void> {
    for (const end of this.#observations) end();
    for (const client of this.#clients) client.vanish();
    await this.#stack.drain();
  }

  /** Work of this process's own, which time has to wait for. */
  async #inRealTime<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => true,
      () => true,
    );
    const leave = this.time.virtual.join({ name: "the test's own work", settle: () => settled });
    return await work.finally(leave);
  }

  #seen({
    messageId,
    groupId = "",
    sequenceNumber = "",
    ...message
  }: StoredMessage): QueuedMessage {
    return {
      messageId,
      room: this.#withoutPrefix(groupId),
      sequenceNumber,
      body: this.#withoutPrefix(message.body),
      attributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, { stringValue = "" }]) => [
          name,
          this.#withoutPrefix(stringValue),
        ]),
      ),
      sentAt: message.sentAt,
    };
  }

  #withoutPrefix(text: string): string {
    return text.replaceAll(this.#prefix, "");
  }
}
