import type { Closed, Gap, MembersChange, Message, Room, StateChange } from "../index.ts";
import { append, byId, element } from "./elements.ts";

const most = 500;

const closedTexts: Record<Closed["reason"], string> = {
  client: "You have left the room.",
  server: "The server has closed the room to you.",
  refused: "No connection came through: the server is not there, or refuses you.",
  no_token: "There is no token for you.",
};

/** Shows what a room tells: its messages, its members, and how the connection fares. */
export class RoomView {
  readonly #state = byId("state", HTMLElement);
  readonly #messages = byId("messages", HTMLElement);
  readonly #members = byId("members", HTMLElement);
  #wasOpen = false;

  constructor(room: Room, name: string) {
    this.#messages.replaceChildren();
    this.#members.replaceChildren();
    this.#show("connecting", `Connecting to ${name} …`);
    room.on("message", (message) => this.#message(message));
    room.on("members", (change) => this.#showMembers(change));
    room.on("state", (change) => this.#changed(change, name));
    room.on("gap", (gap) => this.#gap(gap));
    room.on("closing", ({ code, reason }) => this.#note(`The server closes: ${code} ${reason}.`));
    room.on("error", ({ code, message }) => this.#note(`Error ${code}: ${message}`));
    room.on("closed", (closed) => this.#closed(closed));
  }

  #message({ from, data, at, seq }: Message): void {
    const item = element("li", "message", "");
    item.dataset["seq"] = seq;
    const time = element("time", "", new Date(at).toLocaleTimeString());
    const text = typeof data === "string" ? data : JSON.stringify(data);
    item.append(
      element("span", "who", from ?? "a backend"),
      " ",
      element("span", "text", text),
      " ",
      time,
    );
    append(this.#messages, item, most);
  }

  #showMembers({ members, presence, truncated }: MembersChange): void {
    const items = [...members].map(([user, connections]) => {
      const item = element("li", "", user);
      if (connections > 1)
        item.append(" ", element("span", "detail", `${connections} connections`));
      return item;
    });
    if (!presence) items.push(element("li", "note", "Who else is here is not told."));
    else if (truncated) items.push(element("li", "note", "and others"));
    this.#members.replaceChildren(...items);
  }

  #changed({ state, retryInMs }: StateChange, name: string): void {
    if (state === "waiting") {
      const seconds = ((retryInMs ?? 0) / 1000).toFixed(1);
      this.#show(state, `No connection; next attempt in ${seconds} s`);
      if (this.#wasOpen) this.#note("The connection is lost.");
      this.#wasOpen = false;
    } else if (state === "open") {
      this.#show(state, `In ${name}`);
      this.#note(`In ${name}.`);
      this.#wasOpen = true;
    } else if (state === "connecting") {
      this.#show(state, "Connecting …");
    }
  }

  #gap({ reason, durationMs }: Gap): void {
    const seconds = (durationMs / 1000).toFixed(1);
    const text = `Messages may be missing here: nothing was heard for ${seconds} s (${reason}).`;
    append(this.#messages, element("li", "gap", text), most);
  }

  #closed(closed: Closed): void {
    const detail = closed.code === undefined ? "" : ` ${closed.code} ${closed.detail}.`;
    const text = closedTexts[closed.reason] + detail;
    this.#show("closed", text);
    this.#note(text);
  }

  #show(state: string, text: string): void {
    this.#state.dataset["state"] = state;
    this.#state.textContent = text;
  }

  #note(text: string): void {
    append(this.#messages, element("li", "note", text), most);
  }
}
