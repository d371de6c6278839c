import type { TestStack } from "./stack.ts";

/** An email that the emulator accepted. */
export interface SentMail {
  Source: string;
  To: string[];
  Subject: string;
  BodyText: string;
  BodyHtml: string | null;
}

/** The emails to an address, oldest first. */
export async function mailsTo(address: string, stack: TestStack): Promise<SentMail[]> {
  return (await allMails(stack)).filter(({ To }) => To.includes(address));
}

/** All emails. */
export async function allMails({ awsClient }: TestStack): Promise<SentMail[]> {
  const { messages } = await read<{ messages: Record<string, SentMail[]> }>("ses/messages", awsClient);
  return Object.values(messages).flat();
}

/** The text messages to a phone number, oldest first, as JSON. */
export async function textsTo(phone: string, { awsClient }: TestStack): Promise<string[]> {
  const path = `sns/sms-messages?phoneNumber=${encodeURIComponent(phone)}`;
  const { sms_messages } = await read<{ sms_messages: Record<string, unknown[]> }>(path, awsClient);
  return (sms_messages[phone] ?? []).map((message) => JSON.stringify(message));
}

/** The content of all text messages. */
export async function allTexts({ awsClient }: TestStack): Promise<string[]> {
  type Sent = { sms_messages: Record<string, { Message: string }[]> };
  const { sms_messages } = await read<Sent>("sns/sms-messages", awsClient);
  return Object.values(sms_messages).flatMap((messages) => messages.map(({ Message }) => Message));
}

async function read<T>(path: string, { endpoint }: TestStack["awsClient"]): Promise<T> {
  const response = await fetch(`${endpoint}/_ministack/${path}`);
  return (await response.json()) as T;
}
