import { validate } from "@readme/openapi-parser";
import validateStateMachine from "asl-validator";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { type RegisteredResource, register, stageConfig } from "../support/mocks.ts";

type Json = Record<string, unknown>;

/** The public validators, by the resource that their documents define, with broken samples: each returns what is wrong. */
const VALIDATORS = {
  "aws:sfn/stateMachine:StateMachine": {
    input: "definition",
    validate: async (definition: Json) => validateStateMachine(structuredClone(definition)).errors,
    broken: {
      "a transition to a state that doesn't exist": stateMachine({ Next: "Begin" }),
      "a state that nothing leads to": stateMachine({ Next: undefined, End: true }),
      "a state that neither ends nor goes on": stateMachine({ Next: undefined }),
      "a misspelt field": stateMachine({ TimeoutSecond: 5 }),
      "a task without ARN": stateMachine({ Resource: "begin-order" }),
      "a path that is none": stateMachine({ ResultPath: "$.last[" }),
    } as Record<string, Json>,
    correct: stateMachine({}),
  },
  "aws:apigateway/restApi:RestApi": {
    input: "body",
    validate: async (document: Json) => {
      const result = await validate(structuredClone(document) as never);
      return result.valid ? result.warnings : result.errors;
    },
    broken: {
      "an operation without responses": api({ responses: {} }),
      "a response without description": api({ responses: { 200: {} } }),
      "a path's parameter that is not declared": api({ parameters: [] }),
      "a schema that doesn't exist": api({ requestBody: { $ref: "#/components/requestBodies/Order" } }),
      "a misspelt field": api({ parameter: [] }),
    } as Record<string, Json>,
    correct: api({}),
  },
};

for (const stage of ["dev", "prod"] as const) {
  describe(`The documents in ${stage}`, () => {
    let resources: RegisteredResource[];
    before(async () => {
      resources = await register(program, { ...stageConfig(stage), cursorSecret: "0123456789abcdef0123456789abcdef" });
    });

    for (const [type, { input, validate }] of Object.entries(VALIDATORS)) {
      it(`that define each ${type.split(":").at(-1)} are valid`, async () => {
        const defined = resources.filter((resource) => resource.type === type);

        expect(defined).to.not.be.empty;
        for (const { name, inputs } of defined) {
          expect(await validate(JSON.parse(inputs[input] as string)), name).to.deep.equal([]);
        }
      });
    }

    it("include no template of CloudFormation, for which there is no validator here", () => {
      expect(resources.map(({ type }) => type).filter((type) => type.startsWith("aws:cloudformation/"))).to.deep.equal(
        [],
      );
    });
  });
}

for (const [type, { validate, broken, correct }] of Object.entries(VALIDATORS)) {
  describe(`The validator of each ${type.split(":").at(-1)}`, () => {
    it("accepts a correct document", async () => {
      expect(await validate(correct)).to.deep.equal([]);
    });

    for (const [what, document] of Object.entries(broken)) {
      it(`refuses ${what}`, async () => {
        expect(await validate(document)).to.not.be.empty;
      });
    }
  });
}

function stateMachine(changes: Json): Json {
  const Resource = "arn:aws:lambda:us-east-1:000000000000:function:begin-order";
  return {
    StartAt: "First",
    States: {
      First: { Type: "Task", Resource, ResultPath: "$.last", Next: "Last", ...changes },
      Last: { Type: "Succeed" },
    },
  };
}

function api(changes: Json): Json {
  const parameters = [{ name: "orderId", in: "path", required: true, schema: { type: "string" } }];
  const get = { operationId: "getOrder", parameters, responses: { 200: { description: "The order." } }, ...changes };
  return { openapi: "3.0.1", info: { title: "Orders", version: "1" }, paths: { "/orders/{orderId}": { get } } };
}
