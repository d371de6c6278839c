import { SESClient } from "@aws-sdk/client-ses";
import { SNSClient } from "@aws-sdk/client-sns";
import { SEND_ONCE, sendMail, sendSms } from "../aws/messengers.ts";
import { Refusal } from "../aws/refusals.ts";
import type { OrderEvent } from "../domain/events.ts";
import { Failure } from "../domain/failure.ts";
import { mailKind, mailName, textedPhone } from "../domain/mails.ts";
import { signOrderToken } from "../domain/order-token.ts";
import { gatewayOf } from "../domain/payment.ts";
import type { Brand } from "../mails/brand.ts";
import { mail, sms } from "../mails/render.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { sendMessage } from "../store/messages.ts";
import { db } from "./lib/db.ts";
import { environment } from "./lib/environment.ts";
import { measure } from "./lib/metrics.ts";
import { pacedConsumer } from "./lib/paced-consumer.ts";
import { PoisonMessage, readOrderEvent } from "./lib/queue-consumer.ts";
import { LATE_RECEIVES } from "./lib/redelivery.ts";
import { signingSecrets } from "./lib/signing-secrets.ts";

const ses = new SESClient(SEND_ONCE);
const sns = new SNSClient(SEND_ONCE);

/** Enough for new permissions to take effect: what is refused for good is refused the same way the next time. */
const MAX_REFUSALS = 3;

/**
 * Notifies the customer of an order's event by email and, if they asked for that, by text message, at the rate that SES
 * accepts.
 *
 * Late events are reported, too. Each kind of message says what happened, not what the order's status is now, so it is right
 * in whatever order the events arrive. Emails are sent at least once, text messages at most once.
 */
export const handler = pacedConsumer({ read: readOrderEvent, work: notify });

async function notify(event: OrderEvent, receives: number) {
  const { type, orderId, correlationId } = event;
  const kind = mailKind(type);
  if (!kind) throw new PoisonMessage(`Customers are not notified of events of type ${type}.`);
  const { order, payment } = await readFulfilment(db, orderId).catch((error) => {
    throw error.name === "OrderNotFound" ? new PoisonMessage("There is no order with the event's id.") : error;
  });

  const brand: Brand = JSON.parse(environment("BRAND"));
  const mailer = { client: ses, from: environment("MAIL_FROM"), replyTo: brand.supportEmail };
  const isDemo = (gatewayOf(payment) ?? environment("PAYMENT_GATEWAY")) === "simulated";
  const orderUrl = await linkTo(event);
  const email = mail(kind, { order, payment, event, isDemo, orderUrl }, brand);
  const phone = textedPhone(kind, order);
  const name = mailName(kind, event);
  const counted = () => measure({ NotificationsSent: 1 }, { orderId, correlationId });
  const [byMail, bySms] = await Promise.allSettled([
    sendMessage(db, orderId, `MAIL#${name}`, () => sendMail(mailer, order.customerEmail, email).then(counted)),
    phone &&
      sendMessage(db, orderId, `SMS#${name}`, () => sendSms(sns, phone, sms(kind, { order, event })).then(counted)),
  ]);
  const results = [byMail, bySms];
  const deliveries = results.flatMap((result) => (result.status === "fulfilled" && result.value) || []);
  const unknown = deliveries.filter((delivery) => delivery === "unknown").length;
  if (unknown > 0) measure({ NotificationsUnknown: unknown }, { orderId, correlationId });
  // If one of them fails, the other is still sent, and not sent again when the message is redelivered.
  const failure = results.find((result) => result.status === "rejected")?.reason;
  if (failure instanceof Refusal && !failure.isTemporary && receives >= MAX_REFUSALS)
    throw new PoisonMessage(failure.message);
  if (failure && receives >= LATE_RECEIVES) measure({ NotificationsLate: 1 }, { orderId, correlationId });
  if (failure) throw failure;
  if (unknown > 0) throw new Failure("OutcomeUnknown", "Nobody knows whether the message was sent.");
  if (deliveries[0] === "given up") throw new PoisonMessage(GIVEN_UP);
  return {
    outcome: deliveries.includes("sent") ? "notified" : "not notified again",
    mail: deliveries[0],
    ...(deliveries[1] && { sms: deliveries[1] }),
  };
}

/** The order's page, with its token in the fragment. It is good for as long after each email: a later one renews it. */
async function linkTo({ orderId, at }: OrderEvent): Promise<string> {
  const token = signOrderToken(orderId, Date.parse(at), await signingSecrets());
  return new URL(`order.html#${orderId}&token=${token}`, environment("SITE_URL")).href;
}

const GIVEN_UP = "Nobody knows whether the email was sent, although it was sent twice.";
