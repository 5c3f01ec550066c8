import assert from "node:assert/strict";
import { readConfiguration } from "../../components/configuration.ts";
import { createProvider } from "../../components/provider.ts";
import { recordComponent } from "../support/program.ts";
import { assertFaults, configurationWith, type Overrides } from "./configuration-reading.ts";

const regionRemedy = "Set it, for instance eu-west-1.";
const accountsRemedy = 'Set a list of account numbers in quotes, for instance ["210987654321"].';
const profileRemedy = "Set a profile's name, or leave it out.";
const wrongForm = "does not have the right form";
const noAccount = "has an entry that is not an account number, 12 digits in quotes";

const recordProvider = async (config: Overrides) => {
  const program = await recordComponent(() => createProvider(readConfiguration()), { config });
  return program.inputs("pulumi:providers:aws", "roomcast-aws");
};

describe("The provider", () => {
  it("works in one region and the accounts on the list, and tags everything", async () => {
    const config = { "aws:allowedAccountIds": '["210987654321","111122223333"]', owner: "ops" };
    const inputs = await recordProvider(config);
    assert.equal(inputs["region"], "eu-west-1");
    assert.deepEqual(JSON.parse(inputs["allowedAccountIds"]), ["210987654321", "111122223333"]);
    assert.deepEqual(JSON.parse(inputs["defaultTags"]), {
      tags: { project: "roomcast", stack: "dev", owner: "ops" },
    });
    assert.equal(inputs["profile"], undefined);
  });

  it("takes its credentials from a profile where there is one", async () => {
    assert.equal((await recordProvider({ "aws:profile": "acme" }))["profile"], "acme");
  });
});

describe("The provider's settings", () => {
  it("are a region, accounts and perhaps a profile", async () => {
    const config = {
      "aws:region": "us-gov-west-1",
      "aws:allowedAccountIds": "210987654321",
      "aws:profile": "acme",
    };
    assert.deepEqual((await configurationWith(config)).provider, {
      region: "us-gov-west-1",
      allowedAccountIds: ["210987654321"],
      profile: "acme",
    });
  });

  it("are asked for", () =>
    assertFaults({ "aws:region": undefined, "aws:allowedAccountIds": undefined }, [
      `aws:region is missing. It is the region that everything is created in. ${regionRemedy}`,
      `aws:allowedAccountIds is missing. It is the accounts that may be deployed to. ${accountsRemedy}`,
    ]));

  const wrong: [key: string, text: string, fault: string, remedy: string][] = [
    ["region", "Ireland", wrongForm, regionRemedy],
    ["region", "", wrongForm, regionRemedy],
    ["allowedAccountIds", "[]", "must be a list that is not empty", accountsRemedy],
    ["allowedAccountIds", "[210987654321]", noAccount, accountsRemedy],
    ["allowedAccountIds", '["21098765432"]', noAccount, accountsRemedy],
    ["profile", "", "must be a text without spaces around it", profileRemedy],
  ];
  for (const [key, text, fault, remedy] of wrong) {
    it(`${key} is not ${JSON.stringify(text)}`, () =>
      assertFaults({ [`aws:${key}`]: text }, [`aws:${key} ${fault}. ${remedy}`]));
  }

  for (const key of ["defaultTags", "accessKey", "assumeRoles"]) {
    it(`have no ${key}: the default provider's settings would be silently without effect`, () =>
      assertFaults({ [`aws:${key}`]: "any" }, [
        `aws:${key} is not read: the program makes its own provider. Set the region by aws:region, credentials by aws:profile or the AWS_* variables, tags by roomcast:owner; all else belongs into components/provider.ts.`,
      ]));
  }
});
