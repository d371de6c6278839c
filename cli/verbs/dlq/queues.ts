import { SNSClient } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { ordersTable } from "../../../stacks/orders-table.ts";
import type { Stack } from "../../../stacks/stack.ts";
import type { QueueName } from "./queue-names.ts";
import type { Send } from "./redrive.ts";
import { toQueue, toTopic } from "./senders.ts";

/** A queue for what failed, of one stack. */
export interface DeadLetterQueue {
  name: QueueName;
  url: string;
  /** What its messages are, in a few words. */
  holds: string;
  /** What it means for people when its messages are gone, in a sentence. */
  loss: string;
  /** Sends messages back. @param run - Names this run. */
  sender(run: string): Send;
}

/** The queue of a stack that is called so. */
export function deadLetterQueue(name: QueueName, stack: Stack): DeadLetterQueue {
  const { awsClient, output } = stack;
  const sqs = new SQS(awsClient);
  switch (name) {
    case "order":
      return {
        name,
        url: output("orderDlqUrl"),
        holds: "orders whose workflow was not started",
        loss: "Only the sweeper will then start these orders' workflows, and only for orders that are still waiting.",
        sender: (run) => toQueue(sqs, output("orderQueueUrl"), run),
      };
    case "payment":
      return {
        name,
        url: output("paymentDlqUrl"),
        holds: "charges and refunds that were not processed",
        loss: 'These orders\' workflows then wait for 14 days: start new ones with "./orders workflow start ID".',
        sender: (run) => toQueue(sqs, output("paymentQueueUrl"), run),
      };
    case "customer":
      return {
        name,
        url: output("customerDlqUrl"),
        holds: "emails and text messages that were not sent",
        loss: "The customers will never get these emails and text messages.",
        sender: (run) => toQueue(sqs, output("customerQueueUrl"), run),
      };
    case "webhook":
      return {
        name,
        url: output("webhookDlqUrl"),
        holds: "reports of Stripe's that were not handled",
        loss: 'What they reported is then found only by "./orders payments replay", for 30 days.',
        sender: (run) => toQueue(sqs, output("webhookQueueUrl"), run),
      };
    case "events":
      return {
        name,
        url: output("unpublishedEventsUrl"),
        holds: "events that were not published",
        loss: "Customers and subscribers will never receive these events, unless they are published again from the table.",
        sender: () =>
          toTopic(ordersTable(stack), { client: new SNSClient(awsClient), topicArn: output("eventsTopicArn") }),
      };
  }
}
