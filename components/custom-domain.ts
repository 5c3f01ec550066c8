import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hostNamePattern, requirePattern } from "./internal/validate.ts";

export interface CustomDomainArgs {
  /** For instance `rooms.acme.io`. Changing it replaces certificate and domain. */
  domainName: string;
  /** The public Route 53 zone that holds the name. */
  hostedZoneId: pulumi.Input<string>;
  /**
   * An issued ACM certificate for the name in the API's own region. Left out: one is requested and
   * validated by DNS.
   */
  certificateArn?: pulumi.Input<string> | undefined;
  apiId: pulumi.Input<string>;
  stageName: pulumi.Input<string>;
}

/**
 * A regional domain name for a WebSocket API, with TLS 1.2 (the only policy that WebSocket APIs
 * take), mapped at its root, and reachable by IPv4 and IPv6.
 */
export class CustomDomain extends pulumi.ComponentResource {
  /** `wss://<domain name>` */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: CustomDomainArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:CustomDomain", name, {}, opts);
    requirePattern(
      `CustomDomain "${name}"`,
      "domainName",
      args.domainName,
      hostNamePattern,
      "Set a lower-case host name without a scheme, such as rooms.acme.io.",
    );
    const certificateArn = args.certificateArn ?? this.#createCertificate(name, args);
    const domain = new aws.apigatewayv2.DomainName(
      `${name}-name`,
      {
        domainName: args.domainName,
        domainNameConfiguration: {
          certificateArn,
          endpointType: "REGIONAL",
          securityPolicy: "TLS_1_2",
          ipAddressType: "dualstack",
        },
      },
      { parent: this },
    );
    new aws.apigatewayv2.ApiMapping(
      `${name}-mapping`,
      { apiId: args.apiId, stage: args.stageName, domainName: domain.id },
      { parent: this },
    );
    const target = domain.domainNameConfiguration;
    for (const type of ["A", "AAAA"]) {
      new aws.route53.Record(
        `${name}-alias-${type.toLowerCase()}`,
        {
          zoneId: args.hostedZoneId,
          name: args.domainName,
          type,
          aliases: [
            {
              name: target.targetDomainName,
              zoneId: target.hostedZoneId,
              evaluateTargetHealth: false,
            },
          ],
        },
        { parent: this },
      );
    }
    // Through the domain, so that the URL is known only when the domain exists.
    this.url = pulumi.interpolate`wss://${domain.domainName}`;
    this.registerOutputs({ url: this.url });
  }

  /** Resolves to the ARN only when the certificate has been issued. */
  #createCertificate(name: string, args: CustomDomainArgs): pulumi.Output<string> {
    const certificate = new aws.acm.Certificate(
      `${name}-certificate`,
      { domainName: args.domainName, validationMethod: "DNS" },
      { parent: this },
    );
    // One name, so one option: the record needs no apply to be created in.
    const option = certificate.domainValidationOptions.apply(
      ([first]) => first as NonNullable<typeof first>,
    );
    const record = new aws.route53.Record(
      `${name}-validation`,
      {
        zoneId: args.hostedZoneId,
        name: option.resourceRecordName,
        type: option.resourceRecordType,
        records: [option.resourceRecordValue],
        ttl: 300,
        // A certificate for the same name, of another stack perhaps, asks for the same record.
        allowOverwrite: true,
      },
      { parent: this },
    );
    const validation = new aws.acm.CertificateValidation(
      `${name}-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    return validation.certificateArn;
  }
}
