import * as pulumi from "@pulumi/pulumi";

/** One statement of an identity policy: the actions that its role may, or may not, do on the resources. */
export interface Grant {
  /** Allow where nothing is said. A Deny takes back a part of what a wider Allow gives. */
  effect?: "Allow" | "Deny";
  /** Exact IAM actions, e.g. `dynamodb:PutItem`. */
  actions: string[];
  /** Exact ARNs. `*` only for actions that have no resource-level permissions. */
  resources: pulumi.Input<string>[];
  /** When it counts: values of condition keys, by operator. Always where nothing is said. */
  condition?: Record<string, Record<string, pulumi.Input<string> | string[]>>;
}

/** The trust policy of a role that the service takes on, e.g. `lambda.amazonaws.com`. */
export function trustPolicy(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

/** The identity policy that allows these grants and nothing else. */
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

/** Nothing may reach the queue without TLS; the topic, where there is one, may send to it. */
export function queuePolicy(queueArn: pulumi.Input<string>, topicArn?: pulumi.Input<string>): pulumi.Output<string> {
  const fromTopic = allowService("FromTopic", "sns.amazonaws.com", "sqs:SendMessage", queueArn, topicArn);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [denyWithoutTls("sqs:*", queueArn), ...(topicArn ? [fromTopic] : [])],
  });
}

/** Nothing may publish to the topic without TLS; the alarms, where there are any, may publish to it. */
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

/** Nothing may be done with the bucket without TLS; what else is allowed, the statements say. */
export function bucketPolicy(bucketArn: pulumi.Input<string>, ...statements: object[]): pulumi.Output<string> {
  const everything = [bucketArn, pulumi.interpolate`${bucketArn}/*`];
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [denyWithoutTls("s3:*", everything), ...statements],
  });
}

/** Nothing in the bucket is public, whatever a policy or an access list says. */
export const BLOCK_PUBLIC_ACCESS = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Everybody may read the bucket's objects, also without TLS, which S3's website hosting does not have. */
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
 * @param conditionKey - Where the service says what it acts for.
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

/** Refuses what comes without TLS, whoever asks. */
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
