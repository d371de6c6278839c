import type { RoleArgs, RolePolicyArgs } from "@pulumi/aws/iam/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

export const role = defineResource<Plain<RoleArgs>>({
  token: "aws:iam/role:Role",
  inputs: {
    assumeRolePolicy: { required: true, json: true },
    description: {},
    maxSessionDuration: { default: 3600 },
    name: { replaces: true, autoName: { maxLength: 64 } },
    path: { replaces: true, default: "/" },
    tags: {},
  },
  outputs: ["arn", "createDate", "uniqueId"],
  identity: ["name"],

  async create(inputs, aws) {
    const { Role: live } = await (await aws.iam()).createRole({
      RoleName: inputs.name,
      AssumeRolePolicyDocument: text(inputs.assumeRolePolicy),
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      Path: inputs.path,
      Tags: tagList(inputs.tags),
    });
    const outputs = { arn: live?.Arn, createDate: live?.CreateDate?.toISOString(), uniqueId: live?.RoleId };
    return { id: inputs.name as string, outputs };
  },

  async read(id, aws) {
    const { Role: live } = await (await aws.iam()).getRole({ RoleName: id });
    return {
      inputs: {
        assumeRolePolicy: decodeURIComponent(live?.AssumeRolePolicyDocument ?? ""),
        description: live?.Description,
        maxSessionDuration: live?.MaxSessionDuration,
        name: live?.RoleName,
        path: live?.Path,
        tags: tagMap(live?.Tags),
      },
      outputs: { arn: live?.Arn, createDate: live?.CreateDate?.toISOString(), uniqueId: live?.RoleId },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const iam = await aws.iam();
    if (changed("assumeRolePolicy")) {
      await iam.updateAssumeRolePolicy({ RoleName: id, PolicyDocument: text(inputs.assumeRolePolicy) });
    }
    if (changed("description", "maxSessionDuration")) {
      const { description = "", maxSessionDuration = 3600 } = inputs;
      await iam.updateRole({ RoleName: id, Description: description, MaxSessionDuration: maxSessionDuration });
    }
    if (changed("tags")) {
      await iam.untagRole({ RoleName: id, TagKeys: removedKeys(state.tags, inputs.tags) });
      await iam.tagRole({ RoleName: id, Tags: tagList(inputs.tags) });
    }
  },

  async delete(id, aws) {
    await (await aws.iam()).deleteRole({ RoleName: id });
  },
});

export const rolePolicy = defineResource<Plain<RolePolicyArgs>>({
  token: "aws:iam/rolePolicy:RolePolicy",
  inputs: {
    name: { replaces: true, autoName: { maxLength: 128 } },
    policy: { required: true, json: true },
    role: { required: true, replaces: true },
  },
  outputs: [],
  identity: ["role", "name"],

  async create(inputs, aws) {
    await (await aws.iam()).putRolePolicy({
      RoleName: inputs.role,
      PolicyName: inputs.name,
      PolicyDocument: text(inputs.policy),
    });
    return { id: `${inputs.role}:${inputs.name}`, outputs: {} };
  },

  async read(id, aws) {
    const live = await (await aws.iam()).getRolePolicy(names(id));
    return {
      inputs: {
        name: live.PolicyName,
        policy: decodeURIComponent(live.PolicyDocument ?? ""),
        role: live.RoleName,
      },
      outputs: {},
    };
  },

  async update(id, inputs, aws) {
    await (await aws.iam()).putRolePolicy({ ...names(id), PolicyDocument: text(inputs.policy) });
  },

  async delete(id, aws) {
    await (await aws.iam()).deleteRolePolicy(names(id));
  },
});

function names(id: string) {
  const [RoleName, PolicyName] = id.split(":");
  return { RoleName, PolicyName };
}

/** Policies may be given as objects. */
function text(policy: unknown): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}
