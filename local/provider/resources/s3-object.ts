import { readFile } from "node:fs/promises";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/index.js";
import type { Aws } from "../aws.ts";
import type { WireAsset } from "../properties.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { tagMap } from "../tags.ts";

type BucketObject = Omit<Plain<BucketObjectv2Args>, "source"> & { source?: WireAsset };

export const bucketObject = defineResource<BucketObject>({
  token: "aws:s3/bucketObjectv2:BucketObjectv2",
  inputs: {
    bucket: { required: true, replaces: true },
    cacheControl: {},
    content: {},
    contentType: { default: "application/octet-stream" },
    key: { required: true, replaces: true },
    source: {},
    tags: {},
  },
  outputs: ["arn", "etag"],
  identity: ["bucket", "key"],

  async create(inputs, aws) {
    const { bucket, key } = inputs;
    const etag = await put(inputs, aws);
    return { id: `${bucket}/${key}`, outputs: { arn: `arn:aws:s3:::${bucket}/${key}`, etag } };
  },

  async read(id, aws, { etag }) {
    const [, Bucket = "", Key = ""] = /^([^/]+)\/(.+)$/.exec(id) ?? [];
    const s3 = await aws.s3();
    const live = await s3.headObject({ Bucket, Key });
    const { TagSet } = await s3.getObjectTagging({ Bucket, Key });
    return {
      inputs: {
        bucket: Bucket,
        cacheControl: live.CacheControl,
        contentType: live.ContentType,
        key: Key,
        // If someone else wrote the object, report no content, so that the next update restores the program's.
        ...(live.ETag !== etag && { content: undefined, source: undefined }),
        tags: tagMap(TagSet),
      },
      outputs: { etag: live.ETag },
    };
  },

  async update(_id, inputs, aws) {
    return { etag: await put(inputs, aws) };
  },

  async delete(_id, aws, { bucket: Bucket, key: Key }) {
    await (await aws.s3()).deleteObject({ Bucket, Key });
  },
});

async function put({ bucket: Bucket, key: Key, ...inputs }: BucketObject, aws: Aws): Promise<string | undefined> {
  const { ETag } = await (await aws.s3()).putObject({
    Bucket,
    Key,
    Body: await contentOf(inputs),
    CacheControl: inputs.cacheControl,
    ContentType: inputs.contentType,
    Tagging: new URLSearchParams(inputs.tags).toString(),
  });
  return ETag;
}

async function contentOf({ content, source }: Pick<BucketObject, "content" | "source">): Promise<string | Uint8Array> {
  if (source?.path !== undefined) return await readFile(source.path);
  const text = source?.text ?? content;
  if (text !== undefined) return text;
  throw new Error("the object has no content, and its source is neither a file on this machine nor a text.");
}
