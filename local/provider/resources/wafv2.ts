import type { DefaultAction, LoggingConfiguration, Rule, VisibilityConfig, WAFV2 } from "@aws-sdk/client-wafv2";
import type { WebAclArgs, WebAclAssociationArgs, WebAclLoggingConfigurationArgs } from "@pulumi/aws/wafv2/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

type WebAcl = Plain<WebAclArgs>;

/** The scope of a region's APIs, the only one that the local target has. */
const Scope = "REGIONAL";

export const webAcl = defineResource<WebAcl>({
  token: "aws:wafv2/webAcl:WebAcl",
  inputs: {
    associationConfig: { ignored: "The emulator doesn't inspect requests." },
    dataProtectionConfig: { ignored: "The emulator neither logs nor samples requests." },
    defaultAction: { required: true },
    name: { replaces: true, autoName: { maxLength: 128 } },
    rules: {},
    scope: { required: true, replaces: true },
    tags: {},
    visibilityConfig: { required: true },
  },
  outputs: ["arn"],
  identity: ["name"],

  async create(inputs, aws) {
    if (inputs.scope !== Scope)
      throw new Error(`the local target only has web ACLs with the scope ${Scope}, not ${inputs.scope}.`);
    const waf = await aws.waf();
    const { Summary: live } = await waf.createWebACL({
      ...settings(inputs),
      Name: inputs.name,
      Tags: inputs.tags && tagList(inputs.tags),
    });
    return { id: live?.Id ?? "", outputs: { arn: live?.ARN } };
  },

  async read(id, aws) {
    const waf = await aws.waf();
    const { WebACL: live } = await waf.getWebACL({ Scope, Id: id });
    const { TagInfoForResource } = await waf.listTagsForResource({ ResourceARN: live?.ARN });
    return {
      inputs: {
        defaultAction: toPulumi(live?.DefaultAction) as WebAcl["defaultAction"],
        name: live?.Name,
        rules: toPulumi(live?.Rules) as WebAcl["rules"],
        scope: Scope,
        tags: tagMap(TagInfoForResource?.TagList),
        visibilityConfig: toPulumi(live?.VisibilityConfig) as WebAcl["visibilityConfig"],
      },
      outputs: { arn: live?.ARN },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const waf = await aws.waf();
    if (changed("defaultAction", "rules", "visibilityConfig")) {
      await waf.updateWebACL({ ...settings(inputs), ...(await currentVersion(waf, id)) });
    }
    if (changed("tags")) {
      const ResourceARN = state.arn as string;
      const TagKeys = removedKeys(state.tags, inputs.tags);
      if (TagKeys.length > 0) await waf.untagResource({ ResourceARN, TagKeys });
      await waf.tagResource({ ResourceARN, Tags: tagList(inputs.tags) });
    }
  },

  async delete(id, aws) {
    const waf = await aws.waf();
    await waf.deleteWebACL({ Scope, ...(await currentVersion(waf, id)) });
  },
});

/** The parameters that CreateWebACL and UpdateWebACL share. */
function settings({ defaultAction, rules, visibilityConfig }: WebAcl) {
  return {
    Scope,
    DefaultAction: toWaf(defaultAction) as DefaultAction,
    Rules: toWaf(rules ?? []) as Rule[],
    VisibilityConfig: toWaf(visibilityConfig) as VisibilityConfig,
  } as const;
}

/** Identifies the current version, which WAF requires for every change. */
async function currentVersion(waf: WAFV2, Id: string) {
  const { LockToken, WebACL } = await waf.getWebACL({ Scope, Id });
  return { Id, LockToken, Name: WebACL?.Name };
}

/** Renames the properties as in WAF, where names start with a capital letter. */
function toWaf(value: unknown): unknown {
  return renamed(value, (name) =>
    name === "cloudwatchMetricsEnabled" ? METRICS : name[0]?.toUpperCase() + name.slice(1),
  );
}

/** Renames the properties as in Pulumi. */
function toPulumi(value: unknown): unknown {
  return renamed(value, (name) =>
    name === METRICS ? "cloudwatchMetricsEnabled" : name[0]?.toLowerCase() + name.slice(1),
  );
}

/** The only name that differs in more than its first letter. */
const METRICS = "CloudWatchMetricsEnabled";

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [rename(name), renamed(part, rename)]));
}

export const webAclAssociation = defineResource<Plain<WebAclAssociationArgs>>({
  token: "aws:wafv2/webAclAssociation:WebAclAssociation",
  inputs: { resourceArn: { required: true, replaces: true }, webAclArn: { required: true, replaces: true } },
  outputs: [],
  identity: ["resourceArn"],

  async create({ resourceArn, webAclArn }, aws) {
    await (await aws.waf()).associateWebACL({ ResourceArn: resourceArn, WebACLArn: webAclArn });
    return { id: `${webAclArn},${resourceArn}`, outputs: {} };
  },

  async read(id, aws) {
    const resourceArn = id.slice(id.indexOf(",") + 1);
    const { WebACL: live } = await (await aws.waf()).getWebACLForResource({ ResourceArn: resourceArn });
    return live?.ARN ? { inputs: { resourceArn, webAclArn: live.ARN }, outputs: {} } : undefined;
  },

  async delete(_id, aws, { resourceArn }) {
    await (await aws.waf()).disassociateWebACL({ ResourceArn: resourceArn });
  },
});

type Logging = Plain<WebAclLoggingConfigurationArgs>;

export const webAclLoggingConfiguration = defineResource<Logging>({
  token: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
  inputs: {
    logDestinationConfigs: { required: true },
    loggingFilter: {},
    resourceArn: { required: true, replaces: true },
  },
  outputs: [],
  identity: ["resourceArn"],

  async create(inputs, aws) {
    await putLogging(await aws.waf(), inputs);
    return { id: inputs.resourceArn, outputs: {} };
  },

  async read(id, aws) {
    const { LoggingConfiguration: live } = await (await aws.waf()).getLoggingConfiguration({ ResourceArn: id });
    return {
      inputs: {
        logDestinationConfigs: live?.LogDestinationConfigs ?? [],
        loggingFilter: toPulumi(live?.LoggingFilter) as Logging["loggingFilter"],
        resourceArn: id,
      },
      outputs: {},
    };
  },

  async update(_id, inputs, aws) {
    await putLogging(await aws.waf(), inputs);
  },

  async delete(id, aws) {
    await (await aws.waf()).deleteLoggingConfiguration({ ResourceArn: id });
  },
});

async function putLogging(waf: WAFV2, inputs: Logging): Promise<void> {
  await waf.putLoggingConfiguration({ LoggingConfiguration: toWaf(inputs) as LoggingConfiguration });
}
