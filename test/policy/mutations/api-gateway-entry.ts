import { drop, edit, type Mutations, set, setOptions } from "../../support/mutations.ts";
import { unknownValue } from "../../support/policy.ts";

const authorizer = "roomcast-gateway-authorizer";
const permission = "roomcast-gateway-connect-permission";
const domain = "roomcast-domain-name";
const certificate = "roomcast-domain-certificate";
const validation = "roomcast-domain-validation";
const alias = "roomcast-domain-alias-a";

const identify =
  "Set identitySources to route.request.header.NAME, or to a parameter that is no credential and among the rule's acceptedSources.";
const name = "Set sourceArn to <executionArn>/*/<routeKey> or <executionArn>/authorizers/<id>.";
const renew = "Set validationMethod to DNS, and create a record for each domainValidationOptions.";
const leadThere = "Alias records A and AAAA to the targetDomainName of the DomainName.";

/** Of the ways into the API: its domain with the certificate, the authorizer, and who may call functions. */
export const entryMutations: Mutations = {
  "domain-uses-tls-1-2": [
    {
      finds: "a domain name with an old TLS",
      by: edit(domain, ({ domainNameConfiguration }) => {
        domainNameConfiguration.securityPolicy = "TLS_1_0";
      }),
      about: domain,
      says: "domainNameConfiguration.securityPolicy is not TLS_1_2. Set securityPolicy to TLS_1_2 and endpointType to REGIONAL.",
    },
  ],
  "authorizer-has-identity-source": [
    {
      finds: "an authorizer that asks for nothing",
      by: set(authorizer, { identitySources: [] }),
      about: authorizer,
      says: `identitySources has neither a header nor an accepted source. ${identify}`,
    },
    {
      finds: "a token in the query string",
      by: set(authorizer, { identitySources: ["route.request.querystring.token"] }),
      about: authorizer,
      says: `identitySources has a query string parameter that is not accepted: URLs are kept in many logs. ${identify}`,
    },
  ],
  "api-permission-names-its-source": [
    {
      finds: "a permission for any API",
      by: set(permission, { sourceArn: undefined }),
      about: permission,
      says: `sourceArn is not set, so that any API of any account may call the function. ${name}`,
    },
    {
      finds: "a permission for more than calls",
      by: set(permission, { action: "lambda:*" }),
      about: permission,
      says: "action is not lambda:InvokeFunction. Set it to that.",
    },
    {
      finds: "a permission for every route",
      by: edit(permission, (properties) => {
        properties["sourceArn"] = properties["sourceArn"].replace("$connect", "*");
      }),
      about: permission,
      says: `sourceArn does not name one route or one authorizer. ${name}`,
      isLate: true,
    },
    {
      finds: "a permission for every API",
      by: set(permission, {
        sourceArn: "arn:aws:execute-api:eu-west-1:000000000000:*/*/$connect",
      }),
      about: permission,
      says: `sourceArn does not name one API. ${name}`,
    },
  ],
  "certificate-renews-itself": [
    {
      finds: "a certificate that is validated by mail",
      by: set(certificate, { validationMethod: "EMAIL" }),
      about: certificate,
      says: `validationMethod is not DNS, so nothing renews it. ${renew}`,
    },
    {
      finds: "a certificate that is deleted before it is replaced",
      by: setOptions(certificate, { deleteBeforeReplace: true }),
      about: certificate,
      says: "is deleted before its replacement exists. Leave deleteBeforeReplace out: a certificate in use cannot be deleted.",
    },
    {
      finds: "a certificate for every name",
      by: set(certificate, { domainName: "*.example.com" }),
      about: certificate,
      says: "has a wildcard name. Name each host.",
    },
    {
      finds: "a certificate with a weak key",
      by: set(certificate, { keyAlgorithm: "RSA_1024" }),
      about: certificate,
      says: "keyAlgorithm is weaker than RSA with 2048 bits. Leave keyAlgorithm out, or set RSA_2048 or EC_prime256v1.",
    },
    {
      finds: "a record that does not make way",
      by: set(validation, { allowOverwrite: undefined }),
      about: validation,
      says: "allowOverwrite is not true. Set it: another certificate for the name asks for the same record.",
    },
    {
      finds: "a certificate without its record",
      by: drop(validation),
      about: certificate,
      says: `lacks a record for one of its domainValidationOptions. ${renew}`,
    },
  ],
  "domain-alias-is-complete": [
    {
      finds: "a domain without IPv6",
      by: drop("roomcast-domain-alias-aaaa"),
      about: domain,
      says: `has no alias record of type AAAA. ${leadThere}`,
    },
    {
      finds: "an alias that leads to the API",
      by: (resources) =>
        edit(alias, (properties, { propertyDependencies }) => {
          const zone = { zoneId: "Z1", evaluateTargetHealth: false };
          properties["aliases"] = [{ name: unknownValue, ...zone }];
          propertyDependencies["aliases"] = resources
            .filter(({ type }) => type === "aws:apigatewayv2/api:Api")
            .map(({ urn }) => urn);
        })(resources),
      about: alias,
      says: `leads to the API itself, which does not answer for the domain name. ${leadThere}`,
    },
  ],
};
