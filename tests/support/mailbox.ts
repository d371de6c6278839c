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
export async function mailsTo(address: string, stack: TestStack): Promise<SentMail[]> {
  return (await allMails(stack)).filter(({ To }) => To.includes(address));
}

/** All mails. */
export async function allMails({ awsClient }: TestStack): Promise<SentMail[]> {
  const { messages } = await look<{ messages: Record<string, SentMail[]> }>("ses/messages", awsClient);
  return Object.values(messages).flat();
}

/** The text messages that went to a phone number, the first one first. */
export async function textsTo(phone: string, { awsClient }: TestStack): Promise<string[]> {
  const path = `sns/sms-messages?phoneNumber=${encodeURIComponent(phone)}`;
  const answer = await look<{ sms_messages: Record<string, unknown[]> }>(path, awsClient);
  return (answer.sms_messages[phone] ?? []).map((message) => JSON.stringify(message));
}

/** What all text messages say. */
export async function allTexts({ awsClient }: TestStack): Promise<string[]> {
  const answer = await look<{ sms_messages: Record<string, { Message: string }[]> }>("sns/sms-messages", awsClient);
  return Object.values(answer.sms_messages).flatMap((messages) => messages.map(({ Message }) => Message));
}

async function look<T>(path: string, { endpoint }: TestStack["awsClient"]): Promise<T> {
  const answer = await fetch(`${endpoint}/_ministack/${path}`);
  return (await answer.json()) as T;
}
