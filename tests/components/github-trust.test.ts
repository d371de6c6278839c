import { expect } from "chai";
import { before, describe, it } from "mocha";
import account from "../../account/index.ts";
import { register } from "../support/mocks.ts";
import { isAllowed } from "./iam-evaluation.ts";

const ISSUER = "token.actions.githubusercontent.com";
const ROLES = ["preview", "dev", "prod"] as const;
const OURS = { repository: "acme/orders", ownerId: "1001", repositoryId: "2002" };

/** Subjects of tokens, and the roles that they open: by default, and where the subject without ids is trusted, too. */
const SUBJECTS: [what: string, subject: string, byDefault: string[], trustingOld: string[]][] = [
  ["a preview", "repo:acme@1001/orders@2002:environment:preview", ["preview"], ["preview"]],
  ["a deployment to dev", "repo:acme@1001/orders@2002:environment:dev", ["dev"], ["dev"]],
  ["a deployment to prod", "repo:acme@1001/orders@2002:environment:prod", ["prod"], ["prod"]],
  ["a preview, in the old form", "repo:acme/orders:environment:preview", [], ["preview"]],
  ["a deployment to dev, in the old form", "repo:acme/orders:environment:dev", [], ["dev"]],
  ["a deployment to prod, in the old form", "repo:acme/orders:environment:prod", [], ["prod"]],
  ["another environment", "repo:acme@1001/orders@2002:environment:staging", [], []],
  ["an environment of another case", "repo:acme@1001/orders@2002:environment:Prod", [], []],
  ["an environment that begins alike", "repo:acme@1001/orders@2002:environment:prod-2", [], []],
  ["no environment, on main", "repo:acme@1001/orders@2002:ref:refs/heads/main", [], []],
  ["no environment, in a pull request", "repo:acme@1001/orders@2002:pull_request", [], []],
  ["a branch named like an environment", "repo:acme@1001/orders@2002:ref:refs/heads/environment:prod", [], []],
  ["a fork", "repo:mallory@3003/orders@4004:environment:prod", [], []],
  ["a fork, in the old form", "repo:mallory/orders:environment:prod", [], []],
  ["another repository of the owner", "repo:acme@1001/website@4004:environment:prod", [], []],
  ["a repository whose name begins alike", "repo:acme/orders-2:environment:prod", [], []],
  ["somebody who took the owner's old name", "repo:acme@3003/orders@2002:environment:prod", [], []],
  ["a repository created anew under the name", "repo:acme@1001/orders@4004:environment:prod", [], []],
  ["the repository after it was renamed", "repo:acme@1001/shop@2002:environment:prod", [], []],
  ["half of the ids", "repo:acme/orders@2002:environment:prod", [], []],
];

describe("The trust of the account's roles in GitHub", () => {
  const byDefault: Record<string, string> = {};
  const trustingOld: Record<string, string> = {};
  before(async () => {
    for (const [policies, more] of [
      [byDefault, {}],
      [trustingOld, { trustOldSubject: "true" }],
    ] as const) {
      const resources = await register(account, { ...OURS, ...more });
      for (const role of ROLES) {
        const { inputs } = resources.find(({ name }) => name === `github-${role}`) ?? {};
        policies[role] = inputs?.assumeRolePolicy as string;
      }
    }
  });

  /** The roles that a token opens. */
  function opened(policies: Record<string, string>, sub: string, aud = "sts.amazonaws.com"): string[] {
    const context = { [`${ISSUER}:sub`]: sub, [`${ISSUER}:aud`]: aud };
    const request = { action: "sts:AssumeRoleWithWebIdentity", resource: "", context };
    return ROLES.filter((role) => isAllowed(policies[role] ?? "", request));
  }

  for (const [what, subject, roles, rolesTrustingOld] of SUBJECTS) {
    it(`opens ${roles.join() || "nothing"} to ${what}, and with trustOldSubject ${rolesTrustingOld.join() || "nothing"}`, () => {
      expect(opened(byDefault, subject)).to.deep.equal(roles);
      expect(opened(trustingOld, subject)).to.deep.equal(rolesTrustingOld);
    });
  }

  it("needs a token that was made for AWS", () => {
    const subject = "repo:acme@1001/orders@2002:environment:prod";

    expect(opened(byDefault, subject, "https://github.com/acme")).to.deep.equal([]);
  });

  it("is in GitHub only", () => {
    for (const policies of [byDefault, trustingOld]) {
      for (const role of ROLES) {
        const { Statement } = JSON.parse(policies[role] ?? "");
        expect(Statement).to.have.lengthOf(1);
        expect(Statement[0].Principal).to.deep.equal({
          Federated: "arn:aws:test:us-east-1:000000000000:github-provider",
        });
      }
    }
  });
});
