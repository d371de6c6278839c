import type { KMS } from "@aws-sdk/client-kms";
import type { AliasArgs, KeyArgs } from "@pulumi/aws/kms/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags } from "../tags.ts";

export const key = defineResource<Plain<KeyArgs>>({
  token: "aws:kms/key:Key",
  inputs: {
    deletionWindowInDays: { default: 30 },
    description: {},
    enableKeyRotation: {},
    policy: { json: true, computed: true },
    tags: {},
  },
  outputs: ["arn", "keyId"],

  async create({ description, enableKeyRotation, policy, tags }, aws) {
    const kms = await aws.kms();
    const { KeyMetadata: live } = await kms.createKey({
      Description: description,
      Policy: policy,
      Tags: tagPairs(tags),
    });
    const KeyId = live?.KeyId ?? "";
    if (enableKeyRotation) await kms.enableKeyRotation({ KeyId });
    return { id: KeyId, outputs: { arn: live?.Arn, keyId: KeyId } };
  },

  async read(id, aws) {
    const kms = await aws.kms();
    const [{ KeyMetadata: live }, { Policy: policy }, { KeyRotationEnabled: enableKeyRotation }, { Tags: tags = [] }] =
      await Promise.all([
        kms.describeKey({ KeyId: id }),
        kms.getKeyPolicy({ KeyId: id }),
        kms.getKeyRotationStatus({ KeyId: id }),
        kms.listResourceTags({ KeyId: id }),
      ]);
    if (live?.KeyState === "PendingDeletion") return undefined;
    return {
      inputs: {
        description: live?.Description,
        enableKeyRotation,
        policy,
        tags: Object.fromEntries(tags.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])),
      },
      outputs: { arn: live?.Arn, keyId: id },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const kms = await aws.kms();
    if (changed("description")) await kms.updateKeyDescription({ KeyId: id, Description: inputs.description ?? "" });
    if (changed("enableKeyRotation")) await setRotation(kms, id, inputs.enableKeyRotation);
    if (changed("policy")) await kms.putKeyPolicy({ KeyId: id, Policy: inputs.policy });
    if (changed("tags")) {
      const TagKeys = removedKeys(state.tags, inputs.tags);
      if (TagKeys.length > 0) await kms.untagResource({ KeyId: id, TagKeys });
      await kms.tagResource({ KeyId: id, Tags: tagPairs(inputs.tags) });
    }
  },

  async delete(id, aws, { deletionWindowInDays: PendingWindowInDays }) {
    await (await aws.kms()).scheduleKeyDeletion({ KeyId: id, PendingWindowInDays });
  },
});

async function setRotation(kms: KMS, KeyId: string, enabled = false): Promise<void> {
  if (enabled) await kms.enableKeyRotation({ KeyId });
  else await kms.disableKeyRotation({ KeyId });
}

function tagPairs(tags: Tags | undefined) {
  return Object.entries(tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

export const alias = defineResource<Plain<AliasArgs>>({
  token: "aws:kms/alias:Alias",
  inputs: { name: { required: true, replaces: true }, targetKeyId: { required: true } },
  outputs: ["arn", "targetKeyArn"],
  identity: ["name"],

  async create({ name = "", targetKeyId }, aws) {
    await (await aws.kms()).createAlias({ AliasName: name, TargetKeyId: targetKeyId });
    return { id: name, outputs: outputs(name, targetKeyId, aws) };
  },

  async read(id, aws) {
    const { Aliases = [] } = await (await aws.kms()).listAliases();
    const targetKeyId = Aliases.find(({ AliasName }) => AliasName === id)?.TargetKeyId;
    if (!targetKeyId) return undefined;
    return { inputs: { name: id, targetKeyId }, outputs: outputs(id, targetKeyId, aws) };
  },

  async update(id, { targetKeyId }, aws) {
    await (await aws.kms()).updateAlias({ AliasName: id, TargetKeyId: targetKeyId });
    return outputs(id, targetKeyId, aws);
  },

  async delete(id, aws) {
    await (await aws.kms()).deleteAlias({ AliasName: id });
  },
});

function outputs(name: string, keyId: string, { accountId, region }: Aws) {
  const arn = (resource: string) => `arn:aws:kms:${region}:${accountId}:${resource}`;
  return { arn: arn(name), targetKeyArn: arn(`key/${keyId}`) };
}
