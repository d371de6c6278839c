import * as pulumi from "@pulumi/pulumi";

/** One statement of an identity policy: the actions that its role may do on the resources. */
export interface Grant {
  /** Exact IAM actions, e.g. `dynamodb:PutItem`. */
  actions: string[];
  /** Exact ARNs. `*` only for actions that have no resource-level permissions. */
  resources: pulumi.Input<string>[];
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
      Statement: resolved.map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources })),
    }),
  );
}
