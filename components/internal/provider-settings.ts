import { optional, parseList, parseMatch, parseText, required, type Setting } from "./setting.ts";

/** The settings of Pulumi's AWS provider that the program reads; it makes the provider itself. */
export const providerSettings = {
  region: {
    description: "the region that everything is created in",
    ...required("Set it, for instance eu-west-1."),
    parse: (text) => parseMatch(text, /^[a-z]{2}(-[a-z]+)+-\d+$/),
  },
  allowedAccountIds: {
    description: "the accounts that may be deployed to",
    ...required('Set a list of account numbers in quotes, for instance ["210987654321"].'),
    parse: (text) =>
      parseList(text, (value) => /^\d{12}$/.test(value), "an account number, 12 digits in quotes"),
  },
  profile: {
    description: "the profile of the AWS configuration files that has the credentials",
    ...optional<string>(undefined, "Set a profile's name, or leave it out."),
    parse: parseText,
  },
} as const satisfies Record<string, Setting<unknown>>;
