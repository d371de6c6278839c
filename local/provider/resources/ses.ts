import type { EmailIdentityArgs } from "@pulumi/aws/sesv2/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

export const emailIdentity = defineResource<Plain<EmailIdentityArgs>>({
  token: "aws:sesv2/emailIdentity:EmailIdentity",
  inputs: { emailIdentity: { required: true, replaces: true }, tags: {} },
  outputs: ["arn", "identityType", "verifiedForSendingStatus"],
  identity: ["emailIdentity"],

  async create({ emailIdentity: identity, tags }, aws) {
    const ses = await aws.ses();
    const live = await ses.createEmailIdentity({ EmailIdentity: identity, Tags: tagList(tags) });
    const arn = arnOf(identity, aws);
    const { IdentityType: identityType, VerifiedForSendingStatus: verifiedForSendingStatus } = live;
    return { id: identity, outputs: { arn, identityType, verifiedForSendingStatus } };
  },

  async read(id, aws) {
    const ses = await aws.ses();
    const live = await ses.getEmailIdentity({ EmailIdentity: id });
    // GetEmailIdentity returns the tags from the identity's creation.
    const { Tags } = await ses.listTagsForResource({ ResourceArn: arnOf(id, aws) });
    const { IdentityType: identityType, VerifiedForSendingStatus: verifiedForSendingStatus } = live;
    const outputs = { identityType, verifiedForSendingStatus };
    return { inputs: { emailIdentity: id, tags: tagMap(Tags) }, outputs };
  },

  async update(_id, { tags }, aws, { state }) {
    const ses = await aws.ses();
    const ResourceArn = state.arn as string;
    await ses.untagResource({ ResourceArn, TagKeys: removedKeys(state.tags, tags) });
    await ses.tagResource({ ResourceArn, Tags: tagList(tags) });
  },

  async delete(id, aws) {
    await (await aws.ses()).deleteEmailIdentity({ EmailIdentity: id });
  },
});

function arnOf(identity: string, { accountId, region }: Aws): string {
  return `arn:aws:ses:${region}:${accountId}:identity/${identity}`;
}
