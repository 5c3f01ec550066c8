import { Agent, request } from "node:http";

/** A DynamoDB attribute value as JSON: `{ S: "x" }`, `{ N: "1" }` … */
export type AttributeMap = Record<string, Record<string, unknown>>;

/** A record as the engine's GetRecords returns it. */
export interface EngineRecord {
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  userIdentity?: { Type?: string; PrincipalId?: string };
  dynamodb: {
    Keys: AttributeMap;
    NewImage?: AttributeMap;
    OldImage?: AttributeMap;
    SequenceNumber: string;
    SizeBytes?: number;
  };
}

export interface Shard {
  ShardId: string;
  ParentShardId?: string;
}

interface Page {
  Records: EngineRecord[];
  /** Absent at the end of a closed shard. */
  NextShardIterator?: string;
}

/** Engines want a signature, but do not verify it. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, " +
  "SignedHeaders=host;x-amz-date;x-amz-target, Signature=00";

/**
 * The few calls of the DynamoDB Streams API (2012-08-10) that reading a stream needs. Rejects with
 * an error that has the service's error type as its `name`. Over `node:http` because polling is
 * its use: a call costs half the processor time of `fetch`.
 */
export class StreamApi {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async shards(streamArn: string): Promise<Shard[]> {
    const { StreamDescription } = await this.#call<{ StreamDescription: { Shards: Shard[] } }>(
      "DescribeStream",
      { StreamArn: streamArn },
    );
    return StreamDescription.Shards;
  }

  /** An iterator at the start of a shard, or after a record of it. */
  async iterator(streamArn: string, shardId: string, after?: string): Promise<string> {
    const position =
      after === undefined
        ? { ShardIteratorType: "TRIM_HORIZON" }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after };
    const { ShardIterator } = await this.#call<{ ShardIterator: string }>("GetShardIterator", {
      StreamArn: streamArn,
      ShardId: shardId,
      ...position,
    });
    return ShardIterator;
  }

  /** At most 1000 records or 1 MB. */
  records(iterator: string): Promise<Page> {
    return this.#call<Page>("GetRecords", { ShardIterator: iterator });
  }

  close(): void {
    this.#agent.destroy();
  }

  #call<T>(operation: string, input: object): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const body = JSON.stringify(input);
    const outgoing = request(
      this.#endpoint,
      {
        method: "POST",
        agent: this.#agent,
        headers: {
          authorization: AUTHORIZATION,
          "content-length": Buffer.byteLength(body),
          "content-type": "application/x-amz-json-1.0",
          "x-amz-date": "20260101T000000Z",
          "x-amz-target": `DynamoDBStreams_20120810.${operation}`,
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          try {
            const answer = JSON.parse(text);
            if (response.statusCode === 200) resolve(answer);
            else reject(serviceError(answer));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
    return promise;
  }
}

function serviceError(answer: { __type?: string; message?: string; Message?: string }): Error {
  const error = new Error(answer.message ?? answer.Message ?? "The engine refused the call.");
  error.name = answer.__type?.split("#").at(-1) ?? "UnknownError";
  return error;
}
