import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import type { ApiClient } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { CUSTOMER_EMAIL } from "../support/orders.ts";

/** The customer's details, by the fields' labels. */
const DETAILS = {
  Email: CUSTOMER_EMAIL,
  Name: "Ada Lovelace",
  "Street address": "123 Main St",
  City: "New York",
  State: "NY",
  "ZIP code": "10001",
};

/** Adds one of each product to the basket and goes to the checkout. */
export async function toCheckout(page: Page, ...products: string[]): Promise<void> {
  for (const product of products) await page.getByRole("button", { name: `Add to basket: ${product}` }).click();
  await page.getByRole("link", { name: "Go to checkout" }).click();
}

/** Fills in the checkout's form. */
export async function fillIn(page: Page, changes: Record<string, string> = {}): Promise<void> {
  await page.getByLabel("Country").selectOption("United States");
  for (const [label, value] of Object.entries({ ...DETAILS, ...changes }))
    await page.getByLabel(label, { exact: true }).fill(value);
}

/** Chooses a test card. */
export async function choosePayment(page: Page, card: string): Promise<void> {
  await page.getByRole("radio", { name: new RegExp(`^${card}`) }).check();
}

export const placeOrderButton = (page: Page) => page.getByRole("button", { name: "Place order" });

/** An image. */
export const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><rect width="8" height="6"/></svg>';

/** Whether an `img` shows its image. */
export function isLoaded(image: Locator): Promise<boolean> {
  return image.evaluate((element: { naturalWidth?: number }) => (element.naturalWidth ?? 0) > 0);
}

/** Waits for the order's page. @returns The order's id. */
export async function orderPlaced(page: Page): Promise<string> {
  await page.waitForURL(/order\.html#[\w-]+$/);
  return new URL(page.url()).hash.slice(1);
}

/** Waits for a headline on the order's page. */
export async function waitForHeadline(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Waits until exactly these orders have the email address. */
export async function expectOrders(backOffice: ApiClient, email: string, ...orderIds: string[]): Promise<void> {
  await eventually(async () => {
    const { body } = await backOffice.get("/orders?limit=100");
    const orders: { orderId: string; customerEmail: string }[] = body.orders;
    const placed = orders.filter(({ customerEmail }) => customerEmail === email);
    expect(placed.map(({ orderId }) => orderId)).to.have.members(orderIds);
  });
}
