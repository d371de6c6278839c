import type { OpenIdConnectProviderArgs, RolePolicyAttachmentArgs } from "@pulumi/aws/iam/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { tagList, tagMap } from "../tags.ts";

/** An identity provider that the account's roles may trust. */
export const openIdConnectProvider = defineResource<Plain<OpenIdConnectProviderArgs>>({
  token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  inputs: {
    clientIdLists: { required: true },
    tags: {},
    url: { required: true },
  },
  outputs: ["arn"],
  identity: ["url"],

  async create({ clientIdLists, tags, url }, aws) {
    const { OpenIDConnectProviderArn: arn = "" } = await (await aws.iam()).createOpenIDConnectProvider({
      Url: url,
      ClientIDList: clientIdLists,
      Tags: tagList(tags),
    });
    return { id: arn, outputs: { arn } };
  },

  async read(id, aws, { url }) {
    const live = await (await aws.iam()).getOpenIDConnectProvider({ OpenIDConnectProviderArn: id });
    return {
      inputs: { clientIdLists: live.ClientIDList ?? [], tags: tagMap(live.Tags), url: url ?? live.Url ?? "" },
      outputs: { arn: id },
    };
  },

  async delete(id, aws) {
    await (await aws.iam()).deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: id });
  },
});

/** Attaches an AWS managed policy to a role. */
export const rolePolicyAttachment = defineResource<Plain<RolePolicyAttachmentArgs>>({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  inputs: { policyArn: { required: true }, role: { required: true } },
  outputs: [],
  identity: ["policyArn", "role"],

  async create({ policyArn, role }, aws) {
    await (await aws.iam()).attachRolePolicy({ RoleName: role, PolicyArn: policyArn });
    return { id: `${role}/${policyArn}`, outputs: {} };
  },

  async read(_id, aws, { policyArn, role }) {
    const { AttachedPolicies = [] } = await (await aws.iam()).listAttachedRolePolicies({ RoleName: role });
    const isAttached = AttachedPolicies.some(({ PolicyArn }) => PolicyArn === policyArn);
    return isAttached ? { inputs: {}, outputs: {} } : undefined;
  },

  async delete(_id, aws, { policyArn, role }) {
    await (await aws.iam()).detachRolePolicy({ RoleName: role, PolicyArn: policyArn });
  },
});
