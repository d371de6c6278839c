/** A statement of a policy, as far as rules look at it. */
export interface Statement {
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** The statements of a policy document in JSON; none where there is no document. */
export function statementsOf(policy: unknown): Statement[] {
  return typeof policy === "string" ? listOf(JSON.parse(policy).Statement) : [];
}

/** IAM lets one value stand for a list of one. */
export function listOf<T>(values: T | T[] | undefined): T[] {
  return values === undefined ? [] : ([values].flat() as T[]);
}

/** Whether the policy lets everybody do something. */
export function isPublic(policy: unknown): boolean {
  return statementsOf(policy).some((statement) => statement.Effect === "Allow" && isEverybody(statement));
}

/** Whether the policy denies everybody one of these actions without TLS on all of these resources. */
export function deniesWithoutTls(policy: unknown, actions: string[], resources: string[]): boolean {
  return statementsOf(policy).some(
    (statement) =>
      statement.Effect === "Deny" &&
      isEverybody(statement) &&
      listOf(statement.Action).some((action) => actions.includes(action.toLowerCase())) &&
      resources.every((resource) => listOf(statement.Resource).includes(resource)) &&
      String(statement.Condition?.Bool?.["aws:SecureTransport"]) === "false",
  );
}

function isEverybody({ Principal = {} }: Statement): boolean {
  return Principal === "*" || listOf(Principal.AWS).includes("*");
}
