import type { GatewayOptions, GatewayServices } from "../options.ts";
import { errorAnswer } from "../refusal.ts";
import type { CallName, Calls, FromGateway, ToGateway } from "./messages.ts";

type Call = Extract<FromGateway, { type: "call" }>;

interface Answering {
  services: GatewayServices;
  fallback?: GatewayOptions["fallback"];
}

/** Carries out what the gateway's process asks. It is begun before this returns, so calls keep their order. */
export function answerCall(
  call: Call,
  answering: Answering,
  send: (answer: ToGateway) => void,
): void {
  const { id } = call;
  carryOut(call, answering).then(
    (value) => send({ type: "answer", id, value }),
    (error: Error) => send({ type: "failure", id, message: error.message }),
  );
}

async function carryOut(
  call: Call,
  { services, fallback }: Answering,
): Promise<Calls[CallName]["answer"]> {
  switch (call.name) {
    case "invoke": {
      const { arn, event } = call.ask;
      const lambda = services.functionByArn(arn);
      if (lambda === undefined) throw new Error(`there is no function ${arn}`);
      return lambda.invoke(event);
    }
    case "mayInvoke": {
      const { arn, sourceArn, roleArn } = call.ask;
      return services.mayInvoke(arn, sourceArn, roleArn);
    }
    case "authorizeManagement": {
      const { accessKeyId, resource } = call.ask;
      return services.authorizeManagement?.(accessKeyId, resource);
    }
    case "callService":
      return services.callService(call.ask);
    case "fallback":
      return fallback?.(call.ask.path) ?? errorAnswer(403);
  }
}
