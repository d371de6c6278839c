import { Argument, type Command, Option } from "commander";
import type { CancelAccepted, FullOrder } from "../../domain/contract/responses.ts";
import { MAX_LIMIT } from "../../domain/contract/schemas.ts";
import { ORDER_STATUSES } from "../../domain/lifecycle.ts";
import { call } from "../../stacks/api-client.ts";
import { duration, wholeNumber } from "../arguments.ts";
import type { Perform } from "../context.ts";
import { examples, ID } from "../help.ts";
import { orderId, requestedItems } from "../order-arguments.ts";
import { historyLine, ordersText, orderText, statusText } from "../output/order-text.ts";
import { getOrder, type ListOptions, listOrders, moreText } from "./order-api.ts";
import type { PlaceOptions, RequestedItem } from "./place.ts";
import { endOf, watchOrder } from "./watch.ts";

/** Verbs for orders, through the back office's API. */
export function addOrderCommands(program: Command, perform: Perform): void {
  program
    .command("place")
    .description("Places an order.")
    .argument("[items...]", "what to order, PRODUCT:QUANTITY each", requestedItems)
    .option("-e, --email <address>", "the customer's email address")
    .option("--customer <id>", "the customer's id")
    .option("--name <name>", "the customer's name")
    .option("--phone <number>", "the customer's phone number, such as +14155550123")
    .option("--payment <method>", "the payment method: the provider's id, or a test value of the simulated provider")
    .option("--file <path>", 'the body of POST /orders as JSON, from a file, or with "-" from standard input')
    .option("--key <key>", "the Idempotency-Key, under which the order is placed once (default: a new one)")
    .addHelpText(
      "after",
      examples(
        ["orders place PROD-001:2 PROD-002:1 --email ada@example.com", "two products"],
        [
          "orders place PROD-001:1 -e ada@example.com --payment pm_card_chargeDeclined",
          "an order that fails, as a test",
        ],
        ["orders place --file order.json", "everything the API accepts, including addresses"],
        ["jq … | orders place --file - --key basket-17 --json", "from a script, placed once however often it runs"],
      ),
    )
    .action(
      perform<[RequestedItem[] | undefined], PlaceOptions>(async ({ stack, options, terminal, paint }, items = []) => {
        const { orderBody, placeOrder } = await import("./place.ts");
        const body = await orderBody(items, options, terminal.stdin);
        const placed = await placeOrder(await stack(), body, options.key);
        const { orderId, totalAmount, currency } = placed;
        const text = `Placed order ${paint("bold", orderId)}, ${totalAmount.toFixed(2)} ${currency}.`;
        return { data: placed, text: `${text} Follow it with "orders watch ${orderId}".` };
      }),
    );

  program
    .command("get")
    .description("Shows an order with its history.")
    .argument("<id>", "the order's id", orderId)
    .addHelpText(
      "after",
      examples([`orders get ${ID}`, "all about the order"], [`orders get ${ID} --json`, "for a script"]),
    )
    .action(
      perform(async ({ stack, paint }, id: string) => {
        const order = await getOrder((await stack()).backOffice, id);
        return { data: order, text: orderText(order, paint) };
      }),
    );

  program
    .command("list")
    .description("Lists orders, the newest first.")
    .addOption(new Option("--status <status>", "only orders with this status").choices(ORDER_STATUSES))
    .option("--customer <id>", "only orders of this customer")
    .option("--limit <count>", "maximum number of entries", wholeNumber(1, MAX_LIMIT))
    .option("--cursor <cursor>", "continues where the previous page ended")
    .addOption(new Option("--all", "every page of the list").conflicts("limit"))
    .addHelpText(
      "after",
      examples(
        ["orders list", "the latest orders"],
        ["orders list --status FAILED --limit 10", "the latest failed orders"],
        ["orders list --customer CUST-12345 --all --json", "all orders of a customer, for a script"],
      ),
    )
    .action(
      perform<[], ListOptions>(async ({ stack, options, paint }) => {
        const list = await listOrders((await stack()).backOffice, options);
        return { data: list, text: ordersText(list.orders, paint) + moreText(list) };
      }),
    );

  program
    .command("watch")
    .description("Follows an order until nothing is left to do for it.")
    .argument("<id>", "the order's id", orderId)
    .addOption(new Option("--timeout <time>", "how long to wait at most").argParser(duration).default(300, "5m"))
    .addHelpText(
      "after",
      `\nExits with 0 when the order is fulfilled, 4 when it FAILED or was CANCELLED, 5 when the time is up.\n${examples(
        [`orders watch ${ID}`, "each status as it comes"],
        [`orders watch ${ID} --timeout 30s --json`, "the order in its last state"],
      )}`,
    )
    .action(
      perform<[string], { timeout: number }>(async ({ stack, options, tell, paint }, id) => {
        const { backOffice } = await stack();
        const order = await watchOrder(backOffice, id, options.timeout, (entry) => tell(historyLine(entry, paint)));
        return { data: order, ...endOf(order, options.timeout) };
      }),
    );

  program
    .command("status")
    .description("Marks an order as shipped or delivered. Only the workflow sets the other statuses.")
    .argument("<id>", "the order's id", orderId)
    .addArgument(new Argument("<status>", "its new status").choices(["SHIPPED", "DELIVERED"]))
    .addHelpText("after", examples([`orders status ${ID} SHIPPED`, "it has left the warehouse"]))
    .action(
      perform(async ({ stack, paint }, id: string, status: string) => {
        const order = await call<FullOrder>((await stack()).backOffice, "PUT", `/orders/${id}`, { status });
        return { data: order, text: `Order ${id} is ${statusText(order.status, paint)}.` };
      }),
    );

  program
    .command("cancel")
    .description("Cancels an order. Its payment is refunded and its stock released soon after.")
    .argument("<id>", "the order's id", orderId)
    .addHelpText("after", examples([`orders cancel ${ID}`, "may be repeated"], [`orders watch ${ID}`, "see it done"]))
    .action(
      perform(async ({ stack }, id: string) => {
        const accepted = await call<CancelAccepted>((await stack()).backOffice, "POST", `/orders/${id}/cancel`);
        return { data: accepted, text: `${accepted.message}: ${id}.` };
      }),
    );
}
