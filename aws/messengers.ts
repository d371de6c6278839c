import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Mail } from "../domain/mails.ts";
import { environment } from "../handlers/lib/environment.ts";

/**
 * One attempt only: after a time-out nobody knows whether the message went out, and a second attempt may double it. The
 * time-out of the connection is part of the request's, in milliseconds; with it, it is known that nothing went out.
 */
const ONCE = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
};

/** The clients of a function instance for messages to people. */
export const ses = new SESClient(ONCE);
export const texts = new SNSClient(ONCE);

/** Sends a mail from the address MAIL_FROM. @throws Error of the SDK. */
export async function sendMail(to: string, { subject, text, html }: Mail): Promise<void> {
  const part = (Data: string) => ({ Data, Charset: "UTF-8" });
  const message = {
    Source: environment("MAIL_FROM"),
    Destination: { ToAddresses: [to] },
    Message: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } },
  };
  await ses.send(new SendEmailCommand(message));
}

/** Sends a text message to a phone number in E.164 form. @throws Error of the SDK. */
export async function sendSms(to: string, text: string): Promise<void> {
  const message = {
    PhoneNumber: to,
    Message: text,
    // Delivered first, and also to numbers that opted out of advertising.
    MessageAttributes: { "AWS.SNS.SMS.SMSType": { DataType: "String", StringValue: "Transactional" } },
  };
  await texts.send(new PublishCommand(message));
}
