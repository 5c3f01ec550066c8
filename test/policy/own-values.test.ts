import assert from "node:assert/strict";
import { judge } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

/** What a team sets before its first deployment. */
const own = {
  "aws:region": "eu-central-1",
  "aws:allowedAccountIds": '["444455556666"]',
  owner: "Team Chat",
  issuer: "https://login.acme.io/",
  audience: "chat",
  algorithms: "EdDSA",
  jwksUri: "https://login.acme.io/keys",
};
const pinned = {
  "provider-is-pinned": { regions: ["eu-central-1"], accounts: ["444455556666"] },
};

const variants: Record<string, Record<string, string | undefined>> = {
  "with a domain of its own": { domainName: "chat.acme.io", hostedZoneId: "Z0ACME" },
  "without a domain": { domainName: undefined, hostedZoneId: undefined },
  "with an issued certificate": {
    domainName: "chat.acme.io",
    hostedZoneId: "Z0ACME",
    certificateArn: "arn:aws:acm:eu-central-1:444455556666:certificate/0a1b",
  },
  "with a topic made for it": { alarmTopicArn: undefined },
  "with somebody else's log role": { accountLoggingRole: "existing" },
  "with keys in its configuration": {
    jwksUri: undefined,
    jwks: '{"keys":[{"kid":"2026-11","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}',
  },
};

describe("a stack with values of its own passes every policy", () => {
  for (const [title, config] of Object.entries(variants)) {
    it(title, async () => {
      const { resources } = await recordStack("prod", { config: { ...own, ...config } });
      assert.deepEqual(judge(resources, pinned), []);
    });
  }
});
