import assert from "node:assert/strict";
import { recordRoomcast, recordStack } from "../support/program.ts";
import { type RecordedProgram, textsIn } from "../support/recorded-program.ts";

const nameType = "aws:apigatewayv2/domainName:DomainName";

describe("The program in another partition", () => {
  let program: RecordedProgram;

  before(async () => {
    program = await recordRoomcast("dev", {
      place: { partition: "aws-cn", region: "cn-north-1", accountId: "000000000000" },
    });
  });

  it("writes no ARN of another partition or region anywhere", () => {
    const texts = program.resources.flatMap(({ inputs }) => textsIn(inputs));
    const foreign = texts.filter((text) => text.includes("arn:aws:") || text.includes("eu-west-1"));
    assert.deepEqual(foreign, []);
    assert.ok(texts.some((text) => text.includes("arn:aws-cn:")));
  });

  it("calls SQS where it is", () => {
    const integration = program.inputs(
      "aws:apigatewayv2/integration:Integration",
      "roomcast-gateway-message-integration",
    );
    const queue = program.state("aws:sqs/queue:Queue", "roomcast-rooms-queue")["name"];
    assert.equal(
      integration["integrationUri"],
      `arn:aws-cn:apigateway:cn-north-1:sqs:path/000000000000/${queue}`,
    );
  });
});

describe("The program's custom domain", () => {
  it("is regional and takes TLS 1.2, mapped to the stage", async () => {
    const program = await recordStack("prod");
    assert.deepEqual(program.inputs(nameType, "roomcast-domain-name"), {
      domainName: "rooms.example.com",
      domainNameConfiguration: {
        certificateArn: program.find(
          "aws:acm/certificate:Certificate",
          "roomcast-domain-certificate",
        ).id,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
        ipAddressType: "dualstack",
      },
    });
    assert.deepEqual(
      program.inputs("aws:apigatewayv2/apiMapping:ApiMapping", "roomcast-domain-mapping"),
      {
        apiId: program.find("aws:apigatewayv2/api:Api", "roomcast-gateway-api").id,
        stage: "prod",
        domainName: "rooms.example.com",
      },
    );
  });

  it("has its certificate validated, and is found, in the zone", async () => {
    const program = await recordStack("prod");
    const records = program
      .ofType("aws:route53/record:Record")
      .map(({ inputs }) => [inputs["type"], inputs["name"], inputs["zoneId"]]);
    const [option] = program.state(
      "aws:acm/certificate:Certificate",
      "roomcast-domain-certificate",
    )["domainValidationOptions"];
    assert.deepEqual(records.sort(), [
      ["A", "rooms.example.com", "Z0123456789EXAMPLE"],
      ["AAAA", "rooms.example.com", "Z0123456789EXAMPLE"],
      ["CNAME", option.resourceRecordName, "Z0123456789EXAMPLE"],
    ]);
  });

  it("uses a certificate that there is", async () => {
    const certificateArn =
      "arn:aws:acm:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef";
    const program = await recordRoomcast("prod", { config: { certificateArn } });
    const { domainNameConfiguration } = program.inputs(nameType, "roomcast-domain-name");
    assert.equal(domainNameConfiguration.certificateArn, certificateArn);
    assert.deepEqual(program.ofType("aws:acm/certificate:Certificate"), []);
    assert.deepEqual(program.ofType("aws:acm/certificateValidation:CertificateValidation"), []);
    const records = program.ofType("aws:route53/record:Record").map(({ name }) => name);
    assert.deepEqual(records.sort(), ["roomcast-domain-alias-a", "roomcast-domain-alias-aaaa"]);
  });
});
