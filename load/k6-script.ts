// The script that k6 runs; ./orders load starts it.

import { check, sleep } from "k6";
import exec from "k6/execution";
import http, { type RefinedResponse } from "k6/http";
import { Counter, Gauge } from "k6/metrics";
import type { OrderCreated, Product, ProductList, PublicOrder } from "../domain/contract/responses.ts";
import { needsWork } from "../domain/order.ts";
import type { Api } from "../stacks/api-client.ts";
import { DECLINED, itemsOf, PRODUCTS, paymentMethodOf, STOCK } from "./catalogue.ts";
import { FLOOR, optionsOf, REQUEST_TIMEOUT_SECONDS } from "./k6-options.ts";
import { isSequential, type Run, rateAt, retriesBusy } from "./plan.ts";

if (!__ENV.ORDERS_LOAD) throw new Error('Run "./orders load": it starts k6 with what this needs.');
const { id, plan, storefront, backOffice, summary }: Run = JSON.parse(__ENV.ORDERS_LOAD);

export const options = optionsOf(plan);

const sent = new Counter("orders_sent");
const accepted = new Counter("orders_accepted");
const refused = new Counter("orders_refused");
const retried = new Counter("orders_retried");
const arrivalRate = new Gauge("arrival_rate");

/** No answer in time, throttled, busy: the same request may succeed in a moment. */
const BUSY = [0, 429, 503];

/** Stocks the catalogue, and aborts a run that can't work: wrong key, wrong stack, nothing to order. */
export function setup(): void {
  const puts = PRODUCTS.map(({ productId, ...product }) => ({
    method: "PUT",
    url: `${backOffice.url}/products/${productId}`,
    body: JSON.stringify({ ...product, stock: STOCK }),
    params: setupParamsOf(backOffice),
  }));
  for (const [index, response] of retryWhileKeyIsNew(() => http.batch(puts)).entries()) {
    if (response.status === 422) restock(PRODUCTS[index]?.productId ?? "");
    else abortUnlessOk("back office", backOffice, response);
  }
  if (!showsProducts()) {
    exec.test.abort(`There is nothing to order at ${storefront.url}: it doesn't show the back office's catalogue.`);
  }
}

/** Books what earlier runs took from a product. */
function restock(productId: string): void {
  const path = `${backOffice.url}/products/${productId}`;
  const { stock } = http.get(path, setupParamsOf(backOffice)).json() as unknown as Product;
  const booking = { delta: STOCK - stock, reason: "CORRECTION", note: "A load test begins." };
  if (booking.delta === 0) return;
  const { headers, ...params } = setupParamsOf(backOffice);
  const keyed = { ...params, headers: { ...headers, "Idempotency-Key": `${id}-${productId}` } };
  abortUnlessOk("back office", backOffice, http.post(`${path}/stock`, JSON.stringify(booking), keyed));
}

/** Places an order. */
export function place(): void {
  measureFloor();
  finish(placeOrder());
}

/** Views the catalogue, places an order, reads it, and lists the newest as the back office does. */
export function journey(): void {
  measureFloor();
  read(storefront, "/products", "GET /products");
  const orderId = placeOrder();
  if (orderId === undefined) return;
  read(storefront, `/orders/${orderId}`, "GET /orders/{orderId}");
  read(backOffice, "/orders", "GET /orders");
  finish(orderId);
}

export function handleSummary(data: unknown): Record<string, string> {
  return { [summary]: JSON.stringify(data) };
}

/** Measures what a request takes at this moment that calls one function, which reads the table once: ten products. */
function measureFloor(): void {
  if (plan.hasFloor) read(storefront, "/products?limit=10", FLOOR);
}

