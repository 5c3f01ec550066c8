import type { Socket } from "../../client/index.ts";

/** A WebSocket whose other end is the test. */
export class FakeSocket implements Socket {
  readonly url: string;
  readonly offers: string[];
  protocol = "";
  /** What the client has sent, parsed. */
  readonly sent: Record<string, unknown>[] = [];
  /** The client has closed it. */
  isClosed = false;
  #answered = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.offers = protocols;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  /** The last that was sent, but pings. */
  get lastMessage(): Record<string, unknown> | undefined {
    return this.sent.findLast(({ action }) => action === "message");
  }

  get pings(): number {
    return this.sent.filter(({ action }) => action === "ping").length;
  }

  /** The handshake succeeds. */
  open(protocol = "roomcast.v1"): void {
    this.protocol = protocol;
    call(this.onopen, {});
  }

  /** A frame comes from the server, or any text. */
  say(frame: unknown): void {
    call(this.onmessage, { data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  /** Answers a ping, if there is one to be answered. */
  answerPing(): void {
    if (this.pings > this.#answered) {
      this.#answered = this.pings;
      this.say({ type: "pong", at: 1 });
    }
  }

  /** It ends from outside. */
  end(code = 1006): void {
    call(this.onerror, {});
    call(this.onclose, { code });
  }
}

function call(listener: ((event: never) => void) | null, event: unknown): void {
  (listener as ((event: unknown) => void) | null)?.(event);
}
