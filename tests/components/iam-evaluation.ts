/** A request to AWS, as IAM sees it. */
export interface IamRequest {
  action: string;
  /** ARN. */
  resource: string;
  /** Condition keys and values that come with the request, e.g. `aws:ResourceTag/stage`. */
  context?: Record<string, string>;
}

interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  /** Absent in trust policies, whose resource is their role. */
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The condition operators that the account's policies use. Source: IAM's guide, "Condition operators". */
const OPERATORS: Record<string, (expected: string[], actual: string | undefined) => boolean> = {
  StringEquals: (expected, actual) => actual !== undefined && expected.includes(actual),
  // Negated operators are also true where the key is absent.
  StringNotLike: (expected, actual) => actual === undefined || !expected.some((pattern) => isLike(pattern, actual)),
  // Requests here have at most one value of a key; without any, these are true.
  "ForAllValues:StringEquals": (expected, actual) => actual === undefined || expected.includes(actual),
  "ForAllValues:StringLike": (expected, actual) =>
    actual === undefined || expected.some((pattern) => isLike(pattern, actual)),
  Null: ([isAbsent], actual) => String(actual === undefined) === isAbsent,
};

/**
 * Whether a policy allows the request: some statement allows it, and none denies it. Source: IAM's guide, "Policy evaluation
 * logic", for one policy of one account.
 *
 * @param policy - JSON.
 */
export function isAllowed(policy: string, request: IamRequest): boolean {
  const { Statement } = JSON.parse(policy) as { Statement: Statement[] };
  const effects = Statement.filter((statement) => applies(statement, request)).map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

function applies({ Action, Resource, Condition = {} }: Statement, { action, resource, context = {} }: IamRequest) {
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, expected]) => {
      const holds = OPERATORS[operator];
      if (!holds) throw new Error(`The operator ${operator} is not supported.`);
      return holds([expected].flat(), context[key]);
    }),
  );
  return (
    [Action].flat().some((pattern) => isLike(pattern, action)) &&
    (Resource === undefined || [Resource].flat().some((pattern) => isLike(pattern, resource))) &&
    conditions.every(Boolean)
  );
}

/** Whether a text matches a pattern with `*` and `?`. */
export function isLike(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
