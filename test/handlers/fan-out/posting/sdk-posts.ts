import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Credentials } from "../../../../handlers/lib/fan-out/posting/signing-key.ts";

/** A request on its way out, whoever has made it. */
export interface SentRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** In hexadecimal digits. */
  body: string;
}

/** What the client hands from one of its steps to the next. */
interface Step {
  request: Omit<SentRequest, "body"> & { body: Uint8Array };
}

/** Headers in which the SDK tells of itself. */
const telemetry = /^amz-sdk-|^(x-amz-)?user-agent$/;

/** The posts that the SDK's own client makes and signs for an endpoint, without its telemetry. */
export class SdkPosts {
  readonly #client: ApiGatewayManagementApiClient;
  #credentials: Credentials = { accessKeyId: "", secretAccessKey: "" };
  #sent: Step["request"] | undefined;

  constructor(endpoint: string, region: string) {
    this.#client = new ApiGatewayManagementApiClient({
      endpoint,
      region,
      // Without an expiry it would keep the first.
      credentials: async () => ({ ...this.#credentials, expiration: new Date(0) }),
      maxAttempts: 1,
      requestHandler: {
        handle: async (request: Step["request"]) => {
          this.#sent = request;
          return { response: { statusCode: 200, headers: {} } as never };
        },
      },
    });
    const withoutTelemetry = (next: (step: Step) => Promise<unknown>) => (step: Step) => {
      const { headers } = step.request;
      for (const name of Object.keys(headers).filter((each) => telemetry.test(each))) {
        delete headers[name];
      }
      return next(step);
    };
    this.#client.middlewareStack.addRelativeTo(withoutTelemetry as never, {
      relation: "before",
      toMiddleware: "httpSigningMiddleware",
    });
  }

  /** @param time Epoch milliseconds. */
  async request(
    connectionId: string,
    data: Uint8Array,
    credentials: Credentials,
    time: number,
  ): Promise<SentRequest> {
    this.#credentials = credentials;
    this.#sent = undefined;
    const systemNow = Date.now;
    // The client takes no clock.
    Date.now = () => time;
    try {
      const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: data });
      await this.#client.send(command);
    } finally {
      Date.now = systemNow;
    }
    const { method, path, headers, body } = this.#sent ?? missing();
    return { method, path, headers, body: Buffer.from(body).toString("hex") };
  }
}

function missing(): never {
  throw new Error("The client has sent nothing.");
}
