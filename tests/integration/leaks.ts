import { expect } from "chai";
import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import type { Answer } from "../support/api-client.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { deployedFunctions } from "../support/functions.ts";
import type { TestStack } from "../support/stack.ts";

/** Marks of a stack trace, of the SDK's errors and of AWS's names, wherever they are in an answer. */
const MARKS =
  /\bat .+:\d+:\d+|node_modules|file:\/\/|\.(mjs|tsx?)\b|\b\w+(Exception|Error)\b|AccessDenied|not authorized to perform|dynamodb|amazonaws|arn:aws/i;

/** What nobody outside may see of a stack: the names of its parts, and of the attributes in its table. */
export class Inside {
  private readonly names: string[];

  private constructor(names: string[]) {
    this.names = names;
  }

  /** Looks at a stack, with all that its table has by now. */
  static async of(stack: TestStack): Promise<Inside> {
    const functions = await deployedFunctions(stack.awsClient);
    const names = functions.flatMap(({ FunctionName = "", Role = "" }) => [FunctionName, lastPart(Role)]);
    const { ordersTable, orderQueueUrl, orderDlqUrl, eventsTopicArn, stateMachineArn } = stack.outputs;
    const parts = [ordersTable, orderQueueUrl, orderDlqUrl, eventsTopicArn, stateMachineArn].map(lastPart);
    const items = await new DeployedTable(stack).items();
    return new Inside([...names, ...parts, ...innerAttributes(items)]);
  }

  /** Fails if an answer shows any of it, or a field that the audience's contract doesn't name. */
  expectHidden({ body, headers }: Answer, audience: Audience): void {
    // With these, API Gateway says what it thinks of a request itself.
    const own = [...headers].filter(([name]) => !name.startsWith("x-amzn-"));
    const told = `${JSON.stringify(body)} ${own.join(" ")}`;
    expect(told).to.not.match(MARKS);
    for (const name of this.names) expect(told).to.not.match(new RegExp(`(?<!\\w)${name}(?!\\w)`));
    expect(keysIn(body).filter((key) => !contractNames(audience).includes(key))).to.deep.equal([]);
  }
}

/** Fails if an answer shows any detail of a person. */
export function expectNothingOf(person: object, { body, headers }: Answer): void {
  const told = `${JSON.stringify(body)} ${[...headers].join(" ")}`;
  for (const detail of detailsOf(person)) expect(told).to.not.include(detail);
}

function detailsOf(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(detailsOf);
  // A country's two letters are in other words, too.
  return String(value).length > 2 ? [String(value)] : [];
}

/** The last part of an ARN or a URL. */
function lastPart(name = ""): string {
  return name.split(/[/:]/).at(-1) ?? "";
}

/** Attributes in the table that no contract names, but for plain words, which sentences have, too. */
function innerAttributes(items: object[]): string[] {
  const outside = [...contractNames("backoffice"), ...contractNames("storefront")];
  const inside = new Set(items.flatMap(keysIn).filter((key) => !outside.includes(key)));
  return [...inside].filter((key) => /[A-Z]|^[ps]k$/.test(key));
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
