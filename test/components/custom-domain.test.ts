import assert from "node:assert/strict";
import { CustomDomain, type CustomDomainArgs } from "../../components/custom-domain.ts";
import { recordComponent } from "../support/program.ts";
import { assertRefused } from "./fixtures.ts";

const nameType = "aws:apigatewayv2/domainName:DomainName";
const mappingType = "aws:apigatewayv2/apiMapping:ApiMapping";
const recordType = "aws:route53/record:Record";
const certificateType = "aws:acm/certificate:Certificate";
const validationType = "aws:acm/certificateValidation:CertificateValidation";

const domainName = "rooms.acme.io";
const create = (args: Partial<CustomDomainArgs> = {}) =>
  new CustomDomain("edge", {
    domainName,
    hostedZoneId: "Z1ACME",
    apiId: "abc123",
    stageName: "prod",
    ...args,
  });

describe("CustomDomain", () => {
  it("is a domain name with a certificate that is validated by DNS", async () => {
    const program = await recordComponent(() => create());
    assert.deepEqual(program.children("roomcast:index:CustomDomain", "edge"), [
      [certificateType, "edge-certificate"],
      [validationType, "edge-issued"],
      [mappingType, "edge-mapping"],
      [nameType, "edge-name"],
      [recordType, "edge-alias-a"],
      [recordType, "edge-alias-aaaa"],
      [recordType, "edge-validation"],
    ]);
  });

  it("is regional and takes TLS 1.2, with the certificate only when it is issued", async () => {
    const program = await recordComponent(() => create());
    const name = program.find(nameType, "edge-name");
    assert.deepEqual(name.inputs, {
      domainName,
      domainNameConfiguration: {
        certificateArn: program.find(certificateType, "edge-certificate").id,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
        ipAddressType: "dualstack",
      },
    });
    assert.deepEqual(program.dependenciesOf(name), ["edge-issued"]);
  });

  it("maps its root to the stage", async () => {
    const program = await recordComponent(() => create());
    assert.deepEqual(program.inputs(mappingType, "edge-mapping"), {
      apiId: "abc123",
      stage: "prod",
      domainName,
    });
    const mapping = program.find(mappingType, "edge-mapping");
    assert.deepEqual(program.dependenciesOf(mapping), ["edge-name"]);
  });

  for (const [type, name] of [
    ["A", "edge-alias-a"],
    ["AAAA", "edge-alias-aaaa"],
  ] as const) {
    it(`is found by an ${type} record`, async () => {
      const program = await recordComponent(() => create());
      const target = program.state(nameType, "edge-name")["domainNameConfiguration"];
      assert.deepEqual(program.inputs(recordType, name), {
        zoneId: "Z1ACME",
        name: domainName,
        type,
        aliases: [
          {
            name: target.targetDomainName,
            zoneId: target.hostedZoneId,
            evaluateTargetHealth: false,
          },
        ],
      });
    });
  }

  it("proves by a record in the zone that the name is its own", async () => {
    const program = await recordComponent(() => create());
    assert.deepEqual(program.inputs(certificateType, "edge-certificate"), {
      domainName,
      validationMethod: "DNS",
    });
    const certificate = program.state(certificateType, "edge-certificate");
    const [option] = certificate["domainValidationOptions"];
    assert.deepEqual(program.inputs(recordType, "edge-validation"), {
      zoneId: "Z1ACME",
      name: option.resourceRecordName,
      type: "CNAME",
      records: [option.resourceRecordValue],
      ttl: 300,
      allowOverwrite: true,
    });
    assert.deepEqual(program.inputs(validationType, "edge-issued"), {
      certificateArn: certificate["arn"],
      validationRecordFqdns: [program.state(recordType, "edge-validation")["fqdn"]],
    });
  });

  it("takes a certificate that there is, and requests none", async () => {
    const certificateArn = "arn:aws:acm:eu-west-1:000000000000:certificate/0a1b";
    const program = await recordComponent(() => create({ certificateArn }));
    assert.deepEqual(program.children("roomcast:index:CustomDomain", "edge"), [
      [mappingType, "edge-mapping"],
      [nameType, "edge-name"],
      [recordType, "edge-alias-a"],
      [recordType, "edge-alias-aaaa"],
    ]);
    const { domainNameConfiguration } = program.inputs(nameType, "edge-name");
    assert.equal(domainNameConfiguration.certificateArn, certificateArn);
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(() => create());
    const component = program.find("roomcast:index:CustomDomain", "edge");
    assert.deepEqual(component.outputs, { url: "wss://rooms.acme.io" });
  });

  it("registers the same resources when nothing is known yet", async () => {
    const known = await recordComponent(() => create());
    const previewed = await recordComponent(() => create(), { preview: true });
    assert.deepEqual(
      previewed.children("roomcast:index:CustomDomain", "edge"),
      known.children("roomcast:index:CustomDomain", "edge"),
    );
  });

  for (const odd of ["https://rooms.acme.io", "Rooms.acme.io", "rooms", "-a.acme.io", "a..io"]) {
    it(`refuses the name ${odd}`, () =>
      assertRefused(
        () => create({ domainName: odd }),
        `CustomDomain "edge": "domainName" must match /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$/, not "${odd}". Set a lower-case host name without a scheme, such as rooms.acme.io.`,
      ));
  }
});
