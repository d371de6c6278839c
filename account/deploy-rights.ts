import type { Grant } from "../components/shared/policies.ts";

/*
 * What it takes to create, read, change and delete the program's resources, service by service: the calls that the provider
 * makes. What is stored in them is read here only where the provider itself reads it.
 */

const TAGS = "TagResource UntagResource ListTagsForResource";

/** Every stage. Names of resources are made up at each deployment, so these are rights on all of a service's. */
const EVERYWHERE: Record<string, string> = {
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
  sns: `CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes SetSubscriptionAttributes
    SetTopicAttributes Subscribe Unsubscribe ${TAGS}`,
  sqs: `CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue`,
  states: `CreateStateMachine DeleteStateMachine DescribeStateMachine ListStateMachineVersions UpdateStateMachine
    ValidateStateMachineDefinition ${TAGS}`,
};

/** What only stages that stay have: CloudFront, senders, keys of their own, firewalls, audit trails and safe releases. */
const STAYING: Record<string, string> = {
  cloudfront: `CreateDistribution CreateOriginAccessControl CreateResponseHeadersPolicy DeleteDistribution
    DeleteOriginAccessControl DeleteResponseHeadersPolicy GetDistribution GetOriginAccessControl
    GetResponseHeadersPolicy UpdateDistribution UpdateOriginAccessControl UpdateResponseHeadersPolicy ${TAGS}`,
  cloudtrail: `AddTags CreateTrail DeleteTrail DescribeTrails GetEventSelectors GetInsightSelectors GetTrail
    GetTrailStatus ListTags PutEventSelectors RemoveTags StartLogging StopLogging UpdateTrail`,
  codedeploy: `BatchGetDeploymentGroups BatchGetDeployments CreateApplication CreateDeployment CreateDeploymentGroup
    DeleteApplication DeleteDeploymentGroup GetApplication GetApplicationRevision GetDeploymentConfig
    GetDeploymentGroup RegisterApplicationRevision StopDeployment UpdateDeploymentGroup ${TAGS}`,
  // What DynamoDB and Lambda do with the key, they do with the rights of who chooses it. Sources: KMS's guide, "How Amazon
  // DynamoDB uses AWS KMS"; Lambda's, "Securing environment variables".
  kms: `CreateAlias CreateGrant CreateKey Decrypt DeleteAlias DescribeKey DisableKeyRotation EnableKeyRotation Encrypt
    GenerateDataKey GenerateDataKeyWithoutPlaintext GetKeyPolicy GetKeyRotationStatus ListAliases ListResourceTags
    PutKeyPolicy ReEncryptFrom ReEncryptTo ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription`,
  ses: `CreateEmailIdentity DeleteEmailIdentity GetEmailIdentity ${TAGS}`,
  wafv2: `AssociateWebACL CreateWebACL DeleteWebACL DisassociateWebACL GetWebACL GetWebACLForResource UpdateWebACL
    ${TAGS}`,
};

/** What the tests of a preview look at and do beside calling its APIs. */
const TESTING: Record<string, string> = {
  cloudwatch: "GetMetricData GetMetricStatistics SetAlarmState",
  dynamodb: "BatchGetItem DeleteItem GetItem PutItem Query Scan UpdateItem",
  lambda: "InvokeFunction",
  logs: "FilterLogEvents GetLogEvents",
  sns: "ListSubscriptionsByTopic Publish",
  sqs: "DeleteMessage PurgeQueue ReceiveMessage SendMessage",
  states: "DescribeExecution GetExecutionHistory ListExecutions StartExecution StopExecution",
};

/** The program's roles: all have a name that ends so, and Pulumi puts seven characters of its own behind it. */
const ROLES = ["arn:aws:iam::*:role/*-role-???????"];

/** What every stage's deployment may do. */
const EVERY_STAGE: Grant[] = [
  ...onAll(EVERYWHERE),
  on(
    ["restapis", "usageplans", "apikeys", "tags"].map((kind) => `arn:aws:apigateway:*::/${kind}*`),
    "apigateway",
    "DELETE GET PATCH POST PUT",
  ),
  on(["arn:aws:s3:::website-*"], "s3", "Get* List* CreateBucket DeleteBucket* DeleteObject* Put*"),
  on(
    ROLES,
    "iam",
    `CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole
    ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription`,
  ),
  passRoleTo("lambda.amazonaws.com", "states.amazonaws.com"),
];

/** What previews' deployments and tests may do: nothing with what is tagged as a stage that stays. */
export const PREVIEW: Grant[] = [
  ...EVERY_STAGE,
  ...onAll(TESTING),
  {
    effect: "Deny",
    actions: ["*"],
    resources: ["*"],
    condition: { StringEquals: { "aws:ResourceTag/stage": ["dev", "prod"] } },
  },
];

/** What deployments and releases of the stages that stay may do. */
export const DEPLOY: Grant[] = [
  ...EVERY_STAGE,
  ...onAll(STAYING),
  on(["arn:aws:s3:::audit-*"], "s3", "Get* List* CreateBucket DeleteBucket* Put*"),
  on(["arn:aws:apigateway:*::/restapis/*/stages/*"], "apigateway", "SetWebACL"),
  passRoleTo("codedeploy.amazonaws.com"),
  // A load test of dev looks at what became of its orders.
  { ...on(["*"], "dynamodb", "BatchGetItem"), condition: { StringEquals: { "aws:ResourceTag/stage": "dev" } } },
];

function onAll(services: Record<string, string>): Grant[] {
  return Object.entries(services).map(([service, actions]) => on(["*"], service, actions));
}

function on(resources: string[], service: string, actions: string): Grant {
  return { actions: actions.split(/\s+/).map((action) => `${service}:${action}`), resources };
}

/** A role that could be given to any service could do anything that some service does. */
function passRoleTo(...services: string[]): Grant {
  return { ...on(ROLES, "iam", "PassRole"), condition: { StringEquals: { "iam:PassedToService": services } } };
}
