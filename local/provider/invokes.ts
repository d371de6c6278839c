import type { Aws } from "./aws.ts";
import type { Values } from "./properties.ts";

/** The provider functions that programs call, by token. */
const FUNCTIONS: Record<string, (aws: Aws) => Values> = {
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": ({ accountId }) => ({
    id: accountId,
    accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    userId: accountId,
  }),
};

/**
 * Calls a provider function.
 * @throws Error, a sentence, for a function or an argument that the local target doesn't support.
 */
export function invoke(token: string, args: Values, aws: Aws): Values {
  const call = FUNCTIONS[token];
  if (!call) {
    throw new Error(`The local target has no function ${token}. It has ${Object.keys(FUNCTIONS).sort().join(", ")}.`);
  }
  const [argument] = Object.keys(args);
  if (argument) throw new Error(`${token} has no argument "${argument}" on the local target: it takes none.`);
  return call(aws);
}
