import type { DefaultAction, Rule, VisibilityConfig, WAFV2 } from "@aws-sdk/client-wafv2";
import type { WebAclArgs, WebAclAssociationArgs } from "@pulumi/aws/wafv2/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags, tagList, tagMap } from "../tags.ts";

type WebAcl = Plain<WebAclArgs>;

/** A web ACL of the application's region, the only ones that the local target has. */
const Scope = "REGIONAL";

export const webAcl = defineResource<WebAcl>({
  token: "aws:wafv2/webAcl:WebAcl",
  inputs: {
    associationConfig: { ignored: "The emulator looks at no request." },
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
    if (inputs.scope !== Scope) throw new Error(`the local target has web ACLs of the scope ${Scope} only.`);
    const waf = await aws.waf();
    const { Summary: live } = await waf.createWebACL({
      ...settings(inputs),
      Name: inputs.name,
      Tags: inputs.tags && tagList(inputs.tags as Tags),
    });
    return { id: live?.Id ?? "", outputs: { arn: live?.ARN } };
  },

  async read(id, aws) {
    const waf = await aws.waf();
    const { WebACL: live } = await waf.getWebACL({ Scope, Id: id });
    const { TagInfoForResource } = await waf.listTagsForResource({ ResourceARN: live?.ARN });
    return {
      inputs: {
        defaultAction: inProgram(live?.DefaultAction) as WebAcl["defaultAction"],
        name: live?.Name,
        rules: inProgram(live?.Rules) as WebAcl["rules"],
        scope: Scope,
        tags: tagMap(TagInfoForResource?.TagList),
        visibilityConfig: inProgram(live?.VisibilityConfig) as WebAcl["visibilityConfig"],
      },
      outputs: { arn: live?.ARN },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const waf = await aws.waf();
    if (changed("defaultAction", "rules", "visibilityConfig")) {
      await waf.updateWebACL({ ...settings(inputs), ...(await present(waf, id)) });
    }
    if (changed("tags")) {
      const ResourceARN = state.arn as string;
      const TagKeys = removedKeys(state.tags as Tags, inputs.tags as Tags);
      if (TagKeys.length > 0) await waf.untagResource({ ResourceARN, TagKeys });
      await waf.tagResource({ ResourceARN, Tags: tagList(inputs.tags as Tags) });
    }
    return {};
  },

  async delete(id, aws) {
    const waf = await aws.waf();
    await waf.deleteWebACL({ Scope, ...(await present(waf, id)) });
  },
});

/** What CreateWebACL and UpdateWebACL take alike. */
function settings({ defaultAction, rules, visibilityConfig }: WebAcl) {
  return {
    Scope,
    DefaultAction: inService(defaultAction) as DefaultAction,
    Rules: inService(rules ?? []) as Rule[],
    VisibilityConfig: inService(visibilityConfig) as VisibilityConfig,
  } as const;
}

/** The web ACL in its present version: WAF changes no other. */
async function present(waf: WAFV2, Id: string) {
  const { LockToken, WebACL } = await waf.getWebACL({ Scope, Id });
  return { Id, LockToken, Name: WebACL?.Name };
}

/** The same part of a rule as the service has it: its names begin with a capital. */
function inService(value: unknown): unknown {
  return renamed(value, (name) =>
    name === "cloudwatchMetricsEnabled" ? METRICS : name[0]?.toUpperCase() + name.slice(1),
  );
}

/** The same part of a rule as the program has it. */
function inProgram(value: unknown): unknown {
  return renamed(value, (name) =>
    name === METRICS ? "cloudwatchMetricsEnabled" : name[0]?.toLowerCase() + name.slice(1),
  );
}

/** The one name that differs by more than its first letter. */
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
