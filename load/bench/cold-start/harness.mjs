// A function's first call, as Lambda makes it: a new Node process loads the bundle and passes it an event. Prints the
// milliseconds from the process's start to the handler's response. The AWS SDK's requests are served from memory.
//
// Usage: node harness.mjs BUNDLE CALL, where BUNDLE is a URL and CALL is JSON: {event, responses}. `responses` has a body for
// each operation.

const [bundle, call] = process.argv.slice(2);
const { handler } = await import(bundle);
const { event, responses } = JSON.parse(call);
serveFromMemory(process.getBuiltinModule("node:https"), process.getBuiltinModule("node:stream"));
const result = await handler(event, {
  awsRequestId: "1",
  functionName: "cold-start",
  getRemainingTimeInMillis: () => 1e6,
});
const ms = performance.now();
if (result?.statusCode >= 400 || result?.batchItemFailures?.length > 0) throw new Error(JSON.stringify(result));
process.stdout.write(`\n${JSON.stringify({ ms })}\n`, () => process.exit());

function serveFromMemory(https, { PassThrough, Readable }) {
  https.request = ({ headers }, onResponse) => {
    const sent = new PassThrough();
    const chunks = [];
    sent.on("data", (chunk) => chunks.push(chunk));
    sent.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const operation = headers["x-amz-target"]?.split(".")[1] ?? new URLSearchParams(body).get("Action");
      if (responses[operation] === undefined) throw new Error(`There is no response for ${operation}.`);
      const response = Readable.from([Buffer.from(responses[operation])]);
      onResponse(
        Object.assign(response, { statusCode: 200, headers: { "content-type": "application/x-amz-json-1.0" } }),
      );
    });
    return Object.assign(sent, { setTimeout() {}, setNoDelay() {}, setSocketKeepAlive() {} });
  };
}
