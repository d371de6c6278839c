import { SESClient } from "@aws-sdk/client-ses";
import { SNSClient } from "@aws-sdk/client-sns";
import { SEND_ONCE, sendMail, sendSms } from "../aws/messengers.ts";
import { mail, mailKind, sms } from "../domain/mails.ts";
import { type Delivery, sendOnce } from "../store/messages.ts";
import { getOrder } from "../store/orders.ts";
import { db } from "./lib/db.ts";
import { environment } from "./lib/environment.ts";
import { measure } from "./lib/metrics.ts";
import { PoisonMessage, queueConsumer } from "./lib/queue-consumer.ts";

const ses = new SESClient(SEND_ONCE);
const sns = new SNSClient(SEND_ONCE);

/**
 * Notifies the customer of an order's event by email and, if the order has a phone number, by text message.
 *
 * Late events are reported, too. Each kind of message says what happened, not what the order's status is now, so it is right
 * in whatever order the events arrive; each is sent at most once.
 */
export const handler = queueConsumer(async ({ type, orderId, reason, correlationId }) => {
  const kind = mailKind(type);
  if (!kind) throw new PoisonMessage(`Customers are not notified of events of type ${type}.`);
  const order = await getOrder(db, orderId);
  if (!order) throw new PoisonMessage("There is no order with the event's id.");

  const { customerEmail, customerPhone } = order;
  const mailer = { client: ses, from: environment("MAIL_FROM") };
  const email = mail(kind, order, reason);
  const counted = () => measure({ NotificationsSent: 1 }, { orderId, correlationId });
  const [byMail, bySms] = await Promise.allSettled([
    sendOnce(db, orderId, `MAIL#${kind}`, () => sendMail(mailer, customerEmail, email).then(counted)),
    customerPhone &&
      sendOnce(db, orderId, `SMS#${kind}`, () => sendSms(sns, customerPhone, sms(kind, order, reason)).then(counted)),
  ]);
  // If one of them fails, the other is still sent, and not sent again when the message is redelivered.
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
