import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { SESClient } from "@aws-sdk/client-ses";
import { expect } from "chai";
import { SEND_ONCE, sendMail } from "../../../aws/messengers.ts";
import { Refusal } from "../../../aws/refusals.ts";

const MAIL = { subject: "Your order", text: "Hello", html: "<p>Hello</p>" };

function clientOf(port: number, timeouts: { connectionTimeout?: number; requestTimeout?: number } = {}): SESClient {
  return new SESClient({
    ...SEND_ONCE,
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: { ...SEND_ONCE.requestHandler, ...timeouts },
  });
}

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
  const sockets: Socket[] = [];
  let service: Worker;
  let port: number;

  beforeEach(async () => {
    service = new Worker(STANDS_STILL, { eval: true });
    [port] = await once(service, "message");
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await service.terminate();
  });

  /** Opens more connections than the backlog holds. */
  async function fillBacklog(): Promise<void> {
    for (let count = 0; count < 16; count++) sockets.push(connect({ port, host: "127.0.0.1" }).on("error", () => {}));
    await Promise.race(sockets.map((socket) => once(socket, "connect")));
  }

  async function failure(timeouts: { connectionTimeout: number; requestTimeout: number }): Promise<unknown> {
    const client = clientOf(port, timeouts);
    try {
      return await sendMail({ client, from: "shop@example.com" }, "ada@example.com", MAIL).catch((error) => error);
    } finally {
      client.destroy();
    }
  }

  it("was certainly not sent where there was no connection", async () => {
    await fillBacklog();

    const error = await failure({ connectionTimeout: 200, requestTimeout: 30_000 });

    expect(error).to.be.instanceOf(Refusal).and.include({
      message: "SES refused the email: TimeoutError.",
      isTemporary: true,
    });
  });

  it("may have been sent where there was one, as the message may have been on it", async () => {
    const error = await failure({ connectionTimeout: 30_000, requestTimeout: 200 });

    expect(error).to.be.an("error").with.property("name", "TimeoutError");
    expect(error).not.to.be.instanceOf(Refusal);
  });
});

describe("A message to a service that gives up idle connections", () => {
  it("is sent, once: it has a connection of its own", async () => {
    let received = 0;
    const used = new WeakSet<Socket>();
    const server = createServer(({ socket }, response) => {
      // What the first request after a pause meets on a connection that the far side has closed.
      if (used.has(socket)) return socket.resetAndDestroy();
      used.add(socket);
      received += 1;
      response.setHeader("keep-alive", "timeout=60").end("<SendEmailResponse/>");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = clientOf((server.address() as AddressInfo).port);

    for (let count = 0; count < 3; count++) {
      await sendMail({ client, from: "shop@example.com" }, "ada@example.com", MAIL);
    }

    expect(received).to.equal(3);
    client.destroy();
    server.close();
  });
});
