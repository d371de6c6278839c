import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { logger } from "../../../../handlers/lib/log.ts";
import { step } from "../../../../handlers/lib/step.ts";
import { toItem } from "../../../../store/items.ts";
import { useCapturedLogs } from "../../../support/logs.ts";

const ORDER_ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f36";

describe("Log lines", () => {
  const printed = useCapturedLogs();

  before(() => {
    process.env._X_AMZN_TRACE_ID = "Root=1-6b019d67-9fffc2c970e4917311cb184c;Parent=53995c3f42cd8ad8;Sampled=1";
  });
  after(() => {
    delete process.env._X_AMZN_TRACE_ID;
  });

  it("carry the id of the trace", () => {
    logger.info("done");

    expect(printed()[0]).to.include({ xray_trace_id: "1-6b019d67-9fffc2c970e4917311cb184c" });
  });

  it("keep mail addresses and phone numbers to themselves, wherever an error quotes them", () => {
    const cause = new Error("Invalid parameter: PhoneNumber: +14155550123 is not valid.");
    const error = new Error("Address ada.lovelace+shop@mail.example.co.uk is not verified.", { cause });

    logger.error("failed", { error, reason: "ada@example.com", list: ["+14155550123"] });

    const line = JSON.stringify(printed()[0]);
    expect(line).to.contain("Address *** is not verified.").and.to.contain("PhoneNumber: *** is not valid.");
    expect(line).not.to.match(/ada|lovelace|example|4155550123/);
  });

  it("leave ids, times and names of packages alone", () => {
    const text = `${ORDER_ID} 2026-01-15T10:30:00.000+02:00 node_modules/@aws-sdk/client-sns a@b +1`;

    logger.info(text);

    expect(printed()[0]?.message).to.equal(text);
  });

  it("tell an error's name, message, stack and cause, and the id that AWS support asks for", () => {
    const Item = toItem({ customerName: "Ada Lovelace" });
    const error = new TransactionCanceledException({
      message: "Transaction cancelled.",
      $metadata: { requestId: "request-1" },
      CancellationReasons: [{ Code: "ConditionalCheckFailed", Item }],
    });

    logger.error("failed", { error });

    const logged = printed()[0]?.error as Record<string, unknown>;
    expect(logged).to.include({ name: "TransactionCanceledException", message: "Transaction cancelled." });
    expect(logged).to.have.all.keys("name", "message", "stack", "requestId");
    expect(logged.requestId).to.equal("request-1");
  });

  it("are all that tells of an error: what leaves a step has its name and message only", async () => {
    const error = Object.assign(new Error("No mail to ada@example.com."), { name: "Refused", to: "Ada Lovelace" });
    const handler = step("test", async () => {
      throw error;
    });

    const thrown = await handler({ orderId: ORDER_ID }).catch((error: Error) => error);

    expect(thrown).to.include({ name: "Refused", message: "No mail to ***." });
    expect(thrown).not.to.have.property("to");
    expect(thrown).not.to.have.property("cause");
  });
});
