import { eventually } from "../support/eventually.ts";
import type { TestStack } from "../support/stack.ts";
import { useTopicProbe } from "../support/topic-probe.ts";

/** What CloudWatch tells a topic of an alarm, as far as tests look at it. */
interface AlarmMessage {
  AlarmName: string;
  AlarmDescription: string;
  NewStateValue: string;
  NewStateReason: string;
}

/** What was heard of the alarm topic. */
export interface AlarmProbe {
  /** Waits until the topic told that an alarm went off, for a reason that begins like this. */
  hears(alarmName: string, reason: string, patience?: number): Promise<AlarmMessage>;
}

/** Subscribes a queue to the alarm topic of the calling suite's stack, and listens to it. Call it after `useLocalStack`. */
export function useAlarmProbe(stack: () => TestStack): AlarmProbe {
  const heard: AlarmMessage[] = [];
  useTopicProbe(stack, "alarmTopicArn", ({ Body = "" }) => heard.push(JSON.parse(Body)));

  return {
    hears: (alarmName, reason, patience) =>
      eventually(() => {
        const message = heard.find(
          ({ AlarmName, NewStateReason }) => AlarmName === alarmName && NewStateReason.startsWith(reason),
        );
        if (message) return message;
        const reasons = heard.filter(({ AlarmName }) => AlarmName === alarmName).map((other) => other.NewStateReason);
        throw new Error(`Nobody told of ${alarmName} "${reason}". Heard of it: ${reasons.join(", ") || "nothing"}.`);
      }, patience),
  };
}
