import { expect } from "chai";
import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import type { ApiResponse } from "../support/api-client.ts";
import { deployedFunctions } from "../support/functions.ts";
import type { TestStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";

/** Traces of stack traces, SDK errors and AWS names. */
const TRACES =
  /\bat .+:\d+:\d+|node_modules|file:\/\/|\.(mjs|tsx?)\b|\b\w+(Exception|Error)\b|AccessDenied|not authorized to perform|dynamodb|amazonaws|arn:aws/i;

/** The internals that responses must not reveal: names of a stack's resources, and attributes of its table. */
export class Internals {
  private readonly names: string[];

  private constructor(names: string[]) {
    this.names = names;
  }

  /** The internals of a stack, with the attributes that are in its table now. */
  static async of(stack: TestStack): Promise<Internals> {
    const functions = await deployedFunctions(stack.awsClient);
    const names = functions.flatMap(({ FunctionName = "", Role = "" }) => [FunctionName, lastPart(Role)]);
    const { ordersTable, orderQueueUrl, orderDlqUrl, eventsTopicArn, stateMachineArn } = stack.outputs;
    const resources = [ordersTable, orderQueueUrl, orderDlqUrl, eventsTopicArn, stateMachineArn].map(lastPart);
    const items = await TestTable.of(stack).items();
    return new Internals([...names, ...resources, ...internalAttributes(items)]);
  }

  /** Fails if a response reveals any of them, or has a field that the audience's contract doesn't name. */
  expectHidden({ body, headers }: ApiResponse, audience: Audience): void {
    // API Gateway adds these headers itself.
    const own = [...headers].filter(([name]) => !name.startsWith("x-amzn-"));
    const text = `${JSON.stringify(body)} ${own.join(" ")}`;
    expect(text).to.not.match(TRACES);
    for (const name of this.names) expect(text).to.not.match(new RegExp(`(?<!\\w)${name}(?!\\w)`));
    expect(keysIn(body).filter((key) => !contractNames(audience).includes(key))).to.deep.equal([]);
  }
}

/** Fails if a response contains any value of a person's data. */
export function expectNoDataOf(person: object, { body, headers }: ApiResponse): void {
  const text = `${JSON.stringify(body)} ${[...headers].join(" ")}`;
  for (const value of valuesIn(person)) expect(text).to.not.include(value);
}

function valuesIn(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(valuesIn);
  // A two-letter country code also occurs within words.
  return String(value).length > 2 ? [String(value)] : [];
}

/** The last part of an ARN or a URL. */
function lastPart(name = ""): string {
  return name.split(/[/:]/).at(-1) ?? "";
}

/** The table's attributes that no contract names, except for plain words, which could occur in sentences. */
function internalAttributes(items: object[]): string[] {
  const published = [...contractNames("backoffice"), ...contractNames("storefront")];
  const internal = new Set(items.flatMap(keysIn).filter((key) => !published.includes(key)));
  return [...internal].filter((key) => /[A-Z]|^[ps]k$/.test(key));
}

/** The names of all fields in an audience's contract. */
function contractNames(audience: Audience): string[] {
  return propertiesIn(openApiDocument(audience).components.schemas);
}

function propertiesIn(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(propertiesIn)];
}

/** The keys of all objects in a value. */
function keysIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysIn)];
}
