import { pickBy } from "es-toolkit";
import { productId as productIdRule } from "../../../domain/contract/field-rules.ts";
import type { FullProduct } from "../../../domain/contract/responses.ts";
import { type PatchProduct, type PutProduct, patchProduct, putProduct } from "../../../domain/contract/schemas.ts";
import { validate } from "../../../domain/contract/violations.ts";
import { decimalsOf } from "../../../domain/money.ts";
import type { Violation } from "../../../domain/problem.ts";
import type { BadLine, Cells, Row } from "./csv.ts";

/** A product that the catalogue doesn't have. */
export interface Addition {
  line: number;
  productId: string;
  body: PutProduct;
}

/** A product that the catalogue describes in another way. */
export interface Change {
  line: number;
  productId: string;
  before: FullProduct;
  /** Only what differs. */
  body: PatchProduct;
}

/** What an import has to do. */
export interface ImportPlan {
  added: Addition[];
  changed: Change[];
  /** Number of products that are as the file says. */
  unchanged: number;
}

/** What comes of a line: something to do, nothing, or what is wrong with it. */
type Outcome = { added: Addition } | { changed: Change } | "unchanged" | { violations: Violation[] };

/**
 * Compares a file with the catalogue, by the rules that the API has for both.
 *
 * A column that the file doesn't have changes nothing, so that a price list needs no more than `productId` and `price`. An
 * empty cell removes a description or an image, and leaves `active` and `stock` as they are.
 *
 * Stock is for new products: what is there moves while the file is edited, and is booked. Only the number that is on hand
 * already is accepted, so that an import that was interrupted can be repeated.
 *
 * @param products - The whole catalogue.
 * @param currency - The shop's (ISO 4217).
 * @returns The plan, to be followed only if no line is bad.
 */
export function planImport(
  rows: readonly Row[],
  products: readonly FullProduct[],
  currency: string,
): { plan: ImportPlan; bad: BadLine[] } {
  const catalogue = new Map(products.map((product) => [product.productId, product]));
  const plan: ImportPlan = { added: [], changed: [], unchanged: 0 };
  const bad: BadLine[] = [];
  const lineOf = new Map<string, number>();
  for (const { line, cells } of rows) {
    const { productId = "" } = cells;
    const earlier = lineOf.get(productId);
    if (earlier !== undefined) bad.push({ line, detail: `productId: ${productId} is in line ${earlier} already.` });
    else lineOf.set(productId, line);

    const before = catalogue.get(productId);
    const outcome = before ? change(line, cells, before) : addition(line, productId, cells, currency);
    if (outcome === "unchanged") plan.unchanged += 1;
    else if ("added" in outcome) plan.added.push(outcome.added);
    else if ("changed" in outcome) plan.changed.push(outcome.changed);
    else
      for (const { pointer, detail } of outcome.violations)
        bad.push({ line, detail: `${pointer.slice(1)}: ${detail}` });
  }
  return { plan, bad };
}

function addition(line: number, productId: string, { description, image, ...cells }: Cells, currency: string): Outcome {
  const id = validate(productIdRule, productId);
  const fields = { ...fieldsOf(cells, currency), description: description || undefined, image: image || undefined };
  const body = validate(putProduct(currency), pickBy(fields, isGiven));
  const violations = [
    ...(id.ok ? [] : id.violations.map(({ detail }) => ({ pointer: "/productId", detail }))),
    ...(body.ok ? [] : body.violations),
    ...(isGiven(fields.stock) ? [] : [{ pointer: "/stock", detail: "A new product needs a stock." }]),
  ];
  if (!body.ok || violations.length > 0) return { violations };
  return { added: { line, productId, body: body.value } };
}

function change(line: number, { description, image, ...cells }: Cells, before: FullProduct): Outcome {
  const { stock, ...fields } = fieldsOf(cells, before.currency);
  const removable = { description: description === "" ? null : description, image: image === "" ? null : image };
  const body = validate(patchProduct(before.currency), pickBy({ ...fields, ...removable }, isGiven));
  const { productId, onHand = before.stock } = before;
  const violations = [
    ...(body.ok ? [] : body.violations),
    ...(stock === undefined || stock === onHand ? [] : [stockIsBooked(productId, onHand, cells.stock)]),
  ];
  if (!body.ok || violations.length > 0) return { violations };
  const differing = pickBy(body.value, (value, field) => value !== (before[field] ?? null));
  return Object.keys(differing).length === 0 ? "unchanged" : { changed: { line, productId, before, body: differing } };
}

function stockIsBooked(productId: string, onHand: number, cell: string | undefined): Violation {
  const what = `${productId} exists and has ${onHand} units on hand, but the cell says ${JSON.stringify(cell)}.`;
  const advice = `Leave the cell empty; what came or went is booked with "./orders stock book ${productId}".`;
  return { pointer: "/stock", detail: `${what} ${advice}` };
}

/** Cells as the contract has them. What can't be read as that stays a text, which the contract refuses. */
function fieldsOf({ name, price, stock, active }: Cells, currency: string) {
  return {
    name,
    price: price === undefined ? undefined : numberIn(price, decimalsOf(currency)),
    stock: stock ? numberIn(stock) : undefined,
    active: active ? booleanIn(active) : undefined,
  };
}

/**
 * Some spreadsheets write a decimal comma. So that it can't be mistaken for the comma between thousands, which has three digits
 * behind it, nor a decimal point for the point between thousands, three decimal places are read only after a point, and only in
 * a currency that has them, as the export writes them.
 */
function numberIn(cell: string, decimals = 2): number | string {
  const pattern = decimals > 2 ? /^-?\d+(\.\d{1,3}|,\d{1,2})?$/ : /^-?\d+([.,]\d{1,2})?$/;
  return pattern.test(cell.trim()) ? Number(cell.trim().replace(",", ".")) : cell;
}

function booleanIn(cell: string): boolean | string {
  const word = cell.trim().toLowerCase();
  return word === "true" || (word === "false" ? false : cell);
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
