import type { Grant } from "../components/shared/policies.ts";

/*
 * The API calls that the provider makes to manage the program's resources, by service. They include reading stored data only
 * where the provider itself reads it.
 */

const TAGS = "TagResource UntagResource ListTagsForResource";

/** For every stage. On all resources of a service, as Pulumi generates the names of the program's. */
const ALL_STAGES: Record<string, string> = {
  cloudwatch: `DeleteAlarms DeleteDashboards DescribeAlarms GetDashboard PutDashboard PutMetricAlarm ${TAGS}`,
  dynamodb: `CreateTable DeleteTable Describe* ListTagsOfResource TagResource UntagResource UpdateContinuousBackups
    UpdateTable UpdateTimeToLive`,
  events: `DeleteRule DescribeRule ListTargetsByRule PutRule PutTargets RemoveTargets ${TAGS}`,
  lambda: `AddPermission CreateAlias CreateEventSourceMapping CreateFunction DeleteAlias DeleteEventSourceMapping
    DeleteFunction DeleteFunctionConcurrency Get* List* PublishVersion PutFunctionConcurrency RemovePermission TagResource
    UntagResource UpdateAlias UpdateEventSourceMapping UpdateFunctionCode UpdateFunctionConfiguration`,
  logs: `AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteQueryDefinition DeleteRetentionPolicy DescribeLogGroups
    DescribeQueryDefinitions DisassociateKmsKey PutQueryDefinition PutRetentionPolicy ${TAGS}`,
  secretsmanager: `CreateSecret DeleteSecret DescribeSecret GetResourcePolicy GetSecretValue ListSecretVersionIds
    PutSecretValue TagResource UntagResource UpdateSecret UpdateSecretVersionStage`,
  sns: `CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes ListSubscriptionsByTopic
    SetSubscriptionAttributes SetTopicAttributes Subscribe Unsubscribe ${TAGS}`,
  sqs: `CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue`,
  states: `CreateStateMachine DeleteStateMachine DescribeStateMachine ListStateMachineVersions UpdateStateMachine
    ValidateStateMachineDefinition ${TAGS}`,
};

/** For what only permanent stages have: CloudFront, sender identities, KMS keys, web ACLs, audit trails and safe releases. */
const PERMANENT_STAGES: Record<string, string> = {
  cloudfront: `CreateDistribution CreateOriginAccessControl CreateResponseHeadersPolicy DeleteDistribution
    DeleteOriginAccessControl DeleteResponseHeadersPolicy GetDistribution GetOriginAccessControl
    GetResponseHeadersPolicy UpdateDistribution UpdateOriginAccessControl UpdateResponseHeadersPolicy ${TAGS}`,
  cloudtrail: `AddTags CreateTrail DeleteTrail DescribeTrails GetEventSelectors GetInsightSelectors GetTrail
    GetTrailStatus ListTags PutEventSelectors RemoveTags StartLogging StopLogging UpdateTrail`,
  codedeploy: `BatchGetDeploymentGroups BatchGetDeployments CreateApplication CreateDeployment CreateDeploymentGroup
    DeleteApplication DeleteDeploymentGroup GetApplication GetApplicationRevision GetDeploymentConfig
    GetDeploymentGroup RegisterApplicationRevision StopDeployment UpdateDeploymentGroup ${TAGS}`,
  // DynamoDB and Lambda use the key with the permissions of whoever configures it. Sources: KMS's guide, "How Amazon DynamoDB
  // uses AWS KMS"; Lambda's, "Securing environment variables".
  kms: `CreateAlias CreateGrant CreateKey Decrypt DeleteAlias DescribeKey DisableKeyRotation EnableKeyRotation Encrypt
    GenerateDataKey GenerateDataKeyWithoutPlaintext GetKeyPolicy GetKeyRotationStatus ListAliases ListResourceTags
    PutKeyPolicy ReEncryptFrom ReEncryptTo ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription`,
  // To have WAF deliver its log. Source: WAF's guide, "Sending logs to a CloudWatch Logs log group", permissions.
  logs: "CreateLogDelivery DeleteLogDelivery DescribeResourcePolicies PutResourcePolicy",
  ses: `CreateEmailIdentity DeleteEmailIdentity GetEmailIdentity ${TAGS}`,
  wafv2: `AssociateWebACL CreateWebACL DeleteLoggingConfiguration DeleteWebACL DisassociateWebACL GetLoggingConfiguration
    GetWebACL GetWebACLForResource PutLoggingConfiguration UpdateWebACL ${TAGS}`,
};

