// Runs a function's bundle in the emulator: a custom runtime that uses the Lambda Runtime API (version 2018-06-01) and
// behaves like Lambda's own Node runtime. The emulator's Node runtime loses the names of errors, and then its worker, too.
import { request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_FUNCTION_NAME, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [host, port] = AWS_LAMBDA_RUNTIME_API.split(":");

/** Opens a connection per call: on a reused one, the emulator's two-packet responses wait 40 ms for a delayed ACK. */
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path: `/2018-06-01/runtime${path}`, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The error as callers see it. A state machine's Retry and Catch match `errorType`: the error's name, not its class's. */
function serializeError(error) {
  if (!(error instanceof Error))
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
  return JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] });
}

function createContext(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? `/aws/lambda/${AWS_LAMBDA_FUNCTION_NAME}`,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function load() {
  const [file, name] = _HANDLER.split(".");
  const { [name]: handler } = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href);
  if (typeof handler !== "function") throw runtimeError("HandlerNotFound", `${file}.mjs exports no function ${name}.`);
  if (handler.length > 2) {
    throw runtimeError(
      "CallbackHandlerDeprecated",
      `${name} takes a callback, which Lambda no longer passes from Node 24 on.`,
    );
  }
  return handler;
}

function runtimeError(name, message) {
  return Object.assign(new Error(message), { name: `Runtime.${name}` });
}

process.env.AWS_LAMBDA_INITIALIZATION_TYPE = "on-demand"; // as Lambda does: the logger detects cold starts by it
const handler = await load().catch(async (error) => {
  await call("POST", "/init/error", serializeError(error));
  process.exit(1);
});

for (;;) {
  const { status, headers, body } = await call("GET", "/invocation/next");
  if (status !== 200) process.exit(0); // The emulator has dropped this worker.
  const context = createContext(headers);
  const traceId = headers["lambda-runtime-trace-id"];
  if (traceId) process.env._X_AMZN_TRACE_ID = traceId;
  else delete process.env._X_AMZN_TRACE_ID;

  let kind = "response";
  let result;
  try {
    result = JSON.stringify(await handler(JSON.parse(body), context)) ?? "null";
  } catch (error) {
    kind = "error";
    result = serializeError(error);
    console.error("Invoke Error", result);
  }
  // The emulator waits up to 50 ms for a first line of output before it returns the result. Its log omits empty lines.
  process.stdout.write("\n");
  await call("POST", `/invocation/${context.awsRequestId}/${kind}`, result);
}
