import { computed } from "../../support/mocks.ts";
import { expects, findingUnless, isSet, ofType, type Rule, refersTo, resource, withInputs, without } from "./rule.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";

/** Rules on Secrets Manager. */
export const SECRETS_MANAGER_RULES: Rule[] = [
  {
    ids: ["CKV_AWS_149"],
    title: "The secret is encrypted with a customer managed key",
    source: "checkov, SecretManagerSecretEncrypted",
    appliesTo: [SECRET],
    check: expects("kmsKeyId", (key) => isSet(key) && !String(key).includes("aws/")),
    mutations: {
      "with the service's default key": { kmsKeyId: undefined },
      "with an AWS managed key": { kmsKeyId: "alias/aws/secretsmanager" },
    },
  },
  {
    ids: ["CKV2_AWS_57"],
    title: "The secret is rotated automatically",
    source: "checkov, SecretsAreRotated",
    appliesTo: [SECRET],
    check: (secret, program) =>
      findingUnless(
        ofType(program, ROTATION).some(({ inputs }) => refersTo(inputs.secretId, secret)),
        "is never rotated automatically",
      ),
    mutations: {
      "without rotation": without(ROTATION),
      "while another one is rotated": withInputs(ROTATION, { secretId: "other" }),
    },
    example: [resource(SECRET, "secret"), resource(ROTATION, "rotation", { secretId: computed("secret").id })],
  },
];
