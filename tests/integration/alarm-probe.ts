import { eventually } from "../support/eventually.ts";
import type { TestStack } from "../support/stack.ts";
import { useTopicProbe } from "../support/topic-probes.ts";

/** The parts of CloudWatch's alarm notification that tests read. */
interface AlarmMessage {
  AlarmName: string;
  AlarmDescription: string;
  NewStateValue: string;
  NewStateReason: string;
}

/** Records the notifications of a stack's alarms. */
export interface AlarmProbe {
  /** Waits for an alarm's notification. @param reason - How the notification's reason begins. */
  notified(alarmName: string, reason: string): Promise<AlarmMessage>;
  /** The same notification, without waiting. @throws Error if it has not arrived yet. */
  received(alarmName: string, reason: string): AlarmMessage;
}

/** Records the alarm notifications of the calling suite's stack. Call it after `useLocalStack`. */
export function useAlarmProbe(stack: () => TestStack): AlarmProbe {
  const received: AlarmMessage[] = [];
  useTopicProbe(stack, "alarmTopicArn", ({ Body = "" }) => received.push(JSON.parse(Body)));

  const find: AlarmProbe["received"] = (alarmName, reason) => {
    const own = received.filter(({ AlarmName }) => AlarmName === alarmName);
    const message = own.find(({ NewStateReason }) => NewStateReason.startsWith(reason));
    if (message) return message;
    const reasons = own.map(({ NewStateReason }) => NewStateReason).join(", ");
    throw new Error(`No notification of ${alarmName} begins with "${reason}", only: ${reasons || "none"}.`);
  };
  return { received: find, notified: (alarmName, reason) => eventually(() => find(alarmName, reason)) };
}
