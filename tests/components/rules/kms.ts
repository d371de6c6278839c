import { findingUnless, isTrue, type Rule } from "./rule.ts";

/** Rules on KMS. */
export const KMS_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-KMS5"],
    title: "The symmetric key has automatic rotation enabled",
    source: "cdk-nag, KMSBackingKeyRotationEnabled",
    appliesTo: ["aws:kms/key:Key"],
    check: ({ inputs }) => {
      const isSymmetric = (inputs.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
      return findingUnless(!isSymmetric || isTrue(inputs.enableKeyRotation), "is never rotated");
    },
    mutations: { "without rotation": { enableKeyRotation: undefined } },
  },
];