/** @returns The order's id, if it was accepted. */
function placeOrder(): string | undefined {
  const index = exec.scenario.iterationInTest;
  const name = `${id}-${index}`;
  const order = {
    customerId: name,
    // Accepts every email without affecting the sender's reputation.
    customerEmail: "success@simulator.amazonses.com",
    items: itemsOf(index),
    paymentMethod: paymentMethodOf(index),
  };
  arrivalRate.add(rateAt(plan, exec.scenario.progress));
  sent.add(1);
  // Customers of the storefront could try another card: nobody waits for those of the back office.
  const api = order.paymentMethod === DECLINED ? backOffice : storefront;
  const params = {
    ...paramsOf(api, "POST /orders"),
    headers: { ...headersOf(api), "Idempotency-Key": name },
    ...(retriesBusy(plan) && { responseCallback: http.expectedStatuses({ min: 200, max: 399 }, ...BUSY) }),
  };
  const post = () => http.post(`${api.url}/orders`, JSON.stringify(order), params);
  let response = post();
  while (retriesBusy(plan) && BUSY.includes(response.status)) {
    retried.add(1);
    sleep(1);
    response = post();
  }
  const isAccepted = checkStatus(response, "POST /orders", 201);
  if (isAccepted) accepted.add(1);
  // After any other response, it is unknown whether the order was placed.
  else if (response.status >= 400 && response.status < 500) refused.add(1);
  return isAccepted ? (response.json() as unknown as OrderCreated).orderId : undefined;
}

/** In a sequential profile, waits until the order is final, and until it is time for the next one. */
function finish(orderId: string | undefined): void {
  if (!isSequential(plan)) return;
  if (orderId !== undefined) check(orderId, { "the order is final in time": isSoonFinal });
  const next = exec.scenario.startTime + (1_000 * (exec.scenario.iterationInTest + 1)) / plan.rate;
  sleep(Math.max(0, next - Date.now()) / 1_000);
}

/** Polls until the order is final. @returns Whether it is within two minutes. */
function isSoonFinal(orderId: string): boolean {
  for (const end = Date.now() + 120_000; Date.now() < end; sleep(0.2)) {
    const order = read<PublicOrder>(storefront, `/orders/${orderId}`, "follow");
    if (order && !needsWork(order)) return true;
  }
  return false;
}

/** @returns The response's body, if the status is 200. */
function read<T>(api: Api, path: string, name: string): T | undefined {
  const response = http.get(api.url + path, paramsOf(api, name));
  return checkStatus(response, name, 200) ? (response.json() as T) : undefined;
}

function checkStatus({ status, error, body }: RefinedResponse<"text">, name: string, expected: number): boolean {
  const isExpected = check(status, { [`${name} returns ${expected}`]: () => status === expected });
  // Requests cut off by the end of the run don't count.
  if (!isExpected && !error.includes("context canceled")) console.warn(`${name} returned ${status}: ${error || body}`);
  return isExpected;
}

function paramsOf(api: Api, name: string) {
  return { headers: headersOf(api), tags: { name }, timeout: `${REQUEST_TIMEOUT_SECONDS}s` };
}

/** A new key may be rejected at first: that doesn't count as a failed request. */
function setupParamsOf(api: Api) {
  return { ...paramsOf(api, "setup"), responseCallback: http.expectedStatuses({ min: 200, max: 399 }, 403, 422) };
}

/** Repeats requests while the key is rejected, as a new one may be for some seconds. */
function retryWhileKeyIsNew<T extends RefinedResponse<"text">[]>(send: () => T): T {
  const start = Date.now();
  let responses = send();
  while (responses.some(({ status }) => status === 403) && Date.now() - start < plan.newKey * 1_000) {
    sleep(1);
    responses = send();
  }
  return responses;
}

function headersOf({ key }: Api): Record<string, string> {
  return { "x-api-key": key, "content-type": "application/json" };
}

function showsProducts(): boolean {
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const url = `${storefront.url}/products?limit=100${query}`;
    const [response] = retryWhileKeyIsNew(() => [http.get(url, setupParamsOf(storefront))]);
    abortUnlessOk("storefront", storefront, response);
    const { products, nextCursor } = response.json() as unknown as ProductList;
    if (products.some(({ productId }) => productId === PRODUCTS[0]?.productId)) return true;
    cursor = nextCursor;
  }
  return false;
}

function abortUnlessOk(who: string, { url }: Api, { status, error, body }: RefinedResponse<"text">): void {
  if (status === 0) exec.test.abort(`The ${who} at ${url} can't be reached: ${error}.`);
  if (status === 403) exec.test.abort(`The ${who} at ${url} refuses the key: is it another stack's?`);
  if (status >= 300) exec.test.abort(`The ${who} at ${url} answered ${status}: ${body}`);
}
