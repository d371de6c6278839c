import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../../index.ts";
import { type RegisteredResource, register, stageConfig } from "../../support/mocks.ts";
import { ABSENCES, EXCEPTIONS, type Exception } from "./exceptions.ts";
import { ofType, type Rule, type Stage } from "./rule.ts";
import { RULES } from "./rules.ts";

interface Violation {
  rule: string;
  resource: string;
  finding: string;
}

const STAGES: Stage[] = ["dev", "prod"];

for (const stage of STAGES) {
  describe(`The program in ${stage}`, () => {
    const exceptions = EXCEPTIONS.filter(({ stages }) => stages.includes(stage));
    const absent = ABSENCES.filter(({ stages }) => stages.includes(stage)).flatMap(({ rules }) => rules);
    let resources: RegisteredResource[];
    before(async () => {
      resources = await register(program, { ...stageConfig(stage), cursorSecret: "0123456789abcdef0123456789abcdef" });
    });

    for (const rule of RULES.filter(({ id }) => !absent.includes(id))) {
      it(`keeps ${rule.id}: ${rule.title}`, () => {
        const concerned = ofType(resources, ...rule.appliesTo);

        const violations = violationsOf(rule, resources);

        expect(concerned, "resources that the rule is about").to.not.be.empty;
        expect(violations.filter((violation) => !exceptions.some((one) => excuses(one, violation)))).to.deep.equal([]);
      });
    }

    for (const rule of RULES.filter(({ id }) => absent.includes(id))) {
      it(`has nothing that ${rule.id} is about: ${rule.title}`, () => {
        const concerned = ofType(resources, ...rule.appliesTo);

        expect(concerned.map(({ name }) => name)).to.deep.equal([]);
      });
    }

    for (const exception of exceptions) {
      it(`needs the exception of ${exception.resources} from ${exception.rules.join(" and ")}`, () => {
        const violations = RULES.flatMap((rule) => violationsOf(rule, resources));

        for (const single of splitUp(exception)) {
          const excused = violations.filter((violation) => excuses(single, violation));
          expect(excused, `${single.rules}: ${single.findings ?? "anything"}`).to.not.be.empty;
        }
      });
    }
  });
}

describe("The rules", () => {
  it("are there once each", () => {
    const ids = RULES.map(({ id }) => id);

    expect(ids).to.deep.equal([...new Set(ids)]);
  });

  it("are known wherever they are named", () => {
    const named = [...EXCEPTIONS, ...ABSENCES].flatMap(({ rules }) => rules);

    expect(RULES.map(({ id }) => id)).to.include.members(named);
  });
});

function violationsOf(rule: Rule, resources: RegisteredResource[]): Violation[] {
  return ofType(resources, ...rule.appliesTo).flatMap((resource) =>
    rule.finds(resource, resources).map((finding) => ({ rule: rule.id, resource: resource.name, finding })),
  );
}

function excuses({ rules, resources, findings }: Exception, violation: Violation): boolean {
  const names = new RegExp(`^${resources.replaceAll("*", ".*")}$`);
  return (
    rules.includes(violation.rule) && names.test(violation.resource) && (findings?.includes(violation.finding) ?? true)
  );
}

/** An exception for each of its rules and findings, each of which has to be needed. */
function splitUp(exception: Exception): Exception[] {
  const { rules, findings } = exception;
  return rules.flatMap((rule) =>
    findings
      ? findings.map((finding) => ({ ...exception, rules: [rule], findings: [finding] }))
      : [{ ...exception, rules: [rule] }],
  );
}
