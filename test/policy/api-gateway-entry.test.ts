import assert from "node:assert/strict";
import type { Properties } from "../../local/recording/resource.ts";
import { set } from "../support/mutations.ts";
import { changed, foreign, messagesBy, remediate, unknownValue } from "../support/policy.ts";
import { beforeDeployment, chat } from "./api-gateway-fixtures.ts";

const identify =
  "Set identitySources to route.request.header.NAME, or to a parameter that is no credential and among the rule's acceptedSources.";
const name = "Set sourceArn to <executionArn>/*/<routeKey> or <executionArn>/authorizers/<id>.";

describe("domain-uses-tls-1-2", () => {
  const rule = "domain-uses-tls-1-2";
  const domain = (domainNameConfiguration?: unknown) =>
    foreign("aws:apigatewayv2/domainName:DomainName", "domain", {
      domainName: "chat.example.com",
      ...(domainNameConfiguration === undefined ? {} : { domainNameConfiguration }),
    });
  const arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1";
  const remedy = "Set securityPolicy to TLS_1_2 and endpointType to REGIONAL.";

  it("finds each setting that is missing or of another kind", () => {
    for (const configuration of [undefined, null, "text", { endpointType: "EDGE" }]) {
      assert.deepEqual(messagesBy(rule, [domain(configuration)]), [
        `DomainName "domain": domainNameConfiguration.endpointType is not REGIONAL. ${remedy}`,
        `DomainName "domain": domainNameConfiguration.securityPolicy is not TLS_1_2. ${remedy}`,
      ]);
    }
  });

  /** What becomes of the settings, unless this rule leaves them as they are. */
  function repaired(configuration?: unknown): unknown {
    const { remediatedBy, args } = remediate(domain(configuration));
    return remediatedBy.includes(rule) ? args.props["domainNameConfiguration"] : undefined;
  }

  it("adds what is missing, once, and is content then", () => {
    const complete = {
      certificateArn: arn,
      endpointType: "REGIONAL",
      securityPolicy: "TLS_1_2",
    };
    assert.deepEqual({ ...(repaired({ certificateArn: arn }) as Properties) }, complete);
    assert.equal(repaired(complete), undefined);
    assert.deepEqual(messagesBy(rule, [domain(complete)]), []);
  });

  it("adds it beside what is not known yet", () => {
    const open = { certificateArn: unknownValue, endpointType: "REGIONAL" };
    const { securityPolicy } = repaired(open) as Properties;
    assert.equal(securityPolicy, "TLS_1_2");
  });

  it("leaves alone what somebody has decided, what is not known yet, and what is none", () => {
    for (const configuration of [
      { endpointType: "EDGE", securityPolicy: unknownValue },
      { endpointType: unknownValue, securityPolicy: "TLS_1_0" },
      unknownValue,
      undefined,
      null,
      "text",
    ]) {
      assert.equal(repaired(configuration), undefined);
    }
  });
});

describe("authorizer-has-identity-source", () => {
  const rule = "authorizer-has-identity-source";
  const messages = (identitySources: unknown, settings: Properties = {}) =>
    messagesBy(rule, set("guard", { identitySources })(chat()), settings);
  const nothing = `Authorizer "guard": identitySources has neither a header nor an accepted source. ${identify}`;
  const inUrl = `Authorizer "guard": identitySources has a query string parameter that is not accepted: URLs are kept in many logs. ${identify}`;

  it("takes a header together with others", () => {
    const sources = ["route.request.header.Sec-WebSocket-Protocol", "context.identity.sourceIp"];
    assert.deepEqual(messages(sources), []);
  });

  it("takes a text for a list of one", () => {
    assert.deepEqual(messages("route.request.header.Authorization"), []);
    assert.deepEqual(messages("route.request.querystring.token"), [inUrl]);
  });

  it("finds a token in the URL beside a header", () => {
    const sources = ["route.request.header.Authorization", "route.request.querystring.token"];
    assert.deepEqual(messages(sources), [inUrl]);
  });

  it("finds sources that name nothing of the handshake, or are no list", () => {
    for (const sources of [["$request.header.Auth"], ["context.stage"], null, "text", undefined]) {
      assert.deepEqual(messages(sources), [nothing]);
    }
  });

  it("takes what its settings accept", () => {
    const ticket = "route.request.querystring.ticket";
    assert.deepEqual(messages([ticket]), [inUrl]);
    assert.deepEqual(messages([ticket], { acceptedSources: [ticket] }), []);
  });

  it("waits for a source that is not known yet", () => {
    assert.deepEqual(messages([unknownValue]), [
      'Not decided before the deployment, since not known yet: "identitySources.0" of Authorizer "guard".',
    ]);
  });
});

