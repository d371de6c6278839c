// A function's first call, as Lambda makes it: a new Node process loads the bundle and hands it an event. Prints how many
// milliseconds after its start the process had the answer. The AWS SDK's requests are answered from memory.
//
// Usage: node harness.mjs BUNDLE CALL, where CALL is JSON: {event, answers}. `answers` has an answer's body for each operation.

const [bundle, call] = process.argv.slice(2);
const { handler } = await import(bundle);
const { event, answers } = JSON.parse(call);
answerFromMemory(process.getBuiltinModule("node:https"), process.getBuiltinModule("node:stream"));
const answer = await handler(event, {
  awsRequestId: "1",
  functionName: "cold-start",
  getRemainingTimeInMillis: () => 1e6,
});
const ms = performance.now();
if (answer?.statusCode >= 400 || answer?.batchItemFailures?.length > 0) throw new Error(JSON.stringify(answer));
process.stdout.write(`\n${JSON.stringify({ ms })}\n`, () => process.exit());

function answerFromMemory(https, { PassThrough, Readable }) {
  https.request = ({ headers }, onAnswer) => {
    const sent = new PassThrough();
    const chunks = [];
    sent.on("data", (chunk) => chunks.push(chunk));
    sent.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const operation = headers["x-amz-target"]?.split(".")[1] ?? new URLSearchParams(body).get("Action");
      if (answers[operation] === undefined) throw new Error(`There is no answer to ${operation}.`);
      const answer = Readable.from([Buffer.from(answers[operation])]);
      onAnswer(Object.assign(answer, { statusCode: 200, headers: { "content-type": "application/x-amz-json-1.0" } }));
    });
    return Object.assign(sent, { setTimeout() {}, setNoDelay() {}, setSocketKeepAlive() {} });
  };
}
