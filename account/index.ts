import * as pulumi from "@pulumi/pulumi";
import { ApiGatewayLogs } from "./api-gateway-logs.ts";
import { GitHubRoles } from "./github-roles.ts";
import { SnsTraces } from "./sns-traces.ts";

/**
 * Resources that exist once per account, in a stack of their own so that no stage deletes them for the others. Pulumi.yaml
 * describes the settings.
 */
export default function account() {
  const config = new pulumi.Config();
  const tags = { project: pulumi.getProject() };
  const stateBucket = config.get("stateBucket");
  const previewStateBucket = config.get("previewStateBucket");
  const stateKeyArn = config.get("stateKeyArn");

  new ApiGatewayLogs("api-gateway", { tags });
  new SnsTraces("sns-traces");
  const { preview, deploy } = new GitHubRoles("github", {
    repository: config.require("repository"),
    ...(stateBucket && { stateBucket }),
    ...(previewStateBucket && { previewStateBucket }),
    ...(stateKeyArn && { stateKeyArn }),
    tags,
  });

  return { previewRoleArn: preview.arn, deployRoleArn: deploy.arn };
}
