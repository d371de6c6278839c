import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { OrderCreated } from "../../domain/contract/responses.ts";
import { ApiError, call } from "../../stacks/api-client.ts";
import type { Stack } from "../../stacks/stack.ts";
import { CommandFailure, toldFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";

/** What may be said of an order on the command line. */
export interface PlaceOptions {
  email?: string;
  customer?: string;
  name?: string;
  phone?: string;
  payment?: string;
  file?: string;
  key?: string;
}

/** One line of an order. */
export interface RequestedItem {
  productId: string;
  quantity: number;
}

/** What `POST /orders` is sent: the file's JSON, where there is one, with what else was said in its place. */
export async function orderBody(
  items: RequestedItem[],
  { file, ...said }: PlaceOptions,
  stdin: NodeJS.ReadableStream,
): Promise<object> {
  const body: Record<string, unknown> = file === undefined ? {} : jsonObject(file, await contentOf(file, stdin));
  const fields = {
    customerEmail: said.email,
    customerId: said.customer,
    customerName: said.name,
    customerPhone: said.phone,
    paymentMethod: said.payment,
    items: items.length > 0 ? items : undefined,
  };
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) body[field] = value;
  if (body.items === undefined) throw usage("Say what to order, such as PROD-001:2, or give a file with --file.");
  if (body.customerEmail === undefined) throw usage("Give the customer's address with --email.");
  return body;
}

/**
 * Places an order, once for each key.
 *
 * @throws CommandFailure that says how to go on where nobody knows whether the order was placed.
 */
export async function placeOrder(
  { backOffice }: Stack,
  body: object,
  key: string = randomUUID(),
): Promise<OrderCreated & { idempotencyKey: string }> {
  try {
    const created = await call<OrderCreated>(backOffice, "POST", "/orders", body, { "Idempotency-Key": key });
    return { ...created, idempotencyKey: key };
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) throw error;
    const { sentence } = toldFailure(error);
    const advice = `The order may have been placed: try again with --key ${key}, which places it only once.`;
    throw new CommandFailure(EXIT.FAILED, `${sentence}\n${advice}`, { cause: error });
  }
}

async function contentOf(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  try {
    return file === "-" ? await text(stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw usage(`${file} can't be read: ${(error as Error).message}.`);
  }
}

function jsonObject(file: string, content: string): Record<string, unknown> {
  const name = file === "-" ? "Standard input" : file;
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    throw usage(`${name} is not JSON: ${(error as Error).message}.`);
  }
  throw usage(`${name} is not a JSON object: it must look like the body of POST /orders.`);
}

function usage(sentence: string): CommandFailure {
  return new CommandFailure(EXIT.USAGE, sentence);
}
