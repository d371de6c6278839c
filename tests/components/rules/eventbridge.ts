import { expects, isSet, type Rule, resource } from "./rule.ts";

const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

/** Rules on EventBridge. */
export const EVENTBRIDGE_RULES: Rule[] = [
  {
    id: "ES4000",
    title: "EventBridge: each target of a rule has a dead-letter queue",
    source: "serverless-rules, eventbridge/rule_without_dlq",
    appliesTo: [TARGET],
    finds: expects("deadLetterConfig.arn", isSet),
    broken: { "without a queue": { deadLetterConfig: undefined } },
    example: [resource(TARGET, "target", { deadLetterConfig: { arn: "arn:aws:sqs:::failed" } })],
  },
];
