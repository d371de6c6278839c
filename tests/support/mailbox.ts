import type { TestStack } from "./stack.ts";

/** A mail that the emulator took. */
export interface SentMail {
  Source: string;
  To: string[];
  Subject: string;
  BodyText: string;
  BodyHtml: string | null;
}

/** The mails that went to an address, the first one first. */
export async function mailsTo(address: string, { awsClient }: TestStack): Promise<SentMail[]> {
  const { messages } = await look<{ messages: Record<string, SentMail[]> }>("ses/messages", awsClient);
  return Object.values(messages)
    .flat()
    .filter(({ To }) => To.includes(address));
}

/** The text messages that went to a phone number, the first one first. */
export async function textsTo(phone: string, { awsClient }: TestStack): Promise<string[]> {
  const path = `sns/sms-messages?phoneNumber=${encodeURIComponent(phone)}`;
  const answer = await look<{ sms_messages: Record<string, unknown[]> }>(path, awsClient);
  return (answer.sms_messages[phone] ?? []).map((message) => JSON.stringify(message));
}

async function look<T>(path: string, { endpoint }: TestStack["awsClient"]): Promise<T> {
  const answer = await fetch(`${endpoint}/_ministack/${path}`);
  return (await answer.json()) as T;
}
