import pWaitFor from "p-wait-for";
import { samplePrice } from "../domain/contract/openapi-examples.ts";
import type { FullOrder } from "../domain/contract/responses.ts";
import { type Api, backOfficeClient, bodyOf, storefrontClient } from "./api-client.ts";
import { emulatorLog } from "./local.ts";

/** Products to try the system with, with prices in dollars. The documentation's examples order the first two. Their pictures are part of the website. */
const CATALOGUE = [
  {
    productId: "PROD-001",
    name: "Wireless mouse",
    price: 29.99,
    stock: 1000,
    description: "Fits either hand, glides on any desk, and runs for a year on one battery.",
    image: "/pictures/wireless-mouse.svg",
  },
  {
    productId: "PROD-002",
    name: "Mechanical keyboard",
    price: 49.99,
    stock: 1000,
    description: "Keys with a clear click and a light touch, in a frame of aluminium. Connects by USB-C or Bluetooth.",
    image: "/pictures/mechanical-keyboard.svg",
  },
  {
    productId: "PROD-003",
    name: "USB-C hub",
    price: 34.5,
    stock: 250,
    description: "Two USB-A ports and one for charging: everything connects by a single cable.",
    image: "/pictures/usb-c-hub.svg",
  },
  {
    productId: "PROD-004",
    name: "Laptop stand",
    price: 42,
    stock: 80,
    description: "Brings the screen up to your eyes. Folds flat, and carries up to 8 kg.",
    image: "/pictures/laptop-stand.svg",
  },
  {
    productId: "PROD-005",
    name: "Noise-cancelling headphones",
    price: 249.95,
    stock: 12,
    description: "Silence at the touch of a button, for 30 hours on one charge. In the box: a case, and a USB-C cable.",
    image: "/pictures/headphones.svg",
  },
];

/** An order of two products of the catalogue, without the prices: they may have changed since. */
export const sampleOrder = {
  customerId: "CUST-12345",
  customerEmail: "customer@example.com",
  items: [
    { productId: "PROD-001", quantity: 2 },
    { productId: "PROD-002", quantity: 1 },
  ],
  shippingAddress: { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" as const },
};

/** A mail that SES was asked to send, as the emulator keeps it. */
interface Mail {
  To: string[];
  Subject: string;
  BodyText: string;
}

/** How long to wait for the sample order, which takes seconds. */
const TIMEOUT_MS = 60_000;

/**
 * Loads the catalogue, unless there is one already: that would reset the stock.
 *
 * @param currency - The shop's (ISO 4217).
 * @returns How many products it loaded.
 */
export async function loadSampleCatalogue(backOffice: Api, currency: string): Promise<number> {
  const client = backOfficeClient(backOffice);
  const { products } = await bodyOf(client.GET("/products"));
  if (products.length > 0) return 0;
  await Promise.all(
    CATALOGUE.map(({ productId, price, ...product }) => {
      const body = { ...product, price: samplePrice(price, currency) };
      return client.PUT("/products/{productId}", { params: { path: { productId } }, body });
    }),
  );
  return CATALOGUE.length;
}

/** Places an order as a customer does, and waits for its end as the back office sees it. */
export async function placeSampleOrder(storefront: Api, backOffice: Api): Promise<FullOrder> {
  const { orderId } = await bodyOf(storefrontClient(storefront).POST("/orders", { body: sampleOrder }));
  const client = backOfficeClient(backOffice);
  return await pWaitFor(
    async () => {
      const order = await bodyOf(client.GET("/orders/{orderId}", { params: { path: { orderId } } }));
      return ["COMPLETED", "FAILED"].includes(order.status) && pWaitFor.resolveWith(order);
    },
    waitOptions(`the order ${orderId} to be fulfilled`),
  );
}

/** Waits for the two mails about a fulfilled order: that it was placed, and how it ended. */
export async function findMails(endpoint: string, orderId: string): Promise<Mail[]> {
  return await pWaitFor(
    async () => {
      const response = await fetch(`${endpoint}/_ministack/ses/messages`);
      const { messages } = (await response.json()) as { messages: Record<string, Mail[]> };
      const mails = Object.values(messages).flat();
      const found = mails.filter(({ BodyText }) => BodyText.includes(orderId));
      return found.length >= 2 && pWaitFor.resolveWith(found);
    },
    waitOptions(`the mails about the order ${orderId}`),
  );
}

function waitOptions(what: string) {
  const message = new Error(`Waited ${TIMEOUT_MS / 1_000} s in vain for ${what}: see ${emulatorLog()}.`);
  return { interval: 100, timeout: { milliseconds: TIMEOUT_MS, message } };
}
