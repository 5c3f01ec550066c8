import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "./internal/place.ts";
import { type Chart, type Line, layOut, type Row } from "./internal/widgets.ts";

/** The namespace of the metrics that fan-out writes itself, by the dimension `service`. */
export const metricsNamespace = "Roomcast";

export interface DashboardArgs {
  /** ARNs of all alarms; at most 100. */
  alarmArns: pulumi.Input<string>[];
  apiId: pulumi.Input<string>;
  stageName: pulumi.Input<string>;
  /** Names of the functions, by what they are called on the charts. */
  functionNames: Record<string, pulumi.Input<string>>;
  /** The function that reads the table's stream. */
  presenceFunctionName: pulumi.Input<string>;
  queueName: pulumi.Input<string>;
  deadLetterQueueName: pulumi.Input<string>;
  lanesQueueName: pulumi.Input<string>;
  lanesDeadLetterQueueName: pulumi.Input<string>;
  presenceFailureQueueName: pulumi.Input<string>;
  tableName: pulumi.Input<string>;
  /** The dimension `service` of fan-out's own metrics. */
  serviceName: string;
}

/** What a person looks at when paged: alarms first, then the way of a message, row by row. */
export class Dashboard extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:Dashboard", name, {}, opts);
    const rows = [
      clientsRow(args),
      fanOutRow(args),
      queueRow(args),
      functionsRow(args),
      presenceRow(args),
      tableRow(args),
    ];
    const dashboard = new aws.cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        // A stack's name may have a dot, a dashboard's must not.
        dashboardName: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`.replaceAll(".", "-"),
        dashboardBody: pulumi.jsonStringify({
          widgets: layOut(args.alarmArns, rows, placeOf(this).region),
        }),
      },
      { parent: this },
    );
    this.name = dashboard.dashboardName;
    this.registerOutputs({ name: this.name });
  }
}

function clientsRow({ apiId, stageName }: DashboardArgs): Row {
  const line = (name: string, statistic: string, label = name): Line => ({
    metric: ["AWS/ApiGateway", name, "ApiId", apiId, "Stage", stageName],
    statistic,
    label,
  });
  return {
    heading: "Clients",
    text: "Client errors are refused handshakes and frames; integration and execution errors are ours.",
    charts: [
      {
        title: "Connects and messages a minute",
        lines: [line("ConnectCount", "Sum"), line("MessageCount", "Sum")],
      },
      {
        title: "Errors a minute",
        lines: [
          line("ClientError", "Sum"),
          line("IntegrationError", "Sum"),
          line("ExecutionError", "Sum"),
        ],
      },
      {
        title: "Integration latency, ms",
        lines: [line("IntegrationLatency", "p50", "p50"), line("IntegrationLatency", "p99", "p99")],
      },
    ],
  };
}

function fanOutRow({ serviceName }: DashboardArgs): Row {
  const line = (name: string, statistic: string, label = name): Line => ({
    metric: [metricsNamespace, name, "service", serviceName],
    statistic,
    label,
  });
  return {
    heading: "Fan-out",
    text: "Gone: the client had left. Closed: it was let go. Failed: it is tried again.",
    charts: [
      {
        title: "Posts a minute",
        lines: ["Deliveries", "Gone", "Closed", "Failed"].map((name) => line(name, "Sum")),
      },
      {
        title: "From publish to the last post, ms",
        lines: [line("PublishToLastPost", "p50", "p50"), line("PublishToLastPost", "p99", "p99")],
      },
    ],
  };
}

function queueRow({
  queueName,
  deadLetterQueueName,
  lanesQueueName,
  lanesDeadLetterQueueName,
}: DashboardArgs): Row {
  return {
    heading: "Queues",
    text: "An age that grows means that fan-out fails or cannot keep up. A dead letter is a message that nobody got, or a lane of a large room did not get.",
    charts: [
      {
        title: "Messages",
        lines: [
          queueLine("ApproximateNumberOfMessagesVisible", queueName, "waiting"),
          queueLine("ApproximateNumberOfMessagesNotVisible", queueName, "in hand"),
          queueLine("ApproximateNumberOfMessagesVisible", lanesQueueName, "lanes waiting"),
          queueLine("ApproximateNumberOfMessagesNotVisible", lanesQueueName, "lanes in hand"),
        ],
      },
      {
        title: "Age of the oldest message, s",
        lines: [
          queueLine("ApproximateAgeOfOldestMessage", queueName, "age"),
          queueLine("ApproximateAgeOfOldestMessage", lanesQueueName, "lanes"),
        ],
      },
      {
        title: "Dead letters",
        lines: [
          queueLine("ApproximateNumberOfMessagesVisible", deadLetterQueueName, "dead letters"),
          queueLine("ApproximateNumberOfMessagesVisible", lanesDeadLetterQueueName, "lanes"),
        ],
      },
    ],
  };
}

function functionsRow({ functionNames }: DashboardArgs): Row {
  const chart = (title: string, metricName: string, statistic: string): Chart => ({
    title,
    lines: Object.entries(functionNames).map(([label, functionName]) => ({
      metric: ["AWS/Lambda", metricName, "FunctionName", functionName],
      statistic,
      label,
    })),
  });
  return {
    heading: "Functions",
    text: "The authorizer's errors include every token that it refused.",
    charts: [
      chart("Errors a minute", "Errors", "Sum"),
      chart("Throttles a minute", "Throttles", "Sum"),
      chart("Duration p99, ms", "Duration", "p99"),
      chart("Concurrency", "ConcurrentExecutions", "Maximum"),
    ],
  };
}

function presenceRow({ presenceFunctionName, presenceFailureQueueName }: DashboardArgs): Row {
  return {
    heading: "Presence",
    text: "Joins and leaves that rooms have not heard of yet, and those that were given up.",
    charts: [
      {
        title: "Iterator age, ms",
        lines: [
          {
            metric: ["AWS/Lambda", "IteratorAge", "FunctionName", presenceFunctionName],
            statistic: "Maximum",
            label: "age",
          },
        ],
      },
      {
        title: "Given up",
        lines: [
          queueLine("ApproximateNumberOfMessagesVisible", presenceFailureQueueName, "batches"),
        ],
      },
    ],
  };
}

function tableRow({ tableName }: DashboardArgs): Row {
  const line = (name: string, label: string): Line => ({
    metric: ["AWS/DynamoDB", name, "TableName", tableName],
    statistic: "Sum",
    label,
  });
  return {
    heading: "Table",
    text: "Throttles come from a cap in the stack's configuration, or from one room that is very busy.",
    charts: [
      {
        title: "Throttled requests a minute",
        lines: [line("ReadThrottleEvents", "reads"), line("WriteThrottleEvents", "writes")],
      },
      {
        title: "Consumed request units a minute",
        lines: [
          line("ConsumedReadCapacityUnits", "reads"),
          line("ConsumedWriteCapacityUnits", "writes"),
        ],
      },
    ],
  };
}

function queueLine(metricName: string, queueName: pulumi.Input<string>, label: string): Line {
  return {
    metric: ["AWS/SQS", metricName, "QueueName", queueName],
    statistic: "Maximum",
    label,
  };
}
