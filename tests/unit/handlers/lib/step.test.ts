import { expect } from "chai";
import { Failure } from "../../../../domain/failure.ts";
import { step } from "../../../../handlers/lib/step.ts";
import { useCapturedLogs } from "../../../support/logs.ts";
import { orderIdOf } from "../../../support/sqs-records.ts";

const orderId = orderIdOf("a");

describe("A step of the workflow", () => {
  const input = { orderId, error: { Error: "OutOfStock", Cause: "{}" } };

  useCapturedLogs();

  it("gets order id, correlation id and the error that came before", async () => {
    const seen: unknown[] = [];
    const handler = step("test", async (input) => {
      seen.push(input);
      return { outcome: "done" };
    });

    await handler(input);
    await handler({ ...input, error: undefined, correlationId: "trace" });

    expect(seen).to.deep.equal([
      { orderId, correlationId: orderId, error: "OutOfStock" },
      { orderId, correlationId: "trace" },
    ]);
  });

  it("throws errors by the names that the workflow matches on", async () => {
    const handler = step("test", async () => {
      throw new Failure("OutOfStock", "There is too little stock of A.");
    });

    const error = await handler(input).catch((error: Error) => error);

    expect(error).to.include({ name: "OutOfStock", message: "There is too little stock of A." });
  });
});
