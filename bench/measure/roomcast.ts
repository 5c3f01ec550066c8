import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../local/clock.ts";
import { queueMappingDefinition } from "../../local/event-sources/queue-mapping.ts";
import { QueuePoller } from "../../local/event-sources/queue-poller.ts";
import type { LambdaFunction } from "../../local/lambda/function.ts";
import type { Queue } from "../../local/sqs/queue.ts";
import { bundleFolder } from "../../scripts/bundle.ts";
import type { Contestant } from "./contestant.ts";
import type { Deployment } from "./deployment.ts";
import { Environments } from "./environments.ts";

export interface RoomcastOptions {
  tableName: string;
  /** Over what the program sets. */
  variables?: Record<string, string>;
  /**
   * Whether the pollers wait until a burst has been sent, so that fan-out is handed all of it at
   * once. False: they take what is there, so the first message comes alone. Default true.
   */
  inOneBatch?: boolean;
}

/** Milliseconds between two looks whether all is done. */
const lookMs = 2;

/**
 * This project's way: messages go to the rooms queue, and the pollers that the program declares hand
 * them, and the lanes' tasks where there are lanes, to the real bundle.
 */
export function roomcast(deployment: Deployment, options: RoomcastOptions): Contestant {
  const { tableName, variables = {}, inOneBatch = true } = options;
  const environments = new Environments({
    file: `${bundleFolder("fan-out")}/index.mjs`,
    variables: { ...deployment.fanOutVariables(tableName), ...variables },
    timeoutSeconds: deployment.fanOutTimeoutSeconds,
    memoryMegabytes: deployment.fanOutMemoryMegabytes,
  });
  const failures: string[] = [];
  const lambda: LambdaFunction = {
    name: "fan-out",
    arn: "arn:aws:lambda:eu-west-1:000000000000:function:fan-out",
    async invoke(event) {
      try {
        const { result } = await environments.invoke(event);
        return { ok: true, payload: result };
      } catch (error) {
        failures.push((error as Error).message);
        return { ok: false, errorType: "Error", errorMessage: (error as Error).message };
      }
    },
  };
  const queues = queuesOf(deployment);
  const rooms = roomsQueueOf(deployment);
  const start = () => {
    const pollers = pollersOf(deployment, lambda);
    for (const poller of pollers) poller.start();
    return pollers;
  };
  return {
    async broadcast(room, messages) {
      let pollers = inOneBatch ? [] : start();
      for (const body of messages) {
        rooms.send({ body, groupId: room, deduplicationId: randomUUID() });
      }
      if (inOneBatch) pollers = start();
      while (!queues.every(isEmpty) && failures.length === 0) {
        await sleep(lookMs);
      }
      await Promise.all(pollers.map((poller) => poller.close()));
      if (failures.length > 0) throw new Error(`Fan-out has failed: ${failures.join("; ")}`);
    },
    takeTotals: () => environments.takeTotals(),
    close: () => environments.close(),
  };
}

function pollersOf(deployment: Deployment, lambda: LambdaFunction): QueuePoller[] {
  const arns = new Map(queuesOf(deployment).map((queue) => [queue.definition.arn, queue]));
  return deployment.resources
    .filter(({ type }) => type === "aws:lambda/eventSourceMapping:EventSourceMapping")
    .flatMap((resource) => {
      const queue = arns.get(resource.inputs["eventSourceArn"]);
      if (queue === undefined) return [];
      return new QueuePoller({
        queue,
        function: lambda,
        functionTimeoutSeconds: deployment.fanOutTimeoutSeconds,
        mapping: queueMappingDefinition(resource),
        clock: systemClock,
        emit: () => {},
        region: deployment.queues.region,
      });
    });
}

/** Where backends publish: the queue that the stack names in its outputs. */
function roomsQueueOf(deployment: Deployment): Queue {
  const { inputs } = deployment.resource("aws:lambda/function:Function", "-fan-out-function");
  const queue = deployment.queues.queueByUrl(inputs["environment"].variables.QUEUE_URL);
  if (queue === undefined) throw new Error("There is no rooms queue.");
  return queue;
}

/** All but the dead-letter queues. */
function queuesOf(deployment: Deployment): Queue[] {
  return deployment.resources
    .filter(({ type, inputs }) => type === "aws:sqs/queue:Queue" && inputs["redrivePolicy"])
    .flatMap(({ state }) => deployment.queues.queueByUrl(state["url"]) ?? []);
}

function isEmpty({ counts }: Queue): boolean {
  return counts.visible + counts.delayed + counts.inFlight === 0;
}
