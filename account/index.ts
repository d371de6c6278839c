import * as pulumi from "@pulumi/pulumi";
import { ApiGatewayLogs } from "./api-gateway-logs.ts";
import { GitHubRoles } from "./github-roles.ts";
import { SnsTraces } from "./sns-traces.ts";

/**
 * Resources that exist once per account, in a stack of their own so that no stage deletes them for the others. Pulumi.yaml
 * describes the settings.
 */
export default function account() {
  const tags = { project: pulumi.getProject() };

  new ApiGatewayLogs("api-gateway", { tags });
  new SnsTraces("sns-traces");
  return githubRoles(tags);
}

/** None without a repository. @returns The roles' ARNs, as outputs. */
function githubRoles(tags: Record<string, string>) {
  const config = new pulumi.Config();
  const repository = config.get("repository");
  if (!repository) return {};
  const setting = (name: string) => config.get(name) || undefined;
  const stateBucket = setting("stateBucket");
  const { arns } = new GitHubRoles("github", {
    repository,
    ownerId: config.getNumber("ownerId") ?? 0,
    repositoryId: config.getNumber("repositoryId") ?? 0,
    trustOldSubject: config.getBoolean("trustOldSubject") ?? false,
    providerArn: setting("providerArn"),
    domainNames: { dev: setting("devDomainName"), prod: setting("prodDomainName") },
    state: {
      preview: { bucket: setting("previewStateBucket"), keyArn: setting("previewKeyArn") },
      dev: { bucket: stateBucket, keyArn: setting("devKeyArn") },
      prod: { bucket: stateBucket, keyArn: setting("prodKeyArn") },
    },
    tags,
  });
  return { previewRoleArn: arns.preview, devRoleArn: arns.dev, prodRoleArn: arns.prod };
}
