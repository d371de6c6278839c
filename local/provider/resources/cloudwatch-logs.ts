import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys } from "../tags.ts";

export const logGroup = defineResource<Plain<LogGroupArgs>>({
  token: "aws:cloudwatch/logGroup:LogGroup",
  inputs: {
    kmsKeyId: { ignored: "The emulator keeps logs in memory, in clear." },
    name: { replaces: true, autoName: { maxLength: 512 } },
    retentionInDays: { default: 0 },
    tags: {},
  },
  outputs: ["arn"],
  identity: ["name"],

  async create({ name, retentionInDays = 0, tags }, aws) {
    const logs = await aws.logs();
    const logGroupName = name as string;
    await logs.createLogGroup({ logGroupName, tags: tags });
    if (retentionInDays > 0) await logs.putRetentionPolicy({ logGroupName, retentionInDays });
    return { id: logGroupName, outputs: { arn: `arn:aws:logs:${aws.region}:${aws.accountId}:log-group:${name}` } };
  },

  async read(id, aws, { arn }) {
    const logs = await aws.logs();
    const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: id });
    const live = logGroups.find(({ logGroupName }) => logGroupName === id);
    if (!live) return undefined;
    const { tags } = await logs.listTagsForResource({ resourceArn: live.arn?.replace(/:\*$/, "") });
    return { inputs: { name: id, retentionInDays: live.retentionInDays ?? 0, tags }, outputs: { arn } };
  },

  async update(id, { retentionInDays = 0, tags }, aws, { state, changed }) {
    const logs = await aws.logs();
    if (changed("retentionInDays")) {
      if (retentionInDays > 0) await logs.putRetentionPolicy({ logGroupName: id, retentionInDays });
      else await logs.deleteRetentionPolicy({ logGroupName: id });
    }
    if (changed("tags")) {
      const resourceArn = state.arn as string;
      const tagKeys = removedKeys(state.tags, tags);
      if (tagKeys.length > 0) await logs.untagResource({ resourceArn, tagKeys });
      await logs.tagResource({ resourceArn, tags: tags ?? {} });
    }
  },

  async delete(id, aws) {
    await (await aws.logs()).deleteLogGroup({ logGroupName: id });
  },
});
