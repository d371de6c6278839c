import type { S3 } from "@aws-sdk/client-s3";
import type { BucketArgs } from "@pulumi/aws/s3/index.js";
import { isNotFound } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { type Tags, tagList, tagMap } from "../tags.ts";

export const bucket = defineResource<Plain<BucketArgs>>({
  token: "aws:s3/bucket:Bucket",
  inputs: {
    bucket: { replaces: true, autoName: { maxLength: 63 } },
    forceDestroy: {},
    tags: {},
  },
  outputs: ["arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName"],
  identity: ["bucket"],

  async create({ bucket: Bucket = "", tags }, aws) {
    const s3 = await aws.s3();
    await s3.createBucket({ Bucket });
    if (tags) await putTags(s3, Bucket, tags);
    return {
      id: Bucket,
      outputs: {
        arn: `arn:aws:s3:::${Bucket}`,
        bucketDomainName: `${Bucket}.s3.amazonaws.com`,
        bucketRegion: aws.region,
        bucketRegionalDomainName: `${Bucket}.s3.${aws.region}.amazonaws.com`,
      },
    };
  },

  async read(id, aws) {
    const s3 = await aws.s3();
    await s3.headBucket({ Bucket: id });
    const { TagSet } = await s3.getBucketTagging({ Bucket: id }).catch(noTagsIfNotFound);
    return { inputs: { bucket: id, tags: tagMap(TagSet) }, outputs: {} };
  },

  async update(id, { tags }, aws, { changed }) {
    if (changed("tags")) await putTags(await aws.s3(), id, tags);
  },

  async delete(id, aws, { forceDestroy }) {
    const s3 = await aws.s3();
    if (forceDestroy) await empty(s3, id);
    await s3.deleteBucket({ Bucket: id });
  },
});

async function putTags(s3: S3, Bucket: string, tags: Tags | undefined): Promise<void> {
  await s3.putBucketTagging({ Bucket, Tagging: { TagSet: tagList(tags) } });
}

/** For a bucket without tags, S3 reports that they were not found. */
function noTagsIfNotFound(error: unknown) {
  if (isNotFound(error)) return { TagSet: [] };
  throw error;
}

async function empty(s3: S3, Bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket });
    if (Contents.length === 0) return;
    await s3.deleteObjects({ Bucket, Delete: { Objects: Contents.map(({ Key }) => ({ Key })), Quiet: true } });
  }
}
