import type { Grant } from "../components/shared/policies.ts";
import type { RoleName } from "./deploy-grants.ts";

/** Where the state of a role's stacks is. */
export interface State {
  /** Name of the bucket. None for state kept elsewhere. */
  bucket?: string | undefined;
  /** ARN of the KMS key that encrypts the stacks' secrets. None for another secrets provider. */
  keyArn?: string | undefined;
}

/** What Pulumi needs to deploy a role's stacks with their state in a bucket, and their secrets encrypted by a key. */
export function stateGrants(role: RoleName, { bucket, keyArn }: State): Grant[] {
  const objects = (path: string) => `arn:aws:s3:::${bucket}/.pulumi/${path}`;
  // Below each of stacks/, backups/, history/ and locks/organization/, a folder per project. In it, a stack has files, such as
  // dev.json and dev.pulumi-tags, and a folder.
  const stacks = role === "preview" ? ["*/orders/*"] : [`*/orders/${role}.*`, `*/orders/${role}/*`];
  return [
    ...(bucket
      ? [
          { actions: ["s3:ListBucket"], resources: [`arn:aws:s3:::${bucket}`] },
          { actions: ["s3:GetObject", "s3:PutObject"], resources: [objects("meta.yaml")] },
          { actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources: stacks.map(objects) },
        ]
      : []),
    ...(keyArn ? [{ actions: ["kms:Decrypt", "kms:Encrypt"], resources: [keyArn] }] : []),
  ];
}

/** Takes the keys of other roles' secrets from a role that may use all keys of the account, as prod's key is one of them. */
export function denyKeysOf(others: State[]): Grant[] {
  const keys = others.flatMap(({ keyArn = [] }) => keyArn);
  return keys.length > 0 ? [{ effect: "Deny", actions: ["kms:*"], resources: keys }] : [];
}
