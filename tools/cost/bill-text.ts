import { type Bill, type BillLine, type BillOptions, billOf, priceOfMillion, priceOfMillionVisits } from "./bill.ts";
import type { Scenario } from "./counts.ts";
import { AS_OF } from "./prices.ts";

/** The scenarios whose prices are shown. */
const SCENARIO_NAMES: Partial<Record<Scenario, string>> = {
  orderOf1Product: "orders of one product",
  orderOf2Products: "orders of two products",
  orderOf10Products: "orders of ten products",
  orderOf50Products: "orders of fifty products",
  orderWithTexts: "orders with text messages as well",
  declinedOrder: "orders whose payment is declined",
  soldOutOrder: "orders for sold-out products",
  cancellation: "cancellations of completed orders",
  replay: "retried requests",
  orderRead: "views of an order",
  pageOfOrders: "pages of 50 orders",
  pageOfProducts: "pages of 50 products",
};

/** Formats a bill as text, with the price of each option and scenario. */
export function billText(options: BillOptions): string {
  const { orders, items, region, kms, waf } = options;
  const bill = billOf(options);
  const extras = [...(kms ? ["with a customer managed key"] : []), ...(waf ? ["behind a web ACL"] : [])];
  const title = [
    `${number(orders)} ${orders === 1 ? "order" : "orders"} a month of ${items} ${items === 1 ? "product" : "products"}`,
    ...[...extras, region, `prices of ${AS_OF}`],
  ];
  return [
    title.join(", "),
    "",
    ...section("Usage", bill.usage, bill.usageDollars),
    "",
    ...section("Fixed", bill.fixed, bill.fixedDollars),
    "",
    row("Total a month", "", dollars(bill.totalDollars)),
    ...(orders > 0 ? [row("Usage per million orders", "", dollars((bill.usageDollars / orders) * 1e6))] : []),
    "",
    ...optionPrices(options, bill),
    "",
    "A million of each",
    ...Object.entries(SCENARIO_NAMES).map(([scenario, name]) =>
      row(`  ${name}`, "", dollars(priceOfMillion(scenario as Scenario, options))),
    ),
    row("  visits of the website, without the API", "", dollars(priceOfMillionVisits(region))),
  ].join("\n");
}

function section(title: string, lines: BillLine[], subtotal: number): string[] {
  const rows = lines.map(({ service, what, quantity, dollars: amount }) =>
    row(`  ${service}, ${what}`, number(quantity), dollars(amount)),
  );
  return [title, ...rows, row("  subtotal", "", dollars(subtotal))];
}

/** By how much switching each option changes the total. */
function optionPrices(options: BillOptions, { totalDollars }: Bill): string[] {
  const changes: [string, Partial<BillOptions>][] = [
    [`${options.kms ? "Without" : "With"} a customer managed key (KMS)`, { kms: !options.kms }],
    [`${options.waf ? "Without" : "With"} a web ACL (WAF)`, { waf: !options.waf }],
  ];
  return changes.map(([name, change]) => {
    const difference = billOf({ ...options, ...change }).totalDollars - totalDollars;
    return row(name, "", `${difference < 0 ? "−" : "+"}${dollars(Math.abs(difference))}`);
  });
}

function row(name: string, quantity: string, amount: string): string {
  return `${name.padEnd(40)}${quantity.padStart(16)}${amount.padStart(14)}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
}

function dollars(value: number): string {
  return value.toLocaleString("en-US", { style: "currency", currency: "USD" });
}
