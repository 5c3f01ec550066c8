import assert from "node:assert/strict";
import type { Properties } from "../../local/recording/resource.ts";
import { set } from "../support/mutations.ts";
import { changed, messagesBy, unknownValue } from "../support/policy.ts";
import { chat, formatOf, requiredVariables } from "./api-gateway-fixtures.ts";

const writeFormat =
  "Write a JSON object of quoted variables, with requestId, connectionId, eventType, routeKey, status, and none that is not on the rule's list.";

describe("stage-has-access-log", () => {
  const messages = (destinationArn: unknown) => {
    const unlinked = set("live-stage", { accessLogSettings: undefined })(chat());
    const accessLogSettings = { destinationArn, format: formatOf(requiredVariables) };
    return messagesBy("stage-has-access-log", set("live-stage", { accessLogSettings })(unlinked));
  };

  it("leaves a log group outside the stack alone", () => {
    assert.deepEqual(messages("arn:aws:logs:eu-west-1:111122223333:log-group:others"), []);
  });

  it("finds a destination of another kind", () => {
    const stream = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-log";
    assert.deepEqual(messages(stream), [
      'Stage "live-stage": accessLogSettings.destinationArn names no log group. Set accessLogSettings.destinationArn to the ARN of a log group.',
    ]);
  });

  it("waits for an ARN that comes from elsewhere", () => {
    assert.deepEqual(messages(unknownValue), [
      'Not decided before the deployment, since not known yet: "accessLogSettings.destinationArn" of Stage "live-stage".',
    ]);
  });
});

describe("access-log-format-is-safe", () => {
  const rule = "access-log-format-is-safe";
  const messages = (text: unknown, settings: Properties = {}) => {
    const resources = changed(chat(), "live-stage", ({ accessLogSettings }) => {
      accessLogSettings.format = text;
    });
    return messagesBy(rule, resources, settings);
  };

  it("names what is wrong once, by its group, and never the variable", () => {
    const claims = ["authorizer.email", "authorizer.jti", "error.messageString", "identity.apiKey"];
    assert.deepEqual(
      messages(formatOf([...requiredVariables, ...claims, "secretOfAcme"])),
      [" of $context.authorizer", " of $context.error", " of $context.identity", ""].map(
        (group) =>
          `Stage "live-stage": accessLogSettings.format holds a variable${group} that is not on the rule's list. ${writeFormat}`,
      ),
    );
  });

  it("sees variables in braces and in the middle of a text", () => {
    const sneaky = `${formatOf(requiredVariables).slice(0, -1)},"note":"by \${context.authorizer.user}."}`;
    assert.equal(messages(sneaky).length, 1);
  });

  it("finds variables that are not of $context", () => {
    for (const variable of ["$stageVariables.key", `\${stageVariables.key}`, "$input.body"]) {
      const text = `${formatOf(requiredVariables).slice(0, -1)},"note":"${variable}"}`;
      assert.deepEqual(messages(text), [
        `Stage "live-stage": accessLogSettings.format holds a variable that is not of $context. ${writeFormat}`,
      ]);
    }
  });

  it("takes the principal, and what the settings allow", () => {
    assert.deepEqual(messages(formatOf([...requiredVariables, "authorizer.principalId"])), []);
    const text = formatOf([...requiredVariables, "authorizer.tenant"]);
    assert.deepEqual(
      messages(text, { variables: [...requiredVariables, "authorizer.tenant"] }),
      [],
    );
  });

  it("takes no list, nothing unquoted and no other type for JSON", () => {
    for (const text of ['["$context.requestId"]', '{"id":$context.requestId}', "null", 5, null]) {
      assert.deepEqual(messages(text), [
        `Stage "live-stage": accessLogSettings.format is not a JSON object. ${writeFormat}`,
      ]);
    }
  });

  it("waits for a format that is put together from others", () => {
    assert.deepEqual(messages(unknownValue), [
      'Not decided before the deployment, since not known yet: "accessLogSettings.format" of Stage "live-stage".',
    ]);
  });
});
