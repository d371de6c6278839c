import { type SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Mail } from "../domain/mails.ts";

/**
 * Options for the clients that send messages; times in milliseconds. There is only one attempt: after a time-out nobody
 * knows whether the message was sent, and a second attempt might send it twice. Without a connection, it was not.
 */
export const SEND_ONCE = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
};

/** Sends emails. */
export interface Mailer {
  /** With the options {@link SEND_ONCE}. */
  client: SESClient;
  /** The sender's address. */
  from: string;
}

/** Sends an email. @throws Error of the SDK. */
export async function sendMail({ client, from }: Mailer, to: string, { subject, text, html }: Mail): Promise<void> {
  const part = (Data: string) => ({ Data, Charset: "UTF-8" });
  const message = {
    Source: from,
    Destination: { ToAddresses: [to] },
    Message: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } },
  };
  await client.send(new SendEmailCommand(message));
}

/**
 * Sends a text message.
 *
 * @param client - With the options {@link SEND_ONCE}.
 * @param to - Phone number in E.164 form.
 * @throws Error of the SDK.
 */
export async function sendSms(client: SNSClient, to: string, text: string): Promise<void> {
  const message = {
    PhoneNumber: to,
    Message: text,
    // These have priority, and also reach numbers that opted out of advertising.
    MessageAttributes: { "AWS.SNS.SMS.SMSType": { DataType: "String", StringValue: "Transactional" } },
  };
  await client.send(new PublishCommand(message));
}
