import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../../index.ts";
import { OWN_DOMAIN, type RegisteredResource, register, stageConfig } from "../../support/mocks.ts";
import type { Exception } from "./exceptions/exception.ts";
import { EXCEPTIONS, NOT_APPLICABLE } from "./exceptions.ts";
import { ofType, type Rule, type Stage } from "./rule.ts";
import { RULES } from "./rules.ts";

interface Violation {
  rule: Rule;
  resource: string;
  finding: string;
}

const STAGES: Stage[] = ["dev", "prod"];
const SECRETS = { cursorSecret: "0123456789abcdef0123456789abcdef" };

for (const stage of STAGES) {
  describe(`The program in ${stage}`, () => {
    const exceptions = EXCEPTIONS.filter(({ stages }) => stages.includes(stage));
    const notApplicable = NOT_APPLICABLE.filter(({ stages }) => stages.includes(stage)).flatMap(({ rules }) => rules);
    const isApplicable = ({ ids }: Rule) => !ids.some((id) => notApplicable.includes(id));
    let resources: RegisteredResource[];
    before(async () => {
      resources = await register(program, { ...stageConfig(stage), ...SECRETS });
    });

    for (const rule of RULES.filter(isApplicable)) {
      it(`complies with ${rule.ids.join(", ")}: ${rule.title}`, () => {
        const checked = ofType(resources, ...rule.appliesTo);

        const violations = violationsOf(rule, resources);

        expect(checked, "resources to check").to.not.be.empty;
        const unexcused = violations.filter((violation) => !exceptions.some((one) => excuses(one, violation)));
        expect(unexcused.map(({ resource, finding }) => `${resource}: ${finding}`)).to.deep.equal([]);
      });
    }

    for (const rule of RULES.filter((rule) => !isApplicable(rule))) {
      it(`has no resources for ${rule.ids.join(", ")}: ${rule.title}`, () => {
        const checked = ofType(resources, ...rule.appliesTo);

        expect(checked.map(({ name }) => name)).to.deep.equal([]);
      });
    }

    for (const exception of exceptions) {
      it(`needs the exception for ${exception.resources} from ${exception.rules.join(" and ")}`, () => {
        const violations = RULES.flatMap((rule) => violationsOf(rule, resources));

        for (const single of splitUp(exception)) {
          const excused = violations.filter((violation) => excuses(single, violation));
          expect(excused, `${single.rules}: ${single.findings ?? "anything"}`).to.not.be.empty;
        }
      });
    }
  });
}

describe("The program in prod with a domain of its own", () => {
  const exceptions = EXCEPTIONS.filter(({ stages }) => stages.includes("prod"));
  let resources: RegisteredResource[];
  before(async () => {
    resources = await register(program, { ...stageConfig("prod"), ...OWN_DOMAIN, ...SECRETS });
  });

  for (const rule of RULES) {
    it(`complies with ${rule.ids.join(", ")}: ${rule.title}`, () => {
      const violations = violationsOf(rule, resources);

      const unexcused = violations.filter((violation) => !exceptions.some((one) => excuses(one, violation)));
      expect(unexcused.map(({ resource, finding }) => `${resource}: ${finding}`)).to.deep.equal([]);
    });
  }

  it("accepts no outdated protocol, so it needs no exception for that", () => {
    const rule = RULES.find(({ ids }) => ids.includes("AwsSolutions-CFR4")) as Rule;

    expect(violationsOf(rule, resources)).to.deep.equal([]);
  });
});

describe("The rules", () => {
  const ids = RULES.flatMap((rule) => rule.ids);

  it("have unique ids", () => {
    expect(ids).to.deep.equal([...new Set(ids)]);
  });

  it("include all that exceptions name, by all of their ids", () => {
    for (const { rules } of [...EXCEPTIONS, ...NOT_APPLICABLE]) {
      const named = RULES.flatMap((rule) => (rule.ids.some((id) => rules.includes(id)) ? rule.ids : []));
      expect(named).to.have.members(rules);
    }
  });
});

function violationsOf(rule: Rule, resources: RegisteredResource[]): Violation[] {
  return ofType(resources, ...rule.appliesTo).flatMap((resource) =>
    rule.check(resource, resources).map((finding) => ({ rule, resource: resource.name, finding })),
  );
}

function excuses({ rules, resources, findings }: Exception, { rule, resource, finding }: Violation): boolean {
  const names = new RegExp(`^${resources.replaceAll("*", ".*")}$`);
  return rule.ids.some((id) => rules.includes(id)) && names.test(resource) && (findings?.includes(finding) ?? true);
}

/** An exception for each combination of rule and finding, each of which has to be needed. */
function splitUp(exception: Exception): Exception[] {
  const { rules, findings } = exception;
  return rules.flatMap((rule) =>
    findings
      ? findings.map((finding) => ({ ...exception, rules: [rule], findings: [finding] }))
      : [{ ...exception, rules: [rule] }],
  );
}
