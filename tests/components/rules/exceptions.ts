import { API_AND_WEBSITE_EXCEPTIONS } from "./exceptions/apis-and-website.ts";
import { ALL, type Exception, type NotApplicable } from "./exceptions/exception.ts";
import { PERMISSION_EXCEPTIONS } from "./exceptions/permissions.ts";
import { PROCESSING_EXCEPTIONS } from "./exceptions/processing.ts";
import { STORAGE_EXCEPTIONS } from "./exceptions/storage.ts";

/** The rules that the program breaks. docs/security.md has the same table. */
export const EXCEPTIONS: Exception[] = [
  ...API_AND_WEBSITE_EXCEPTIONS,
  ...PERMISSION_EXCEPTIONS,
  ...STORAGE_EXCEPTIONS,
  ...PROCESSING_EXCEPTIONS,
];

/** The rules that do not apply. docs/security.md has the same table. */
export const NOT_APPLICABLE: NotApplicable[] = [
  { rules: ["AwsSolutions-S5"], stages: ALL, reason: "CloudFront serves the website; no bucket does." },
  { rules: ["AwsSolutions-KMS5"], stages: ["dev"], reason: "dev has no customer managed key." },
  { rules: ["CKV2_AWS_31", "CKV2_AWS_77"], stages: ["dev"], reason: "dev has no web ACL." },
  {
    rules: ["CKV_AWS_35", "CKV_AWS_67", "CKV_AWS_252", "CKV2_AWS_10"],
    stages: ["dev"],
    reason: "dev has no audit trail.",
  },
  { rules: ["CKV_AWS_309"], stages: ALL, reason: "Both APIs are REST APIs." },
];
