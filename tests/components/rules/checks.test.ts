import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../../index.ts";
import { type RegisteredResource, register, stageConfig } from "../../support/mocks.ts";
import { type Change, ofType, type Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

/** A resource that keeps a rule, and the program that it is part of. */
interface Kept {
  resource: RegisteredResource;
  program: RegisteredResource[];
}

describe("The check of rule", () => {
  let prod: RegisteredResource[];
  before(async () => {
    prod = await register(program, { ...stageConfig("prod"), cursorSecret: "0123456789abcdef0123456789abcdef" });
  });

  for (const rule of RULES) {
    describe(rule.id, () => {
      it("is content with a resource that keeps it", () => {
        const { resource, program } = kept(rule, prod);

        const findings = rule.finds(resource, program);

        expect(findings).to.deep.equal([]);
      });

      for (const [how, change] of Object.entries(rule.broken)) {
        it(`finds one ${how}`, () => {
          const broken = breakIt(kept(rule, prod), change);

          const findings = rule.finds(broken.resource, broken.program);

          expect(findings).to.not.be.empty;
        });
      }

      if (rule.example) {
        it("is content with its example", () => {
          const { resource, program } = firstOf(rule.example ?? []);

          const findings = rule.finds(resource, program);

          expect(findings).to.deep.equal([]);
        });
      }
    });
  }
});

/** A resource of the program that keeps the rule; where there is none, that of the rule's example. */
function kept({ id, appliesTo, finds, example }: Rule, program: RegisteredResource[]): Kept {
  const resource = ofType(program, ...appliesTo).find((candidate) => finds(candidate, program).length === 0);
  if (resource) return { resource, program };
  if (!example) throw new Error(`Nothing in the program keeps ${id}: give the rule an example that does.`);
  return firstOf(example);
}

function firstOf(program: RegisteredResource[]): Kept {
  const [resource] = program;
  if (!resource) throw new Error("An example begins with the resource that keeps the rule.");
  return { resource, program };
}

/** Does the change to the resource, or to the program around it. */
function breakIt({ resource, program }: Kept, change: Change): Kept {
  const changed =
    typeof change === "function"
      ? change(program)
      : program.map((one) => (one === resource ? { ...one, inputs: { ...one.inputs, ...change } } : one));
  const same = changed.find(({ type, name }) => type === resource.type && name === resource.name);
  if (!same) throw new Error(`The change took ${resource.name} itself away.`);
  return { resource: same, program: changed };
}
