import pLimit from "p-limit";
import type { PatchProduct } from "../../../domain/contract/schemas.ts";
import { toMinor } from "../../../domain/money.ts";
import { etagOf } from "../../../domain/product.ts";
import { backOfficeClient, bodyOf, whileBusy } from "../../../stacks/api-client.ts";
import type { Context, Report } from "../../context.ts";
import { CommandFailure, toldFailure } from "../../errors.ts";
import { EXIT } from "../../exit-codes.ts";
import { inputName, readInput } from "../../input-file.ts";
import { counted } from "../../output/counted.ts";
import type { Page } from "../../output/page.ts";
import { priceText } from "../../output/price-text.ts";
import { progressOn } from "../../output/progress.ts";
import { table } from "../../output/table.ts";
import { listProducts } from "../order-api.ts";
import { type BadLine, readCsv } from "./csv.ts";
import { type Addition, type Change, type ImportPlan, planImport } from "./import-plan.ts";

/** Requests at once: they take most of their time on the way, and the API's rate is for customers, too. */
const CONCURRENCY = 8;

/**
 * Adds and changes the products of a file. Several requests do it, so a failure among them leaves some undone; as what is done
 * is found unchanged, the same import goes on.
 *
 * @param file - `-` for standard input.
 * @throws CommandFailure that lists every bad line, before anything is changed; or that says what could not be written.
 */
export async function importProducts(
  { stack, options, terminal, page }: Context<{ dryRun?: true }>,
  file: string,
): Promise<Report> {
  const { rows, bad: unreadable } = readCsv(await readInput(file, terminal.stdin));
  const { backOffice, output } = await stack();
  const { products } = await listProducts(backOffice, { all: true });
  const { plan, bad } = planImport(rows, products, output("currency"));
  refuse([...unreadable, ...bad], inputName(file));

  const { added, changed, unchanged } = plan;
  const data = {
    added: added.map(({ line, productId, body }) => ({ line, productId, ...body })),
    changed: changed.map(({ line, productId, body }) => ({ line, productId, change: body })),
    unchanged,
  };
  if (options.dryRun) return { data, text: dryRunText(plan, page) };

  const client = backOfficeClient(backOffice);
  const add = ({ productId, body }: Addition) =>
    bodyOf(client.PUT("/products/{productId}", { params: { path: { productId } }, body }));
  const change = ({ productId, before, body }: Change) => {
    const params = {
      path: { productId },
      header: { "If-Match": etagOf({ ...before, priceMinor: toMinor(before.price, before.currency) }) },
    };
    const headers = { "Content-Type": "application/merge-patch+json" };
    return bodyOf(client.PATCH("/products/{productId}", { params, headers, body }));
  };
  const writes = [
    ...added.map((addition) => ({ ...addition, send: () => add(addition) })),
    ...changed.map((wanted) => ({ ...wanted, send: () => change(wanted) })),
  ];
  await writeAll(writes, options.json ? () => {} : progressOn(terminal));
  return { data, text: `${summary(plan)}.` };
}

/** @throws CommandFailure if any line is bad. */
function refuse(bad: BadLine[], name: string): void {
  if (bad.length === 0) return;
  const lines = bad.toSorted((a, b) => a.line - b.line).map(({ line, detail }) => `Line ${line}: ${detail}`);
  throw new CommandFailure(EXIT.FAILED, [...lines, `${name} is not imported, and nothing was changed.`].join("\n"));
}

/** @throws CommandFailure if the API refuses one; then the rest isn't begun, as it was valid, and something else is wrong. */
async function writeAll(
  writes: { line: number; productId: string; send: () => Promise<unknown> }[],
  onProgress: (line: string) => void,
): Promise<void> {
  const failures: string[] = [];
  let written = 0;
  await pLimit(CONCURRENCY).map(writes, async ({ line, productId, send }) => {
    if (failures.length > 0) return;
    try {
      await whileBusy(send);
      written += 1;
      onProgress(`${written} of ${counted(writes.length, "product")} written …`);
    } catch (error) {
      failures.push(`Line ${line}, ${productId}: ${toldFailure(error).sentence}`);
    }
  });
  onProgress("");
  if (failures.length === 0) return;
  const rest = `${written} of ${counted(writes.length, "product")} written. Import the file again for the rest.`;
  throw new CommandFailure(EXIT.FAILED, [...failures, rest].join("\n"));
}

function dryRunText(plan: ImportPlan, page: Page): string {
  const rows = [
    ...plan.added.map(({ line, productId, body }) => ({ line, productId, what: `new: ${body.name}` })),
    ...plan.changed.map((change) => ({ ...change, what: changeText(change) })),
  ].toSorted((a, b) => a.line - b.line);
  const cells = rows.map(({ line, productId, what }) => [String(line), productId, what]);
  const shown = rows.length === 0 ? "" : `${table(["LINE", "PRODUCT", "WHAT"], cells, page)}\n\n`;
  return `${shown}${summary(plan)}. Nothing was done: this is a dry run.`;
}

function changeText({ before, body }: Change): string {
  const fields = Object.keys(body) as (keyof PatchProduct)[];
  return fields
    .map((field) => `${field}: ${shown(before[field], before.currency)} → ${shown(body[field], before.currency)}`)
    .join(", ");
}

/** The only number is the price. */
function shown(value: string | number | boolean | null | undefined, currency: string): string {
  return typeof value === "number" ? priceText(value, currency) : String(value ?? "none");
}

function summary({ added, changed, unchanged }: ImportPlan): string {
  return `${counted(added.length, "product")} new, ${changed.length} changed, ${unchanged} as before`;
}
