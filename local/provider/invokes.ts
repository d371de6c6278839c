import type { Aws } from "./aws.ts";
import type { Values } from "./properties.ts";

/** The functions of the official provider that programs call, by token. */
const invokes: Record<string, (aws: Aws) => Values> = {
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

/** Answers a function call. Throws a sentence for a function or an argument that the local target does not know. */
export function invoke(token: string, args: Values, aws: Aws): Values {
  const answer = invokes[token];
  if (!answer) {
    throw new Error(`The local target has no function ${token}. It has ${Object.keys(invokes).sort().join(", ")}.`);
  }
  const [argument] = Object.keys(args);
  if (argument) throw new Error(`${token} has no argument "${argument}" on the local target: it takes none.`);
  return answer(aws);
}
