import { systemClock } from "../../clock.ts";
import { renderTemplate } from "../../vtl/render.ts";
import { Gateway } from "../gateway.ts";
import { accountBuckets } from "../throttle.ts";
import type { FromGateway, ToGateway } from "./messages.ts";
import { RemoteServices } from "./remote-services.ts";

/** The gateway in a process of its own: run by gateway-process.ts, and ends with it. */

const send = (message: FromGateway) => void process.send?.(message);
const services = new RemoteServices(send);
let gateway: Gateway | undefined;

process.on("disconnect", () => process.exit());
// Ctrl-C reaches every process of the terminal; the runtime's ends this one, in order.
process.on("SIGINT", () => {});
process.on("message", (message: ToGateway) => {
  switch (message.type) {
    case "listen":
      void listen(message);
      return;
    case "replace":
      services.replaceFunctions(message.functions);
      gateway?.replace(message.definition);
      return;
    case "answer":
    case "failure":
      services.answered(message);
      return;
    case "close":
      void gateway?.close().then(() => process.disconnect());
  }
});

async function listen({ port, account, hasFallback }: Extract<ToGateway, { type: "listen" }>) {
  gateway = new Gateway({
    services,
    render: renderTemplate,
    clock: systemClock,
    emit: (event) => send({ type: "event", event }),
    account: accountBuckets(systemClock, account),
    ...(hasFallback && { fallback: (path: string) => services.fallback(path) }),
  });
  try {
    send({ type: "listening", ...(await gateway.listen(port)) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    send({ type: "refused", code, message });
  }
}
