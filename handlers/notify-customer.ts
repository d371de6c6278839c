import { sendMail, sendSms } from "../aws/messengers.ts";
import { mail, mailKind, sms } from "../domain/mails.ts";
import { type Delivery, sendOnce } from "../store/messages.ts";
import { getOrder } from "../store/orders.ts";
import { measure } from "./lib/metrics.ts";
import { Hopeless, queueConsumer } from "./lib/queue-consumer.ts";

/**
 * Tells the customer what happened to an order, by mail and, where the order has a phone number, by text message.
 *
 * Events that come late are told, too: each kind has its own mail, which tells what happened and not how the order
 * stands now. So the customer hears the whole story whatever order the events come in, and no part of it twice.
 */
export const handler = queueConsumer(async ({ type, orderId, reason, correlationId }) => {
  const kind = mailKind(type);
  if (!kind) throw new Hopeless(`Customers hear nothing of an event of type ${type}.`);
  const order = await getOrder(orderId);
  if (!order) throw new Hopeless("There is no order of the event's id.");

  const { customerEmail, customerPhone } = order;
  const letter = mail(kind, order, reason);
  const counted = () => measure({ NotificationsSent: 1 }, { orderId, correlationId });
  const [byMail, bySms] = await Promise.allSettled([
    sendOnce(orderId, `MAIL#${kind}`, () => sendMail(customerEmail, letter).then(counted)),
    customerPhone &&
      sendOnce(orderId, `SMS#${kind}`, () => sendSms(customerPhone, sms(kind, order, reason)).then(counted)),
  ]);
  // Neither waits for the other: the one that went out is not sent again when the message comes again.
  if (byMail.status === "rejected") throw byMail.reason;
  if (bySms.status === "rejected") throw bySms.reason;
  const deliveries: Delivery[] = [byMail.value, ...(bySms.value ? [bySms.value] : [])];
  return {
    outcome: deliveries.includes("sent") ? "notified" : "not notified again",
    mail: byMail.value,
    ...(bySms.value && { sms: bySms.value }),
    unknown: deliveries.filter((delivery) => delivery === "unknown").length,
  };
});
