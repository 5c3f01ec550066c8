import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import type { Context } from "aws-lambda";
import type { Log, LogEntry } from "./log.ts";

/**
 * The log of a Lambda function: a line of JSON for each entry, with the id of the invocation that
 * is in hand. Lambda's JSON format leaves such lines as they are, and goes by their level and time.
 *
 * What could bring contents into the log is closed off: no event is ever logged, of an error only
 * the name, and neither a variable nor sampling lowers the level. Lambda's own setting of the level
 * (`AWS_LAMBDA_LOG_LEVEL`) stays.
 */
export class FunctionLog implements Log {
  readonly #logger: Logger;

  /** @param service Which deployment it is, among those of an account. */
  constructor(service: string) {
    this.#logger = new Logger({
      serviceName: service,
      logLevel: "INFO",
      sampleRateValue: 0,
      logFormatter: new LineFormatter(),
    });
  }

  /** A handler during which, from its first line on, the lines carry its request id. */
  handler<Event, Result>(
    handle: (event: Event, context: Context) => Promise<Result>,
  ): (event: Event, context: Context) => Promise<Result> {
    // An execution environment has one invocation in hand at a time; where it has several (managed
    // instances), the library keeps a context for each.
    return (event, context) => {
      this.#logger.addContext(context);
      return handle(event, context);
    };
  }

  info({ event, ...details }: LogEntry): void {
    this.#logger.info(event, details);
  }

  warn({ event, ...details }: LogEntry): void {
    this.#logger.warn(event, details);
  }

  error({ event, ...details }: LogEntry): void {
    this.#logger.error(event, details);
  }
}

/** What every line has, then the details. The library's own choice is twice as long. */
class LineFormatter extends LogFormatter {
  override formatAttributes(line: UnformattedAttributes, details: LogAttributes): LogItem {
    return new LogItem({
      attributes: {
        level: line.logLevel,
        timestamp: this.formatTimestamp(line.timestamp),
        service: line.serviceName,
        requestId: line.lambdaContext?.awsRequestId,
        event: line.message,
        ...details,
      },
    });
  }

  override formatError({ name }: Error): LogAttributes {
    return { name };
  }
}
