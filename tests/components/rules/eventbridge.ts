import { expects, isSet, type Rule, resource } from "./rule.ts";

const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

/** Rules on EventBridge. */
export const EVENTBRIDGE_RULES: Rule[] = [
  {
    ids: ["ES4000"],
    title: "The rule's target has a dead-letter queue",
    source: "serverless-rules, eventbridge/rule_without_dlq",
    appliesTo: [TARGET],
    check: expects("deadLetterConfig.arn", isSet),
    mutations: { "without a queue": { deadLetterConfig: undefined } },
    example: [resource(TARGET, "target", { deadLetterConfig: { arn: "arn:aws:sqs:::failed" } })],
  },
];
