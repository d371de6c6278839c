// Does for the emulator what CloudWatch Logs does on AWS: extracts metrics from log lines in the Embedded Metric Format,
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** How long metrics are batched, so that sending them doesn't slow down the next invocation. CloudWatch takes far longer. */
const BATCH_MS = 100;

/**
 * Captures the metrics in an output.
 *
 * @returns A function that sends those of finished invocations to the emulator, in the background. Call it after each.
 */
export function captureMetrics(output) {
  const write = output.write;
  let lines = [];
  let isPutting = false;
  output.write = (chunk, ...rest) => {
    if (typeof chunk === "string" && chunk.startsWith('{"_aws":')) lines.push(chunk);
    return write.call(output, chunk, ...rest);
  };
  return async function put() {
    if (isPutting) return;
    isPutting = true;
    // Later metrics go with the next call: the busier the function, the fewer calls per metric.
    while (lines.length > 0) {
      await sleep(BATCH_MS);
      const data = lines.flatMap(parseMetrics);
      lines = [];
      for (const [namespace, group] of Map.groupBy(data, ({ Namespace }) => Namespace)) await putData(namespace, group);
    }
    isPutting = false;
  };
}

/** All values of a line, once for each set of dimensions. */
function parseMetrics(line) {
  const { _aws, ...fields } = JSON.parse(line);
  return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name, Unit }) => ({
        Namespace,
        MetricName: Name,
        Dimensions: names.map((name) => ({ Name: name, Value: fields[name] })),
        Timestamp: _aws.Timestamp / 1_000,
        Unit,
        Values: [fields[Name]].flat(),
      })),
    ),
  );
}

/** Sends as the account: on AWS, too, it isn't the function that puts these metrics, and it isn't allowed to. */
function putData(Namespace, MetricData) {
  const { AWS_ENDPOINT_URL, AWS_REGION } = process.env;
  const scope = `test/20260101/${AWS_REGION}/monitoring/aws4_request`;
  const headers = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData",
    // The emulator does not check its own account's signature.
    Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
  };
  return new Promise((resolve) => {
    const sent = request(AWS_ENDPOINT_URL, { method: "POST", headers }, (response) => {
      const { statusCode } = response;
      if (statusCode !== 200) console.error(`The emulator answered PutMetricData with status ${statusCode}.`);
      response.resume().on("close", resolve);
    });
    sent.on("error", resolve); // The emulator is gone, and soon this process is, too.
    sent.end(JSON.stringify({ Namespace, MetricData }));
  });
}
