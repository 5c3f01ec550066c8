import { connect, type Room } from "../index.ts";
import { byId } from "./elements.ts";
import { LatencyChart } from "./latency.ts";
import { OwnMessages } from "./own-messages.ts";
import { RoomView } from "./room-view.ts";
import { askToken, readSettings, type Settings } from "./server.ts";

/** The page of `npm start`: one room, joined as anybody. */

const join = byId("join", HTMLFormElement);
const user = byId("user", HTMLInputElement);
const room = byId("room", HTMLInputElement);
const enter = byId("enter", HTMLButtonElement);
const compose = byId("compose", HTMLFormElement);
const text = byId("text", HTMLInputElement);
const send = byId("send", HTMLButtonElement);
const pulse = byId("pulse", HTMLButtonElement);
const pulseMs = 1000;

const chart = new LatencyChart(byId("chart", SVGGElement), byId("latency", HTMLElement));
let joined: { room: Room; own: OwnMessages } | undefined;
let pulses = 0;

const query = new URLSearchParams(location.search);
user.value = query.get("user") ?? `guest-${100 + Math.floor(Math.random() * 900)}`;
room.value = query.get("room") ?? "";
start().catch((error: unknown) => {
  byId("state", HTMLElement).textContent = `The page cannot start: ${String(error)}`;
});

async function start(): Promise<void> {
  const settings = await readSettings();
  room.value ||= settings.room;
  join.addEventListener("submit", (event) => {
    event.preventDefault();
    if (joined === undefined) enterRoom(settings);
    else joined.room.close();
  });
  compose.addEventListener("submit", (event) => {
    event.preventDefault();
    void joined?.own.send(text.value);
    text.value = "";
  });
  pulse.addEventListener("click", () => setPulse(pulse.ariaPressed !== "true"));
  // Until here the browser would send the form itself: to nowhere, and the page begins anew.
  enter.disabled = false;
  setInterval(() => {
    if (pulse.ariaPressed !== "true") return;
    pulses += 1;
    void joined?.own.send(`pulse ${pulses}`);
  }, pulseMs);
}

function enterRoom({ url }: Settings): void {
  const [userName, roomName] = [user.value, room.value];
  const entered = connect({
    url,
    room: roomName,
    token: () => askToken(userName, roomName),
    log: (entry) => console.debug(entry),
  });
  new RoomView(entered, roomName);
  joined = { room: entered, own: new OwnMessages(entered, byId("own", HTMLElement), chart) };
  showJoined(true);
  entered.on("closed", () => {
    joined = undefined;
    showJoined(false);
  });
  text.focus();
}

function showJoined(isJoined: boolean): void {
  enter.textContent = isJoined ? "Leave" : "Join";
  for (const control of [user, room]) control.disabled = isJoined;
  for (const control of [text, send, pulse]) control.disabled = !isJoined;
  if (!isJoined) setPulse(false);
}

function setPulse(isOn: boolean): void {
  pulse.ariaPressed = String(isOn);
}
