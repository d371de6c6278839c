import type { SecretArgs, SecretVersionArgs } from "@pulumi/aws/secretsmanager/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

export const secret = defineResource<Plain<SecretArgs>>({
  token: "aws:secretsmanager/secret:Secret",
  inputs: {
    description: {},
    kmsKeyId: {},
    name: { replaces: true, autoName: { maxLength: 512 } },
    recoveryWindowInDays: { default: 30 },
    tags: {},
  },
  outputs: ["arn"],
  identity: ["name"],

  async create(inputs, aws) {
    const { ARN: arn = "" } = await (await aws.secretsManager()).createSecret({
      Name: inputs.name,
      Description: inputs.description,
      KmsKeyId: inputs.kmsKeyId,
      Tags: tagList(inputs.tags),
    });
    return { id: arn, outputs: { arn } };
  },

  async read(id, aws) {
    const live = await (await aws.secretsManager()).describeSecret({ SecretId: id });
    if (live.DeletedDate) return undefined;
    return {
      inputs: { description: live.Description, kmsKeyId: live.KmsKeyId, name: live.Name, tags: tagMap(live.Tags) },
      outputs: { arn: id },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const secretsManager = await aws.secretsManager();
    if (changed("tags")) {
      const TagKeys = removedKeys(state.tags, inputs.tags);
      if (TagKeys.length > 0) await secretsManager.untagResource({ SecretId: id, TagKeys });
      await secretsManager.tagResource({ SecretId: id, Tags: tagList(inputs.tags) });
    }
    if (changed("description", "kmsKeyId")) {
      const { description = "", kmsKeyId } = inputs;
      await secretsManager.updateSecret({ SecretId: id, Description: description, KmsKeyId: kmsKeyId });
    }
  },

  async delete(id, aws, { recoveryWindowInDays }) {
    const window = Number(recoveryWindowInDays ?? 30);
    const when = window === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: window };
    await (await aws.secretsManager()).deleteSecret({ SecretId: id, ...when });
  },
});

const CURRENT = "AWSCURRENT";

export const secretVersion = defineResource<Plain<SecretVersionArgs>>({
  token: "aws:secretsmanager/secretVersion:SecretVersion",
  inputs: {
    secretId: { required: true, replaces: true },
    secretString: { required: true, replaces: true },
  },
  outputs: ["arn", "versionId"],
  secrets: ["secretString"],

  async create({ secretId, secretString }, aws) {
    const secretsManager = await aws.secretsManager();
    const { ARN: arn, VersionId: versionId } = await secretsManager.putSecretValue({
      SecretId: secretId,
      SecretString: secretString,
    });
    return { id: `${secretId}|${versionId}`, outputs: { arn, versionId } };
  },

  async read(id, aws) {
    const [SecretId = "", VersionId = ""] = id.split("|");
    const live = await (await aws.secretsManager()).getSecretValue({ SecretId, VersionId });
    return {
      inputs: { secretId: SecretId, secretString: live.SecretString },
      outputs: { arn: live.ARN, versionId: VersionId },
    };
  },

  // A version can't be deleted, but one without labels counts as deleted. The current one goes with its secret.
  async delete(id, aws) {
    const [SecretId = "", version = ""] = id.split("|");
    const secretsManager = await aws.secretsManager();
    const { VersionIdsToStages = {} } = await secretsManager.describeSecret({ SecretId });
    for (const VersionStage of VersionIdsToStages[version] ?? []) {
      if (VersionStage === CURRENT) continue;
      await secretsManager.updateSecretVersionStage({ SecretId, VersionStage, RemoveFromVersionId: version });
    }
  },
});
