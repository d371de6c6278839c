import { expect } from "chai";
import { Failure } from "../../../../domain/failure.ts";
import { step } from "../../../../handlers/lib/step.ts";
import { useCapturedLogs } from "../../../support/logs.ts";
import { orderIdOf } from "../../../support/sqs-records.ts";

const orderId = orderIdOf("a");

describe("A step of the workflow", () => {
  const input = { orderId, last: { outcome: "OUT_OF_STOCK" } };

  useCapturedLogs();

  it("gets order id, correlation id and the reason to undo the order, in version 0.1's form, too", async () => {
    const seen: unknown[] = [];
    const handler = step("test", async (input) => {
      seen.push(input);
      return { outcome: "DONE" };
    });

    await handler(input);
    await handler({ orderId, error: { Error: "PaymentDeclined", Cause: "{}" } });
    await handler({
      orderId,
      last: { outcome: "RESERVED" },
      error: { Error: "Lambda.Unknown" },
      correlationId: "trace",
    });

    expect(seen).to.deep.equal([
      { orderId, correlationId: orderId, reason: "OUT_OF_STOCK" },
      { orderId, correlationId: orderId, reason: "PAYMENT_DECLINED" },
      { orderId, correlationId: "trace" },
    ]);
  });

  it("throws errors by their names", async () => {
    const handler = step("test", async () => {
      throw new Failure("GatewayError", "The provider did not respond.");
    });

    const error = await handler(input).catch((error: Error) => error);

    expect(error).to.include({ name: "GatewayError", message: "The provider did not respond." });
  });
});
