import type { ParameterArgs } from "@pulumi/aws/ssm/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags, tagList, tagMap } from "../tags.ts";

export const parameter = defineResource<Plain<ParameterArgs>>({
  token: "aws:ssm/parameter:Parameter",
  inputs: {
    description: {},
    name: { replaces: true, autoName: { maxLength: 1_011 } },
    tags: {},
    type: { required: true },
    value: { required: true },
  },
  outputs: ["arn", "version"],
  secrets: ["value"],
  identity: ["name"],

  async create(inputs, aws) {
    const Name = inputs.name as string;
    const { Version: version } = await (await aws.ssm()).putParameter({
      Name,
      Value: inputs.value as string,
      Type: inputs.type as "SecureString" | "String" | "StringList",
      Description: inputs.description,
      Tags: tagList(inputs.tags as Tags),
    });
    const path = Name.startsWith("/") ? Name : `/${Name}`;
    return { id: Name, outputs: { arn: `arn:aws:ssm:${aws.region}:${aws.accountId}:parameter${path}`, version } };
  },

  async read(id, aws, { arn }) {
    const ssm = await aws.ssm();
    const [{ Parameter: live }, { TagList }] = await Promise.all([
      ssm.getParameter({ Name: id, WithDecryption: true }),
      ssm.listTagsForResource({ ResourceType: "Parameter", ResourceId: id }),
    ]);
    return {
      inputs: { name: live?.Name, type: live?.Type as string, value: live?.Value, tags: tagMap(TagList) },
      outputs: { arn, version: live?.Version },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const ssm = await aws.ssm();
    if (changed("tags")) {
      const about = { ResourceType: "Parameter", ResourceId: id } as const;
      const TagKeys = removedKeys(state.tags as Tags, inputs.tags as Tags);
      if (TagKeys.length > 0) await ssm.removeTagsFromResource({ ...about, TagKeys });
      await ssm.addTagsToResource({ ...about, Tags: tagList(inputs.tags as Tags) });
    }
    if (!changed("description", "type", "value")) return {};
    const { Version: version } = await ssm.putParameter({
      Name: id,
      Value: inputs.value as string,
      Type: inputs.type as "SecureString" | "String" | "StringList",
      Description: inputs.description ?? "",
      Overwrite: true,
    });
    return { version };
  },

  async delete(id, aws) {
    await (await aws.ssm()).deleteParameter({ Name: id });
  },
});
