/** The parts of API Gateway's WebSocket events that the handlers read (AWS's own types lack some). */

export interface AuthorizerEvent {
  methodArn: string;
  headers?: Record<string, string | undefined> | null;
  queryStringParameters?: Record<string, string | undefined> | null;
  requestContext: { connectionId: string; requestId: string };
}

export interface AuthorizerResult {
  principalId: string;
  policyDocument: {
    Version: "2012-10-17";
    Statement: { Action: "execute-api:Invoke"; Effect: "Allow" | "Deny"; Resource: string }[];
  };
  context?: Record<string, string>;
}

export interface RouteEvent<Context> {
  headers?: Record<string, string | undefined> | null;
  requestContext: {
    connectionId: string;
    requestId: string;
    /** Epoch milliseconds. */
    connectedAt: number;
    authorizer: Context;
    disconnectStatusCode?: number;
    disconnectReason?: string;
  };
}

export interface RouteResult {
  statusCode: number;
  headers?: Record<string, string>;
}
