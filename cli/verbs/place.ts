import { randomUUID } from "node:crypto";
import { isEmptyObject, pickBy } from "es-toolkit";
import type { ShippingAddress } from "../../domain/contract/order-request.ts";
import type { OrderCreated } from "../../domain/contract/responses.ts";
import { backOfficeClient, bodyOf } from "../../stacks/api-client.ts";
import type { Stack } from "../../stacks/stack.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { inputName, readInput } from "../input-file.ts";
import { repeatable } from "./repeatable.ts";

/** What may be said of an order on the command line, the shipping address field by field. */
export interface PlaceOptions extends Partial<ShippingAddress> {
  email?: string;
  customer?: string;
  name?: string;
  phone?: string;
  payment?: string;
  file?: string;
  key?: string;
  watch?: true;
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
  if (file !== undefined && items.length > 0)
    throw usage("Say what to order either in the file or as arguments, not both.");
  const body: Record<string, unknown> =
    file === undefined ? {} : jsonObject(inputName(file), await readInput(file, stdin));
  const { street, district, city, state, zipCode, country } = said;
  const address = pickBy({ street, district, city, state, zipCode, country }, (value) => value !== undefined);
  const fields = {
    customerEmail: said.email,
    customerId: said.customer,
    customerName: said.name,
    customerPhone: said.phone,
    paymentMethod: said.payment,
    items: items.length > 0 ? items : undefined,
    shippingAddress: isEmptyObject(address) ? undefined : { ...(body.shippingAddress ?? {}), ...address },
  };
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) body[field] = value;
  if (body.items === undefined) throw usage("Say what to order, such as PROD-001:2, or give a file with --file.");
  if (body.customerEmail === undefined) throw usage("Give the customer's address with --email.");
  return body;
}

/**
 * Places an order, once for each key.
 *
 * @param body - Whether it is an order is for the API to say.
 * @throws CommandFailure that says how to go on where nobody knows whether the order was placed.
 */
export async function placeOrder(
  { backOffice }: Stack,
  body: object,
  key: string = randomUUID(),
): Promise<OrderCreated & { idempotencyKey: string }> {
  const params = { header: { "Idempotency-Key": key } };
  const response = bodyOf(backOfficeClient(backOffice).POST("/orders", { params, body: body as never }));
  const advice = `The order may have been placed: try again with --key ${key}, which places it only once.`;
  return { ...(await repeatable(response, advice)), idempotencyKey: key };
}

function jsonObject(name: string, content: string): Record<string, unknown> {
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
