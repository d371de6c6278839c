/** The parts of a policy statement that rules check. */
export interface Statement {
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** The statements of a policy in JSON; none without a policy. */
export function statementsOf(policy: unknown): Statement[] {
  return typeof policy === "string" ? listOf(JSON.parse(policy).Statement) : [];
}

/** A list; IAM also accepts a single value in place of a list. */
export function listOf<T>(values: T | T[] | undefined): T[] {
  return values === undefined ? [] : ([values].flat() as T[]);
}

/** Whether the policy allows something to everyone. */
export function isPublic(policy: unknown): boolean {
  return statementsOf(policy).some((statement) => statement.Effect === "Allow" && isEveryone(statement));
}

/** Whether the policy denies one of these actions without TLS to everyone, on all of these resources. */
export function deniesWithoutTls(policy: unknown, actions: string[], resources: string[]): boolean {
  return statementsOf(policy).some(
    (statement) =>
      statement.Effect === "Deny" &&
      isEveryone(statement) &&
      listOf(statement.Action).some((action) => actions.includes(action.toLowerCase())) &&
      resources.every((resource) => listOf(statement.Resource).includes(resource)) &&
      String(statement.Condition?.Bool?.["aws:SecureTransport"]) === "false",
  );
}

function isEveryone({ Principal = {} }: Statement): boolean {
  return Principal === "*" || listOf(Principal.AWS).includes("*");
}