describe("api-permission-names-its-source", () => {
  const rule = "api-permission-names-its-source";
  const messages = (properties: Properties) =>
    messagesBy(rule, set("may-connect", properties)(chat()));
  const api = "arn:aws:execute-api:eu-west-1:111122223333:chat-id";

  it("takes a route of a chosen stage, and a route key with slashes", () => {
    assert.deepEqual(messages({ sourceArn: `${api}/live/$connect` }), []);
    assert.deepEqual(messages({ sourceArn: `${api}/*/room/join` }), []);
  });

  it("finds whatever names more than one route or authorizer", () => {
    for (const within of ["", "/", "/*", "/*/*", "/*/room*", "/*/", "/authorizers/*"]) {
      assert.deepEqual(messages({ sourceArn: `${api}${within}` }), [
        `Permission "may-connect": sourceArn does not name one route or one authorizer. ${name}`,
      ]);
    }
  });

  it("finds whatever names more than one API", () => {
    for (const sourceArn of [
      "*",
      "text",
      5,
      "arn:aws:execute-api:*:111122223333:chat-id/*/$connect",
      "arn:aws:execute-api:eu-west-1::chat-id/*/$connect",
    ]) {
      assert.deepEqual(messages({ sourceArn }), [
        `Permission "may-connect": sourceArn does not name one API. ${name}`,
      ]);
    }
  });

  it("leaves other principals, and APIs outside the stack, alone", () => {
    assert.deepEqual(messages({ principal: "sns.amazonaws.com", sourceArn: "*" }), []);
    const outside = changed(chat(), "may-connect", (properties, { propertyDependencies }) => {
      properties["sourceArn"] = "arn:aws:execute-api:eu-west-1:111122223333:rest-id/*/GET/*";
      delete propertyDependencies["sourceArn"];
    });
    assert.deepEqual(messagesBy(rule, outside), []);
  });

  it("leaves a REST API alone, before it has an ARN and after", () => {
    const rest = foreign(
      "aws:apigateway/restApi:RestApi",
      "rest",
      {},
      {},
      {
        executionArn: "arn:aws:execute-api:eu-west-1:111122223333:rest",
      },
    );
    const permission = foreign(
      "aws:lambda/permission:Permission",
      "rest-permission",
      {
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: "arn:aws:execute-api:eu-west-1:111122223333:rest/*",
      },
      { sourceArn: [rest] },
    );
    assert.deepEqual(messagesBy(rule, [rest, permission]), []);
    assert.deepEqual(messagesBy(rule, beforeDeployment([rest, permission])), []);
  });

  it("finds an authorizer that calls another function", () => {
    const other = foreign("aws:lambda/function:Function", "other");
    const mutant = changed([...chat(), other], "may-authorize", (properties, resource) => {
      properties["function"] = "other";
      resource.propertyDependencies["function"] = [other.urn];
    });
    assert.deepEqual(messagesBy(rule, mutant), [
      `Permission "may-authorize": sourceArn names an authorizer that calls another function. ${name}`,
    ]);
  });
});
