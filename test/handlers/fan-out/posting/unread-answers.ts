import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** In a thread of its own: an HTTP server that holds its answer back until it is told not to. */
const source = `
  import { createServer } from "node:http";
  import { parentPort, workerData } from "node:worker_threads";
  const turn = new Int32Array(workerData);
  const server = createServer((request, response) => {
    parentPort.postMessage("requested");
    Atomics.wait(turn, 0, 0);
    response.writeHead(200, { "content-length": 0 });
    response.end(() => {
      Atomics.store(turn, 0, 2);
      Atomics.notify(turn, 0);
    });
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

/** A service that answers while the thread of the test does nothing, and so cannot read it. */
export class UnreadAnswers {
  readonly endpoint: string;
  /** A request has come. */
  readonly requested: Promise<unknown>;
  readonly #worker: Worker;
  readonly #turn: Int32Array;

  private constructor(worker: Worker, turn: Int32Array, port: number) {
    this.#worker = worker;
    this.#turn = turn;
    this.endpoint = `http://127.0.0.1:${port}/dev`;
    this.requested = once(worker, "message");
  }

  static async start(): Promise<UnreadAnswers> {
    const memory = new SharedArrayBuffer(4);
    const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    const worker = new Worker(url, { workerData: memory });
    const [port] = await once(worker, "message");
    // A test that fails does not close it.
    worker.unref();
    return new UnreadAnswers(worker, new Int32Array(memory), port);
  }

  /** Returns when the answer has been sent and so many milliseconds have passed. */
  answerWhileNothingRuns(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    Atomics.store(this.#turn, 0, 1);
    Atomics.notify(this.#turn, 0);
    Atomics.wait(this.#turn, 0, 1);
    // The network may take a moment; nothing wakes this one.
    Atomics.wait(this.#turn, 0, 2, Math.max(0, end - performance.now()));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
