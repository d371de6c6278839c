import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "../bundled-function.ts";
import type { TaggedArgs } from "./tagged-args.ts";

/** When a function is invoked. */
interface Schedule extends TaggedArgs {
  /** For example `rate(1 minute)`. */
  expression: string;
  /** The event that the function gets. Default EventBridge's own. */
  input?: object;
}

/** Invokes a function regularly. @param name - What the names of the resources begin with. */
export function invokeRegularly(
  name: string,
  fn: BundledFunction,
  { expression, input, tags = {} }: Schedule,
  child: pulumi.CustomResourceOptions,
): void {
  const rule = new cloudwatch.EventRule(`${name}-schedule`, { scheduleExpression: expression, tags }, child);
  const permission = new lambda.Permission(
    `${name}-may-invoke`,
    {
      action: "lambda:InvokeFunction",
      function: fn.name,
      qualifier: fn.qualifier,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    child,
  );
  new cloudwatch.EventTarget(
    `${name}-target`,
    { rule: rule.name, arn: fn.arn, ...(input && { input: JSON.stringify(input) }) },
    { ...child, dependsOn: [permission] },
  );
}
