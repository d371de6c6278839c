import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Route53 } from "@aws-sdk/client-route-53";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine, type StackEngine } from "../../local/engine/engine.ts";
import { emulatorClient } from "../../stacks/record.ts";
import { target } from "../support/stack.ts";
import { requestHost } from "./host-request.ts";
import { plain } from "./provider/engine-events.ts";

const DOMAIN = "shop.example.com";

describe("A stack with a domain of its own", function () {
  this.slow(60_000);
  const folder = mkdtempSync(join(tmpdir(), "orders-domain-"));
  let emulator: Emulator;
  let engine: StackEngine;
  let route53: Route53;
  let zone: { HostedZoneId: string };
  let outputs: Record<string, string>;

  before("create the zone, and deploy", async function () {
    if (target === "aws") this.skip();
    emulator = await startEmulator({ auth: true, logFile: join(folder, "emulator.log") });
    route53 = new Route53(emulatorClient({ region: "us-east-1" }, emulator.endpoint));
    const { HostedZone } = await route53.createHostedZone({ Name: "example.com", CallerReference: "test" });
    zone = { HostedZoneId: HostedZone?.Id?.replace("/hostedzone/", "") ?? "" };
    engine = await openEngine({
      name: "domain",
      directory: join(folder, "stack"),
      endpoint: emulator.endpoint,
      config: {
        ...{ domainName: DOMAIN, hostedZoneId: zone.HostedZoneId, siteDelivery: "cloudfront" },
        cursorSecret: "0123456789abcdef0123456789abcdef",
      },
    });
    outputs = plain((await engine.up()).outputs);
  });
  after(async () => {
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("serves the storefront and the back office at the URLs of its outputs", async () => {
    const product = { name: "Mug", price: 29.99, stock: 100 };
    const put = await office("PUT", "/products/PROD-001", product);
    const placed = await shop("POST", "/orders", {
      customerEmail: "success@simulator.amazonses.com",
      items: [{ productId: "PROD-001", quantity: 2 }],
    });
    const found = await shop("GET", `/${placed.headers.location}`);

    expect([put.status, placed.status, found.status]).to.deep.equal([201, 201, 200]);
    expect(JSON.parse(found.body)).to.include({ totalAmount: 59.98 });
  });

  it("has records for the website, the APIs and the certificates of both", async () => {
    expect(await records()).to.have.members([
      ...[`A ${DOMAIN}.`, `AAAA ${DOMAIN}.`, `A api.${DOMAIN}.`],
      ...[`CNAME _acme-challenge.${DOMAIN}.`, `CNAME _acme-challenge.api.${DOMAIN}.`],
    ]);
  });

  it("has no changes when it is deployed again, nor after a refresh", async () => {
    const refreshed = await engine.refresh();
    const deployed = await engine.up();

    expect([Object.keys(refreshed.changes), Object.keys(deployed.changes)]).to.deep.equal([["same"], ["same"]]);
  });

  it("has the same URLs when it is created anew, and leaves no records behind", async () => {
    await engine.destroy();
    const left = await records();
    const created = plain((await engine.up()).outputs);
    const health = await shop("GET", "/health");

    expect(left).to.deep.equal([]);
    for (const url of ["websiteUrl", "storefrontUrl", "apiUrl"]) expect(created[url], url).to.equal(outputs[url]);
    expect(health.status).to.equal(200);
  });

  const shop = (method: string, path: string, body?: object) =>
    request("storefrontUrl", "storefrontKey", method, path, body);
  const office = (method: string, path: string, body?: object) => request("apiUrl", "apiKey", method, path, body);

  /** Calls an API at its URL, as if its name led to the emulator, which has no TLS. */
  function request(url: string, key: string, method: string, path: string, body?: object) {
    const { host, pathname } = new URL(outputs[url] ?? "");
    const headers = { "x-api-key": outputs[key] ?? "", "content-type": "application/json" };
    const content = body ? { body: JSON.stringify(body) } : {};
    return requestHost(emulator.endpoint, host, `${pathname}${path}`, { method, headers, ...content });
  }

  /** Type and name of each record but the zone's own. */
  async function records(): Promise<string[]> {
    const { ResourceRecordSets = [] } = await route53.listResourceRecordSets(zone);
    return ResourceRecordSets.flatMap(({ Type, Name }) => (Type === "NS" || Type === "SOA" ? [] : `${Type} ${Name}`));
  }
});
