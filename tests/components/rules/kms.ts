import { isTrue, type Rule, unless } from "./rule.ts";

/** Rules on KMS. */
export const KMS_RULES: Rule[] = [
  {
    id: "AwsSolutions-KMS5",
    title: "A symmetric KMS key has automatic rotation enabled",
    source: "cdk-nag, KMSBackingKeyRotationEnabled",
    appliesTo: ["aws:kms/key:Key"],
    finds: ({ inputs }) => {
      const isSymmetric = (inputs.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
      return unless(!isSymmetric || isTrue(inputs.enableKeyRotation), "is never rotated");
    },
    broken: { "that stays the same": { enableKeyRotation: undefined } },
  },
];
