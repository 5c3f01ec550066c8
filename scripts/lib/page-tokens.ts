import { maxUserBytes, roomPattern } from "../../handlers/protocol/index.ts";
import type { LaptopIdentity } from "./laptop-identity.ts";

/** Short, so that whoever leaves the page open sees a renewal. */
const lifetime = "15 minutes";

/** Gives anybody on this machine the token of anybody: it is the laptop's, and good for nothing else. */
export class PageTokens {
  readonly #identity: Pick<LaptopIdentity, "token">;

  constructor(identity: Pick<LaptopIdentity, "token">) {
    this.#identity = identity;
  }

  /** @param text `{"user":"alice","room":"lobby"}` */
  async answer(text: string): Promise<{ status: number; body: string }> {
    const { user, room } = parse(text);
    if (typeof user !== "string" || !isUser(user)) {
      return refusal(`A name has 1 to ${maxUserBytes} bytes, and no control characters.`);
    }
    if (typeof room !== "string" || !roomPattern.test(room)) {
      return refusal("A room has 1 to 100 characters of A-Z a-z 0-9 _ - . :");
    }
    const token = await this.#identity.token(user, [room], lifetime);
    return { status: 200, body: JSON.stringify({ token }) };
  }
}

function isUser(user: string): boolean {
  return user !== "" && Buffer.byteLength(user) <= maxUserBytes && !/\p{Cc}/u.test(user);
}

function parse(text: string): { user?: unknown; room?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function refusal(message: string): { status: number; body: string } {
  return { status: 400, body: JSON.stringify({ message }) };
}
