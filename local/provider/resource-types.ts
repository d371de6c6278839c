import type { ResourceType } from "./resource-type.ts";
import { certificate, certificateValidation } from "./resources/acm.ts";
import { basePathMapping, domainName } from "./resources/api-domains.ts";
import { deployment, methodSettings, stage } from "./resources/apigateway.ts";
import { account } from "./resources/apigateway-account.ts";
import { originAccessControl, responseHeadersPolicy } from "./resources/cloudfront.ts";
import { distribution } from "./resources/cloudfront-distribution.ts";
import { logGroup } from "./resources/cloudwatch-logs.ts";
import { application, deploymentGroup } from "./resources/codedeploy.ts";
import { dashboard, queryDefinition } from "./resources/dashboards.ts";
import { table } from "./resources/dynamodb.ts";
import { eventRule, eventTarget } from "./resources/eventbridge.ts";
import { role, rolePolicy } from "./resources/iam.ts";
import { openIdConnectProvider, rolePolicyAttachment } from "./resources/iam-account.ts";
import { alias, key } from "./resources/kms.ts";
import { lambdaFunction } from "./resources/lambda.ts";
import { lambdaAlias } from "./resources/lambda-alias.ts";
import { eventSourceMapping, functionEventInvokeConfig } from "./resources/lambda-events.ts";
import { permission } from "./resources/lambda-permission.ts";
import { metricAlarm } from "./resources/metric-alarms.ts";
import { restApi } from "./resources/rest-api.ts";
import { record } from "./resources/route53.ts";
import { bucket } from "./resources/s3-bucket.ts";
import {
  bucketLifecycleConfiguration,
  bucketLogging,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketWebsiteConfiguration,
} from "./resources/s3-bucket-settings.ts";
import { bucketObject } from "./resources/s3-object.ts";
import { secret, secretVersion } from "./resources/secretsmanager.ts";
import { emailIdentity } from "./resources/ses.ts";
import { topic, topicPolicy, topicSubscription } from "./resources/sns.ts";
import { queue, queuePolicy, redriveAllowPolicy } from "./resources/sqs.ts";
import { stateMachine } from "./resources/stepfunctions.ts";
import { apiKey, usagePlan, usagePlanKey } from "./resources/usage-plans.ts";
import { webAcl, webAclAssociation, webAclLoggingConfiguration } from "./resources/wafv2.ts";
import { resourcePolicy } from "./resources/xray.ts";

const resourceTypes = new Map(
  [
    ...[apiKey, deployment, methodSettings, restApi, stage, usagePlan, usagePlanKey],
    ...[basePathMapping, certificate, certificateValidation, domainName, record],
    ...[emailIdentity, eventRule, eventSourceMapping, eventTarget],
    ...[functionEventInvokeConfig, lambdaAlias, lambdaFunction, logGroup, permission],
    ...[queue, queuePolicy, redriveAllowPolicy, role, rolePolicy, stateMachine, table],
    ...[bucket, bucketLifecycleConfiguration, bucketLogging, bucketObject, bucketOwnershipControls],
    ...[bucketPolicy, bucketPublicAccessBlock, bucketWebsiteConfiguration],
    ...[dashboard, metricAlarm, queryDefinition],
    ...[distribution, originAccessControl, responseHeadersPolicy],
    ...[secret, secretVersion],
    ...[topic, topicPolicy, topicSubscription],
    ...[alias, key, webAcl, webAclAssociation, webAclLoggingConfiguration],
    ...[application, deploymentGroup],
    ...[account, openIdConnectProvider, resourcePolicy, rolePolicyAttachment],
  ].map((type): [string, ResourceType] => [type.token, type]),
);

/**
 * Finds a type by its token.
 * @throws Error, a sentence with all types, if the local target doesn't have it.
 */
export function resourceType(token: string): ResourceType {
  const type = resourceTypes.get(token);
  if (type) return type;
  throw new Error(
    `The local target has no resource type ${token}. It has ${[...resourceTypes.keys()].sort().join(", ")}.`,
  );
}
