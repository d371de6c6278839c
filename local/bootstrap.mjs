// Runs a function's bundle in the emulator: a custom runtime that speaks the Lambda Runtime API (version 2018-06-01).
// The emulator's own Node runtime loses the names of errors, and with an error its worker.
import { writeSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true });
const runtime = "/2018-06-01/runtime";

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, agent, method, path: `${runtime}${path}` }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function errorDocument(error) {
  const { name = "Error", message = String(error), stack = "" } = error ?? {};
  return JSON.stringify({ errorType: name, errorMessage: message, stackTrace: stack.split("\n").slice(1) });
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function load() {
  const [file, name] = process.env._HANDLER.split(".");
  const module = await import(pathToFileURL(join(process.env.LAMBDA_TASK_ROOT, `${file}.mjs`)).href);
  if (typeof module[name] !== "function") throw new Error(`${file}.mjs exports no function ${name}.`);
  return module[name];
}

const handler = await load().catch(async (error) => {
  await call("POST", "/init/error", errorDocument(error));
  process.exit(1);
});

for (;;) {
  const { status, headers, body } = await call("GET", "/invocation/next");
  if (status !== 200) process.exit(0); // the emulator has given this worker up
  const context = contextOf(headers);
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
  let answer = ["response", "null"];
  try {
    answer = ["response", JSON.stringify((await handler(JSON.parse(body), context)) ?? null)];
  } catch (error) {
    answer = ["error", errorDocument(error)];
  }
  // The emulator waits for a line of output before it passes the answer on, for 50 ms where none comes.
  writeSync(1, `END RequestId: ${context.awsRequestId}\n`);
  await call("POST", `/invocation/${context.awsRequestId}/${answer[0]}`, answer[1]);
}
