import { Argument, type Command, Option } from "commander";
import { ORDER_STATUSES } from "../../domain/lifecycle.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import type { Stack } from "../../stacks/stack.ts";
import { duration, oneOf, wholeNumber } from "../arguments.ts";
import type { Context, Perform, Report } from "../context.ts";
import { examples, ID, SHORT_ID } from "../help.ts";
import { orderArgument, requestedItems } from "../order-arguments.ts";
import { nextCommand } from "../output/next-command.ts";
import { historyLine, ordersText, orderText, statusText } from "../output/order-text.ts";
import { priceText } from "../output/price-text.ts";
import type { ListOptions } from "./order-api.ts";
import type { PlaceOptions, RequestedItem } from "./place.ts";

/** The longest that an order is followed, unless somebody says otherwise. */
const WATCH_SECONDS = 300;

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
    .option("--street <line>", "where it is shipped to: street and number")
    .option("--district <district>", "its part of the city, such as a neighborhood")
    .option("--city <city>", "its city")
    .option("--state <state>", "its state, province, county or prefecture")
    .option("--zip-code <code>", "its postal code")
    .option("--country <code>", "its country's ISO 3166-1 code, such as US", (code) => code.toUpperCase())
    .option("--file <path>", 'the body of POST /orders as JSON, from a file, or with "-" from standard input')
    .option("--watch", "follow the order for up to five minutes, as watch does")
    .option("--key <key>", "the Idempotency-Key, under which the order is placed once (default: a new one)")
    .addHelpText(
      "after",
      examples(
        ["orders place PROD-001:2 PROD-002:1 --email ada@example.com", "two products"],
        [
          "orders place PROD-001:1 -e ada@example.com --payment pm_card_chargeDeclined",
          "an order that fails, as a test",
        ],
        ["orders place PROD-001:1 -e ada@example.com --watch", "and see what becomes of it"],
        ["orders place --file order.json", "everything the API accepts"],
        ["jq … | orders place --file - --key basket-17 --json", "from a script, placed once however often it runs"],
      ),
    )
    .action(
      perform<[RequestedItem[] | undefined], PlaceOptions>(async (context, items = []) => {
        const { stack, stackName, options, terminal, page, tell } = context;
        const { orderBody, placeOrder } = await import("./place.ts");
        const body = await orderBody(items, options, terminal.stdin);
        const placed = await placeOrder(await stack(), body, options.key);
        const { orderId, totalAmount, currency } = placed;
        const text = `Placed order ${page.paint("bold", orderId)}, ${priceText(totalAmount, currency)} ${currency}.`;
        if (!options.watch)
          return { data: placed, text: `${text} Follow it with "${nextCommand(stackName, `watch ${orderId}`)}".` };
        tell(text);
        return watched(context, orderId, WATCH_SECONDS);
      }),
    );

  program
    .command("get")
    .description("Shows an order with its history.")
    .addArgument(orderArgument())
    .addHelpText(
      "after",
      examples(
        [`orders get ${ID}`, "all about the order"],
        [`orders get ${SHORT_ID}`, "the same: enough of the id to be the only one"],
        [`orders get ${ID} --json`, "for a script"],
      ),
    )
    .action(
      perform(async (context, given: string) => {
        const { backOffice, id } = await meant(context, given);
        const { getOrder } = await import("./order-api.ts");
        const order = await getOrder(backOffice, id);
        return { data: order, text: orderText(order, context.page) };
      }),
    );

  program
    .command("list")
    .description("Lists orders, the newest first.")
    .addOption(
      new Option("--status <status>", `only orders with this status: ${ORDER_STATUSES.join(", ")}`).argParser(
        oneOf(ORDER_STATUSES),
      ),
    )
    .option("--customer <id>", "only orders of this customer")
    .option("--limit <count>", "maximum number of entries", wholeNumber(1, MAX_LIMIT))
    .option("--cursor <cursor>", "continues where the previous page ended")
    .addOption(new Option("--all", "every page of the list").conflicts("limit"))
    .addHelpText(
      "after",
      examples(
        ["orders list", "the latest orders"],
        ["orders list --status failed --limit 10", "the latest failed orders"],
        ["orders list --customer CUST-12345 --all --json", "all orders of a customer, for a script"],
      ),
    )
    .action(
      perform<[], ListOptions>(async ({ stack, options, page }) => {
        const { listOrders, moreText } = await import("./order-api.ts");
        const list = await listOrders((await stack()).backOffice, options);
        return { data: list, text: ordersText(list.orders, page) + moreText(list) };
      }),
    );

  program
    .command("watch")
    .description("Follows an order until nothing is left to do for it.")
    .addArgument(orderArgument())
    .addOption(
      new Option("--timeout <time>", "how long to wait at most").argParser(duration).default(WATCH_SECONDS, "5m"),
    )
    .addHelpText(
      "after",
      `\nExits with 0 when the order is fulfilled, 4 when it FAILED or was CANCELLED,\n5 when the time is up.\n${examples(
        [`orders watch ${ID}`, "each status as it comes"],
        [`orders watch ${ID} --timeout 30s --json`, "the order in its last state"],
      )}`,
    )
    .action(
      perform<[string], { timeout: number }>(async (context, given) => {
        const { id } = await meant(context, given);
        return watched(context, id, context.options.timeout);
      }),
    );

  program
    .command("status")
    .description("Marks an order as shipped or delivered. Only the workflow sets the other statuses.")
    .addArgument(orderArgument())
    .addArgument(new Argument("<status>", "SHIPPED or DELIVERED").argParser(oneOf(["SHIPPED", "DELIVERED"])))
    .addHelpText("after", examples([`orders status ${ID} SHIPPED`, "it has left the warehouse"]))
    .action(
      perform(async (context, given: string, status: "SHIPPED" | "DELIVERED") => {
        const { backOffice, id } = await meant(context, given);
        const { backOfficeClient, bodyOf } = await import("../../stacks/api-client.ts");
        const params = { path: { orderId: id } };
        const order = await bodyOf(backOfficeClient(backOffice).PUT("/orders/{orderId}", { params, body: { status } }));
        return { data: order, text: `Order ${id} is ${statusText(order.status, context.page)}.` };
      }),
    );

  program
    .command("cancel")
    .description("Cancels an order, for good. Asks first. Its payment is refunded and its stock released soon after.")
    .addArgument(orderArgument())
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      examples(
        [`orders cancel ${ID}`, "asks"],
        [`orders cancel ${ID} --yes`, "in scripts; may be repeated"],
        [`orders watch ${ID}`, "see it done"],
      ),
    )
    .action(
      perform(async (context: Context<{ yes?: true }>, given: string) => {
        const { backOffice, id } = await meant(context, given);
        await context.confirm(`Cancel the order ${id}?`);
        const { backOfficeClient, bodyOf } = await import("../../stacks/api-client.ts");
        const params = { path: { orderId: id } };
        const accepted = await bodyOf(backOfficeClient(backOffice).POST("/orders/{orderId}/cancel", { params }));
        return { data: accepted, text: `${accepted.message}: ${id}.` };
      }),
    );
}

/** Follows an order, and tells each of its statuses. */
async function watched({ stack, tell, page }: Context, id: string, seconds: number): Promise<Report> {
  const { endOf, watchOrder } = await import("./watch.ts");
  const order = await watchOrder((await stack()).backOffice, id, seconds, (entry) => tell(historyLine(entry, page)));
  return { data: order, ...endOf(order, seconds) };
}

/** The stack's API and the id of the order that is meant. */
async function meant(
  { stack }: Pick<Context, "stack">,
  given: string,
): Promise<Pick<Stack, "backOffice"> & { id: string }> {
  const { fullOrderId } = await import("../order-id.ts");
  const found = await stack();
  return { backOffice: found.backOffice, id: await fullOrderId(found, given) };
}
