import { type SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Mail } from "../domain/mails.ts";
import { refusalOr } from "./refusals.ts";

/**
 * A new connection for each message. On a kept one, which the far side may have closed meanwhile, a message could be lost in a
 * way that looks like a lost response (aws-sdk-js-v3#1196). A time-out for idle connections would not help: while Lambda
 * has frozen the function, no timer runs. It costs a handshake of some milliseconds, which no customer waits for.
 */
const NEW_CONNECTIONS = { keepAlive: false };

/**
 * Options for the clients that send messages; times in milliseconds. There is only one attempt: after a time-out nobody
 * knows whether the message was sent, and a second attempt might send it twice. Without a connection, it was not.
 */
export const SEND_ONCE = {
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 4_000,
    throwOnRequestTimeout: true,
    httpAgent: NEW_CONNECTIONS,
    httpsAgent: NEW_CONNECTIONS,
  },
};

/** Sends emails. */
export interface Mailer {
  /** With the options {@link SEND_ONCE}. */
  client: SESClient;
  /** The sender's address. */
  from: string;
  /** Where replies go, if not to the sender. */
  replyTo?: string | undefined;
}

/**
 * Sends an email.
 *
 * @throws Refusal if it was certainly not sent, which server errors count as: better twice than never. Otherwise Error of
 * the SDK: it may have been sent.
 */
export async function sendMail(
  { client, from, replyTo }: Mailer,
  to: string,
  { subject, text, html }: Mail,
): Promise<void> {
  const part = (Data: string) => ({ Data, Charset: "UTF-8" });
  const message = {
    Source: from,
    ...(replyTo && { ReplyToAddresses: [replyTo] }),
    Destination: { ToAddresses: [to] },
    Message: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } },
  };
  await client.send(new SendEmailCommand(message)).catch((error) => {
    throw refusalOr(error, "SES refused the email", true);
  });
}

/**
 * Sends a text message.
 *
 * @param client - With the options {@link SEND_ONCE}.
 * @param to - Phone number in E.164 form.
 * @throws Refusal if it was certainly not sent; otherwise Error of the SDK: it may have been sent, also after a server error.
 */
export async function sendSms(client: SNSClient, to: string, text: string): Promise<void> {
  const message = {
    PhoneNumber: to,
    Message: text,
    // These have priority, and also reach numbers that opted out of advertising.
    MessageAttributes: { "AWS.SNS.SMS.SMSType": { DataType: "String", StringValue: "Transactional" } },
  };
  await client.send(new PublishCommand(message)).catch((error) => {
    throw refusalOr(error, "SNS refused the text message", false);
  });
}
