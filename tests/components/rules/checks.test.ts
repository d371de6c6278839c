import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../../index.ts";
import { type RegisteredResource, register, stageConfig } from "../../support/mocks.ts";
import { type Mutation, ofType, type Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

/** A resource, and the program that it is part of. */
interface Subject {
  resource: RegisteredResource;
  program: RegisteredResource[];
}

describe("The check of", () => {
  let prod: RegisteredResource[];
  before(async () => {
    prod = await register(program, { ...stageConfig("prod"), cursorSecret: "0123456789abcdef0123456789abcdef" });
  });

  for (const rule of RULES) {
    describe(rule.ids.join(", "), () => {
      it("accepts a compliant resource", () => {
        const { resource, program } = compliant(rule, prod);

        const findings = rule.check(resource, program);

        expect(findings).to.deep.equal([]);
      });

      for (const [description, mutation] of Object.entries(rule.mutations)) {
        it(`rejects one ${description}`, () => {
          const { resource, program } = mutate(compliant(rule, prod), mutation);

          const findings = rule.check(resource, program);

          expect(findings).to.not.be.empty;
        });
      }

      if (rule.example) {
        it("accepts its example", () => {
          const { resource, program } = exampleOf(rule);

          const findings = rule.check(resource, program);

          expect(findings).to.deep.equal([]);
        });
      }
    });
  }
});

/** A resource of the program that complies with the rule or, if there is none, of the rule's example. */
function compliant(rule: Rule, program: RegisteredResource[]): Subject {
  const resource = ofType(program, ...rule.appliesTo).find((candidate) => rule.check(candidate, program).length === 0);
  return resource ? { resource, program } : exampleOf(rule);
}

function exampleOf({ ids, example = [] }: Rule): Subject {
  const [resource] = example;
  if (!resource) throw new Error(`No resource of the program complies with ${ids}: add an example to the rule.`);
  return { resource, program: example };
}

/** Changes the resource, or the program around it. */
function mutate({ resource, program }: Subject, mutation: Mutation): Subject {
  const mutated =
    typeof mutation === "function"
      ? mutation(program)
      : program.map((one) => (one === resource ? { ...one, inputs: { ...one.inputs, ...mutation } } : one));
  const same = mutated.find(({ type, name }) => type === resource.type && name === resource.name);
  if (!same) throw new Error(`The mutation removed ${resource.name} itself.`);
  return { resource: same, program: mutated };
}