/** For the tests of a preview. */
const TESTS: Record<string, string> = {
  cloudwatch: "GetMetricData GetMetricStatistics SetAlarmState",
  dynamodb: "BatchGetItem DeleteItem GetItem PutItem Query Scan UpdateItem",
  lambda: "InvokeFunction",
  logs: "FilterLogEvents GetLogEvents",
  sns: "Publish",
  sqs: "DeleteMessage PurgeQueue ReceiveMessage SendMessage",
  states: "DescribeExecution GetExecutionHistory ListExecutions StartExecution StopExecution",
};

/** The program's roles: all are named `…-role`, and Pulumi appends a dash and seven characters. */
const ROLES = ["arn:aws:iam::*:role/*-role-???????"];

const COMMON_GRANTS: Grant[] = [
  ...onAll(ALL_STAGES),
  on(
    ["restapis", "usageplans", "apikeys", "tags"].map((kind) => `arn:aws:apigateway:*::/${kind}*`),
    "apigateway",
    "DELETE GET PATCH POST PUT",
  ),
  on(
    ["arn:aws:s3:::website-*"],
    "s3",
    "Get* List* CreateBucket DeleteBucket* DeleteObject* Put* TagResource UntagResource",
  ),
  on(
    ROLES,
    "iam",
    `CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole
    ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription`,
  ),
  passRoleTo("lambda.amazonaws.com", "states.amazonaws.com"),
];

const PERMANENT_GRANTS: Grant[] = [
  ...COMMON_GRANTS,
  ...onAll(PERMANENT_STAGES),
  on(["arn:aws:s3:::audit-*"], "s3", "Get* List* CreateBucket DeleteBucket* Put* TagResource UntagResource"),
  on(["arn:aws:apigateway:*::/restapis/*/stages/*"], "apigateway", "SetWebACL"),
  passRoleTo("codedeploy.amazonaws.com"),
];

/** The roles that workflows assume, named like the GitHub environments that they are for. */
export type RoleName = "preview" | "dev" | "prod";

/** What each role may do, apart from using its state: deploy, test or release its stages, and nothing with others'. */
export const ROLE_GRANTS: Record<RoleName, Grant[]> = {
  preview: [...COMMON_GRANTS, ...onAll(TESTS), denyOtherStages("pr-*", "test-*")],
  dev: [
    ...PERMANENT_GRANTS,
    // Load tests check how their orders ended.
    { ...on(["*"], "dynamodb", "BatchGetItem"), condition: { StringEquals: { "aws:ResourceTag/stage": "dev" } } },
    denyOtherStages("dev"),
  ],
  prod: [...PERMANENT_GRANTS, denyOtherStages("prod")],
};

function onAll(services: Record<string, string>): Grant[] {
  return Object.entries(services).map(([service, actions]) => on(["*"], service, actions));
}

function on(resources: string[], service: string, actions: string): Grant {
  return { actions: actions.split(/\s+/).map((action) => `${service}:${action}`), resources };
}

/** Only to these services: otherwise a role could be passed to one that uses it for something else. */
function passRoleTo(...services: string[]): Grant {
  return { ...on(ROLES, "iam", "PassRole"), condition: { StringEquals: { "iam:PassedToService": services } } };
}

/** Denies everything with resources that are tagged as another stage than these. */
function denyOtherStages(...own: string[]): Grant {
  const stage = "aws:ResourceTag/stage";
  return {
    effect: "Deny",
    actions: ["*"],
    resources: ["*"],
    // Without Null, it would also deny what has no such tag.
    condition: { StringNotLike: { [stage]: own }, Null: { [stage]: "false" } },
  };
}
