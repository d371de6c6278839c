import * as pulumi from "@pulumi/pulumi";

/** One statement of an identity policy. */
export interface Grant {
  /** Default `Allow`. `Deny` takes back part of what another grant allows. */
  effect?: "Allow" | "Deny";
  /** Exact IAM actions, e.g. `dynamodb:PutItem`. */
  actions: string[];
  /** Exact ARNs. `*` only for actions that have no resource-level permissions. */
  resources: pulumi.Input<string>[];
  /** Values by condition key, by operator: `{ StringEquals: { "kms:ViaService": "sqs.us-east-1.amazonaws.com" } }`. */
  condition?: Record<string, Record<string, pulumi.Input<string> | string[]>>;
}

/** The trust policy of a role that a service assumes, e.g. `lambda.amazonaws.com`. */
export function trustPolicy(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

/** The identity policy with exactly these grants. */
export function policyDocument(grants: pulumi.Input<Grant[]>): pulumi.Output<string> {
  return pulumi.output(grants).apply((resolved) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: resolved.map(({ effect = "Allow", actions, resources, condition }) => ({
        Effect: effect,
        Action: actions,
        Resource: resources,
        Condition: condition,
      })),
    }),
  );
}

/** Denies all requests without TLS, and lets the topic, if any, send to the queue. */
export function queuePolicy(queueArn: pulumi.Input<string>, topicArn?: pulumi.Input<string>): pulumi.Output<string> {
  const fromTopic = allowService("FromTopic", "sns.amazonaws.com", "sqs:SendMessage", queueArn, topicArn);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [denyWithoutTls("sqs:*", queueArn), ...(topicArn ? [fromTopic] : [])],
  });
}

/** Denies publishing without TLS, and lets the alarms, if any, publish to the topic. */
export function topicPolicy(
  topicArn: pulumi.Input<string>,
  alarmArns: pulumi.Input<string>[] = [],
): pulumi.Output<string> {
  const fromAlarms = allowService("FromAlarms", "cloudwatch.amazonaws.com", "sns:Publish", topicArn, alarmArns);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [denyWithoutTls("sns:Publish", topicArn), ...(alarmArns.length > 0 ? [fromAlarms] : [])],
  });
}

/** Denies all requests without TLS, and adds the statements. */
export function bucketPolicy(bucketArn: pulumi.Input<string>, ...statements: object[]): pulumi.Output<string> {
  const everything = [bucketArn, pulumi.interpolate`${bucketArn}/*`];
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [denyWithoutTls("s3:*", everything), ...statements],
  });
}

/** Keeps a bucket private, whatever a policy or an access control list allows. */
export const BLOCK_PUBLIC_ACCESS = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Lets everybody read the bucket's objects, even without TLS: S3 website hosting has none. */
export function publicReadPolicy(bucketArn: pulumi.Input<string>): pulumi.Output<string> {
  const statement = { Sid: "ForEverybody", Effect: "Allow", Principal: "*", Action: "s3:GetObject" };
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ ...statement, Resource: pulumi.interpolate`${bucketArn}/*` }],
  });
}

/**
 * Lets a service act on the resource, on behalf of these sources only.
 *
 * @param conditionKey - The condition key with the source's ARN.
 */
export function allowService(
  Sid: string,
  service: string,
  action: string | string[],
  resource: pulumi.Input<string>,
  sources: pulumi.Input<string> | pulumi.Input<string>[] | undefined,
  conditionKey = "aws:SourceArn",
) {
  return {
    Sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: action,
    Resource: resource,
    Condition: { ArnEquals: { [conditionKey]: sources } },
  };
}

/** Denies requests without TLS to everybody. */
export function denyWithoutTls(action: string, resource: pulumi.Input<string> | pulumi.Input<string>[]) {
  return {
    Sid: "OnlyTls",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
