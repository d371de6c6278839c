import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { sendOnce } from "../../../store/messages.ts";
import type { OrdersTable } from "../../../store/table.ts";

const db: OrdersTable = { client: new DynamoDBClient(), table: "orders", shards: 1 };

/** Listens on a port of its own, and then stands still: the system takes what the backlog holds, and no more. */
const STANDS_STILL = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** The installed library's own time-outs, at a service that stands still. */
describe("A message to a service that can't be reached in time", () => {
  const database = mockClient(db.client);
  const sockets: Socket[] = [];
  let service: Worker;
  let port: number;

  beforeEach(async () => {
    database.reset();
    database.onAnyCommand().resolves({});
    service = new Worker(STANDS_STILL, { eval: true });
    [port] = await once(service, "message");
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await service.terminate();
  });

  after(() => database.restore());

  /** Opens more connections than the backlog holds. */
  async function fillBacklog(): Promise<void> {
    for (let count = 0; count < 16; count++) sockets.push(connect({ port, host: "127.0.0.1" }).on("error", () => {}));
    await Promise.race(sockets.map((socket) => once(socket, "connect")));
  }

  async function send(timeouts: { connectionTimeout: number; requestTimeout: number }): Promise<void> {
    const client = new SESClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      requestHandler: { ...timeouts, throwOnRequestTimeout: true },
    });
    try {
      await client.send(new SendEmailCommand({ Source: "", Destination: {}, Message: undefined }));
    } finally {
      client.destroy();
    }
  }

  it("may be sent again where there was no connection", async () => {
    const timeouts = { connectionTimeout: 200, requestTimeout: 30_000 };
    await fillBacklog();

    const error = await sendOnce(db, "an order", "MAIL#placed", () => send(timeouts)).catch((error: Error) => error);

    expect(error).to.be.an("error").with.property("message", "MAIL#placed was refused: TimeoutError.");
    expect(database.commandCalls(DeleteItemCommand)).to.have.length(1);
  });

  it("is never sent again where there was one, as the message may have been on it", async () => {
    const timeouts = { connectionTimeout: 30_000, requestTimeout: 200 };

    const delivery = await sendOnce(db, "an order", "MAIL#placed", () => send(timeouts));

    expect(delivery).to.equal("unknown");
    expect(database.commandCalls(DeleteItemCommand)).to.have.length(0);
  });
});
