import * as sns from "@pulumi/aws/sns/index.js";
import type * as pulumi from "@pulumi/pulumi";

/** Subscribes email addresses to a topic, as `NAME-subscriber-1` and so on. SNS asks each address to confirm. */
export function subscribeByEmail(
  name: string,
  topic: sns.Topic,
  addresses: string[],
  child: pulumi.CustomResourceOptions,
): void {
  for (const [index, endpoint] of addresses.entries()) {
    new sns.TopicSubscription(
      `${name}-subscriber-${index + 1}`,
      { topic: topic.arn, protocol: "email", endpoint },
      child,
    );
  }
}
