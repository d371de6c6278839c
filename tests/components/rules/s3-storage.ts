import { computed } from "../../support/mocks.ts";
import {
  expects,
  findingUnless,
  isOneOf,
  ofType,
  type Rule,
  refersTo,
  resource,
  valueAt,
  withInputs,
  without,
} from "./rule.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";

/** A bucket with a setting of this type. */
const bucketWith = (type: string, inputs: object = {}) => [
  resource(BUCKET, "bucket"),
  resource(type, "setting", { bucket: computed("bucket").id, ...inputs }),
];

/** Reports a bucket for which no setting of the type is as it should be. */
function hasSetting(type: string, finding: string, isValid: (inputs: unknown) => boolean = () => true): Rule["check"] {
  return (bucket, program) =>
    findingUnless(
      ofType(program, type).some(({ inputs }) => refersTo(inputs.bucket, bucket) && isValid(inputs)),
      finding,
    );
}

const encryption = (sseAlgorithm: string) => ({ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }] });

/** Rules on how S3 keeps objects: encrypted, in versions, elsewhere, for how long. */
export const S3_STORAGE_RULES: Rule[] = [
  {
    ids: ["CKV_AWS_21"],
    title: "The bucket keeps versions",
    source: "checkov, S3BucketVersioning",
    appliesTo: [BUCKET],
    check: hasSetting(
      VERSIONING,
      "keeps no versions",
      (inputs) => valueAt(inputs, "versioningConfiguration.status") === "Enabled",
    ),
    mutations: {
      "without versions": without(VERSIONING),
      "whose versions are suspended": withInputs(VERSIONING, { versioningConfiguration: { status: "Suspended" } }),
    },
    example: bucketWith(VERSIONING, { versioningConfiguration: { status: "Enabled" } }),
  },
  {
    ids: ["CKV_AWS_144"],
    title: "The bucket is replicated to another region",
    source: "checkov, S3BucketReplicationConfiguration",
    appliesTo: [BUCKET],
    check: hasSetting(REPLICATION, "is not replicated"),
    mutations: { "without a replica": without(REPLICATION) },
    example: bucketWith(REPLICATION),
  },
  {
    ids: ["CKV_AWS_145"],
    title: "The bucket is encrypted with a KMS key by default",
    source: "checkov, S3KMSEncryptedByDefault",
    appliesTo: [BUCKET],
    check: hasSetting(ENCRYPTION, "is not encrypted with a KMS key", (inputs) =>
      isOneOf("aws:kms", "aws:kms:dsse")(valueAt(inputs, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm")),
    ),
    mutations: {
      "with S3's default": without(ENCRYPTION),
      "with S3's own keys": withInputs(ENCRYPTION, encryption("AES256")),
    },
    example: bucketWith(ENCRYPTION, encryption("aws:kms")),
  },
  {
    ids: ["CKV2_AWS_61"],
    title: "The bucket has a lifecycle configuration",
    source: "checkov, S3BucketLifecycle",
    appliesTo: [BUCKET],
    check: hasSetting(LIFECYCLE, "has no lifecycle"),
    mutations: { "without one": without(LIFECYCLE) },
    example: bucketWith(LIFECYCLE),
  },
  {
    ids: ["CKV2_AWS_62"],
    title: "The bucket has event notifications",
    source: "checkov, S3BucketEventNotifications",
    appliesTo: [BUCKET],
    check: hasSetting(NOTIFICATION, "has no notifications"),
    mutations: { "without notifications": without(NOTIFICATION) },
    example: bucketWith(NOTIFICATION),
  },
  {
    ids: ["CKV2_AWS_65"],
    title: "The bucket's access control lists are disabled",
    source: "checkov, AWSdisableS3ACL",
    appliesTo: [OWNERSHIP],
    check: expects("rule.objectOwnership", isOneOf("BucketOwnerEnforced")),
    mutations: { "with lists": { rule: { objectOwnership: "BucketOwnerPreferred" } } },
    example: [resource(OWNERSHIP, "ownership", { rule: { objectOwnership: "BucketOwnerEnforced" } })],
  },
];
