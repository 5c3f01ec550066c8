import { Duplex } from "node:stream";

type Done = (error?: Error | null) => void;

/** The two ends of a connection that leads through no network: what one writes the other reads, a tick later. */
export function socketPair(): [MemorySocket, MemorySocket] {
  const [one, other] = [new MemorySocket(), new MemorySocket()];
  one.connectTo(other);
  other.connectTo(one);
  return [one, other];
}

/**
 * One end. Destroying it ends the other, as when a process is gone; what the other still writes is
 * lost in silence.
 */
export class MemorySocket extends Duplex {
  /** What servers ask a socket for. */
  readonly localAddress = "127.0.0.1";
  readonly localPort = 443;
  readonly remoteAddress = "127.0.0.1";
  #peer: MemorySocket | undefined;
  /** Continues the other end's write once this one wants more. */
  #resume: Done | undefined;
  #ended = false;
  #isCut = false;

  connectTo(peer: MemorySocket): void {
    this.#peer = peer;
  }

  /** From now on nothing gets through, either way, and neither end learns of it. */
  cut(): void {
    const peer = this.#peer;
    this.#isCut = true;
    if (peer !== undefined && !peer.#isCut) peer.cut();
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    // Never within the write itself: no socket does so, and readers do not expect it.
    process.nextTick(() => (this.#isCut ? done() : this.#peer?.receive(chunk, done)));
  }

  /** What was written corked travels together. */
  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "utf8", done);
  }

  override _final(done: Done): void {
    process.nextTick(() => this.#peer?.noteEnd());
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    done(error);
    this.#resume?.();
    process.nextTick(() => this.#peer?.noteEnd());
  }

  receive(chunk: Buffer, done: Done): void {
    if (this.destroyed || this.#ended || this.push(chunk)) done();
    else this.#resume = done;
  }

  /** The other end writes no more. */
  noteEnd(): void {
    if (this.#ended || this.#isCut || this.destroyed) return;
    this.#ended = true;
    this.push(null);
    // So that the end is noticed although nobody reads, as `net.Socket` does.
    if (this.readableLength === 0) this.read(0);
  }
}
