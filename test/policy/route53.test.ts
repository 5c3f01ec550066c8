import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { route53Rules } from "../../policy/rules/route53.ts";
import { foreign, judge, messagesBy, unknownValue } from "../support/policy.ts";

const rule = "domain-alias-is-complete";
const remedy = "Alias records A and AAAA to the targetDomainName of the DomainName.";

const target = "d-1.execute-api.eu-west-1.amazonaws.com";
const domain = (domainName = "rooms.acme.io", name = "acme", targetDomainName = target) =>
  foreign("aws:apigatewayv2/domainName:DomainName", name, {
    domainName,
    domainNameConfiguration: { targetDomainName },
  });
const record = (type: string, inputs: object = {}, links = {}) =>
  foreign(
    "aws:route53/record:Record",
    `acme-${type.toLowerCase()}`,
    { type, name: "rooms.acme.io", ...inputs },
    links,
  );
const alias = { aliases: [{ name: target, zoneId: "Z1", evaluateTargetHealth: false }] };
const said = (resources: RecordedResource[]) => messagesBy(rule, resources);
const missing = (types: string) => [
  `DomainName "acme": has no alias record of type ${types}. ${remedy}`,
];

describe(rule, () => {
  it("knows the records of a domain by its name, however that is written", () => {
    const records = [record("A", alias), record("AAAA", alias)];
    assert.deepEqual(said([domain(), ...records]), []);
    assert.deepEqual(said([domain("Rooms.acme.io"), record("A", alias)]), missing("AAAA"));
    const full = { ...alias, name: "rooms.acme.io." };
    assert.deepEqual(said([domain(), record("AAAA", full)]), missing("A"));
  });

  it("knows the records of a domain by what they are computed from", () => {
    const own = domain();
    const relative = { name: "rooms", aliases: [{ name: unknownValue }] };
    const links = { aliases: [own] };
    assert.deepEqual(said([own, record("A", relative, links)]), missing("AAAA"));
    const named = record("A", { ...alias, name: unknownValue }, { name: [own] });
    assert.deepEqual(said([own, named]), missing("AAAA"));
  });

  it("asks for alias records in place of a CNAME", () => {
    assert.deepEqual(
      said([domain(), record("CNAME", { records: [target] })]),
      missing("A or AAAA"),
    );
  });

  it("finds a CNAME of the API", () => {
    const api = foreign("aws:apigatewayv2/api:Api", "api", {});
    const cname = record("CNAME", { records: [unknownValue] }, { records: [api] });
    assert.deepEqual(said([domain(), api, cname]), [
      `Record "acme-cname": leads to the API itself, which does not answer for the domain name. ${remedy}`,
    ]);
  });

  it("counts no records with addresses in place of an alias", () => {
    const records = ["A", "AAAA"].map((type) => record(type, { records: ["192.0.2.1"], ttl: 60 }));
    assert.deepEqual(said([domain(), ...records]), missing("A or AAAA"));
  });

  const toOther = `leads to another domain name's target. ${remedy}`;

  it("finds aliases of another domain name, in the stack or not", () => {
    const other = domain("chat.acme.io", "chat", "d-2.execute-api.eu-west-1.amazonaws.com");
    const linked = ["A", "AAAA"].map((type) =>
      record(type, { aliases: [{ name: unknownValue }] }, { aliases: [other] }),
    );
    const found = ["a", "aaaa"].map((type) => `Record "acme-${type}": ${toOther}`);
    assert.deepEqual(said([domain(), ...linked]), []);
    assert.deepEqual(
      said([domain(), other, ...linked]).filter((message) => message.startsWith("Record")),
      found,
    );
    const literal = ["A", "AAAA"].map((type) =>
      record(type, { aliases: [{ name: "d-2.execute-api.eu-west-1.amazonaws.com." }] }),
    );
    assert.deepEqual(said([domain(), ...literal]), found);
    const unknownTarget = domain("rooms.acme.io", "acme", unknownValue);
    assert.deepEqual(said([unknownTarget, ...literal]), []);
  });

  it("finds aliases of an API by a literal", () => {
    const aliases = [{ name: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com" }];
    const found = ["a", "aaaa"].map(
      (type) =>
        `Record "acme-${type}": leads to the API itself, which does not answer for the domain name. ${remedy}`,
    );
    for (const targetDomainName of [target, unknownValue]) {
      const own = domain("rooms.acme.io", "acme", targetDomainName);
      assert.deepEqual(said([own, record("A", { aliases }), record("AAAA", { aliases })]), found);
    }
  });

  describe("of an alias in the domain's own zone", () => {
    const api = foreign("aws:apigatewayv2/api:Api", "api", {});
    const ofBoth = (own: RecordedResource, name: string) =>
      ["A", "AAAA"].map((type) =>
        record(type, { aliases: [{ name, zoneId: "Z1" }] }, { aliases: [own, api] }),
      );
    const toApi = ["a", "aaaa"].map(
      (type) =>
        `Record "acme-${type}": leads to the API itself, which does not answer for the domain name. ${remedy}`,
    );

    it("finds one that leads to the API", () => {
      const host = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com";
      for (const name of [host, "a1b2c3d4e5"]) {
        assert.deepEqual(said([domain(), api, ...ofBoth(domain(), name)]), toApi);
      }
      const own = domain("rooms.acme.io", "acme", unknownValue);
      assert.deepEqual(said([own, api, ...ofBoth(own, host)]), toApi);
    });

    it("takes one that leads to the domain's target", () => {
      assert.deepEqual(said([domain(), api, ...ofBoth(domain(), `${target}.`)]), []);
    });

    it("does not decide while its name is not known", () => {
      assert.deepEqual(said([domain(), api, ...ofBoth(domain(), unknownValue)]), [
        'Not decided before the deployment, since not known yet: "aliases.0.name" of Record "acme-a".',
      ]);
    });
  });

  it("leaves alone a domain whose records are elsewhere, and another one in front of it", () => {
    assert.deepEqual(said([domain()]), []);
    assert.deepEqual(said([domain(), record("A", { ...alias, name: "www.acme.io" })]), []);
    const distribution = foreign("aws:cloudfront/distribution:Distribution", "cdn", {});
    const inFront = ["A", "AAAA"].map((type) =>
      record(type, { aliases: [{ name: unknownValue }] }, { aliases: [distribution] }),
    );
    assert.deepEqual(said([domain(), distribution, ...inFront]), []);
  });

  it("survives records of which nothing is known", () => {
    const own = domain(unknownValue);
    const unknown = { name: unknownValue, aliases: unknownValue, records: unknownValue };
    assert.deepEqual(said([own, record("A", unknown)]), []);
    assert.deepEqual(said([domain(), record("A", { name: 7, aliases: "x", records: null })]), []);
  });
});

describe(`${rule}: query logs`, () => {
  const zone = (inputs = {}) =>
    foreign("aws:route53/zone:Zone", "acme", { name: "acme.io", ...inputs });

  it("advises one for a public zone", () => {
    const own = zone();
    const log = foreign(
      "aws:route53/queryLog:QueryLog",
      "queries",
      { zoneId: unknownValue },
      { zoneId: [own] },
    );
    assert.deepEqual(said([own, log]), []);
    assert.deepEqual(judge([own], {}, route53Rules), [
      {
        rule,
        resource: "acme",
        message: 'Zone "acme": has no query log. Add an aws.route53.QueryLog.',
        advisory: true,
      },
    ]);
  });

  it("leaves alone a private zone", () => {
    assert.deepEqual(said([zone({ vpcs: [{ vpcId: "vpc-1" }] })]), []);
    assert.equal(said([zone({ vpcs: [] })]).length, 1);
  });
});
