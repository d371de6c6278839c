import { ProvisionedThroughputExceededException } from "@aws-sdk/client-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { expect } from "chai";
import { Refusal } from "../../../../aws/refusals.ts";
import { Failure } from "../../../../domain/failure.ts";
import { queueConsumer } from "../../../../handlers/lib/queue-consumer.ts";
import { metricsIn, useCapturedLogs } from "../../../support/logs.ts";
import { anEvent, sqsBatch } from "../../../support/sqs-records.ts";

const withStatus = (httpStatusCode: number, name: string) =>
  Object.assign(new Error("no"), { name, $fault: "client", $metadata: { httpStatusCode } });

describe("A queue's messages that fail", () => {
  const printed = useCapturedLogs();

  /** Delivers a message whose handling throws. @param receives - How often it has been delivered. */
  async function deliver(error: unknown, receives = 1): Promise<unknown> {
    const attributes = { ApproximateReceiveCount: String(receives) } as SQSRecord["attributes"];
    const { Records } = sqsBatch(anEvent());
    const { batchItemFailures } = await queueConsumer(() => Promise.reject(error))({
      Records: Records.map((record) => ({ ...record, attributes })),
    });
    expect(batchItemFailures).to.have.lengthOf(1);
    return metricsIn(printed()).MessagesFailed;
  }

  for (const [what, error] of Object.entries({
    "a programming error": new TypeError("undefined is not a function"),
    "a missing permission": withStatus(400, "AccessDeniedException"),
    "an invalid request": withStatus(400, "ValidationException"),
    "a missing resource": withStatus(400, "ResourceNotFoundException"),
  })) {
    it(`are counted, once each, if it is for ${what}: only a release can help`, async () => {
      expect(await deliver(error)).to.equal(1);
      expect(await deliver(error, 2)).to.equal(1);
    });
  }

  for (const [what, error] of Object.entries({
    "the payment provider's outage": new Failure("GatewayError", "no"),
    "its rate limit": new Failure("Busy", "no"),
    "a refusal of SES": new Refusal("no", false),
    "a throttled table": new ProvisionedThroughputExceededException({
      message: "no",
      $metadata: { httpStatusCode: 400 },
    }),
    "a table that is out of service": withStatus(500, "InternalServerError"),
    "a table that doesn't respond": Object.assign(new Error("no"), { name: "TimeoutError" }),
    "a table that can't be reached": Object.assign(new Error("no"), { code: "ECONNREFUSED" }),
  })) {
    it(`are not counted if it is for ${what}: no release is to blame`, async () => {
      expect(await deliver(error)).to.equal(undefined);
    });
  }
});
