// Does for the emulator what CloudWatch Logs does on AWS: makes metrics of the log lines in the Embedded Metric Format,
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** How long metrics gather before they are put. CloudWatch takes far longer; the next invocation would be disturbed. */
const GATHER_MS = 100;

/**
 * Watches an output for metrics.
 *
 * @returns What puts those of finished invocations into the emulator, in the background. Call it after each.
 */
export function metricsOf(output) {
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
    // What comes meanwhile goes with the next call: the busier the function, the fewer calls.
    while (lines.length > 0) {
      await sleep(GATHER_MS);
      const data = lines.flatMap(dataOf);
      lines = [];
      for (const [namespace, some] of Map.groupBy(data, ({ Namespace }) => Namespace)) await putData(namespace, some);
    }
    isPutting = false;
  };
}

/** Every value of a line, once for each set of dimensions. */
function dataOf(line) {
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

/** As the account: on AWS too it is not the function that makes the metrics, and it may not. */
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
    const sent = request(AWS_ENDPOINT_URL, { method: "POST", headers }, (answer) => {
      if (answer.statusCode !== 200) console.error(`The emulator answered PutMetricData with ${answer.statusCode}.`);
      answer.resume().on("close", resolve);
    });
    sent.on("error", resolve); // The emulator is gone, and this process will be.
    sent.end(JSON.stringify({ Namespace, MetricData }));
  });
}
