import { once } from "node:events";
import { connect, type Socket } from "node:net";

export const CONTINUATION = 0;
export const TEXT = 1;
export const PING = 9;

export interface Frame {
  fin: boolean;
  opcode: number;
  payload: Buffer;
}

/** A frame as a client sends it, with a mask of zeros. */
export function clientFrame(opcode: number, text: string, { fin = true } = {}): Buffer {
  const payload = Buffer.from(text);
  const length = Buffer.alloc(payload.length < 126 ? 1 : 3);
  if (payload.length < 126) {
    length[0] = 0x80 | payload.length;
  } else {
    length[0] = 0x80 | 126;
    length.writeUInt16BE(payload.length, 1);
  }
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | opcode]),
    length,
    Buffer.alloc(4),
    payload,
  ]);
}

const open = new Set<Socket>();

/** For `afterEach`, before the gateway is closed: cuts off every client. */
export function endRawClients(): void {
  for (const socket of open) socket.destroy();
  open.clear();
}

/** A WebSocket client that sees bytes and frames, where a library shows messages. */
export class RawClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    open.add(socket);
    socket.on("error", () => {});
  }

  /** Connects, and waits for the upgrade. */
  static async connect(port: number, path = "/dev"): Promise<RawClient> {
    const client = new RawClient(connect(port, "127.0.0.1").setNoDelay());
    await client.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    let end = -1;
    while (end < 0) {
      await client.#read();
      end = client.#received.indexOf("\r\n\r\n");
    }
    client.#received = client.#received.subarray(end + 4);
    return client;
  }

  /** Writes one packet, and waits until it is out. */
  async write(bytes: Buffer | string): Promise<void> {
    await new Promise((resolve) => this.#socket.write(bytes, resolve));
  }

  /** The next frame of the server, which masks none. */
  async nextFrame(): Promise<Frame> {
    const [first = 0, short = 0] = await this.#take(2);
    let length = short;
    if (short === 126) length = (await this.#take(2)).readUInt16BE(0);
    if (short === 127) length = Number((await this.#take(8)).readBigUInt64BE(0));
    const payload = await this.#take(length);
    return { fin: first >= 0x80, opcode: first & 0x0f, payload };
  }

  async #take(size: number): Promise<Buffer> {
    while (this.#received.length < size) await this.#read();
    const taken = this.#received.subarray(0, size);
    this.#received = this.#received.subarray(size);
    return taken;
  }

  async #read(): Promise<void> {
    const chunk: Buffer | null = this.#socket.read();
    if (chunk !== null) this.#received = Buffer.concat([this.#received, chunk]);
    else await once(this.#socket, "readable");
  }
}
