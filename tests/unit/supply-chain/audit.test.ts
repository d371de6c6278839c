import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { root } from "../../../tools/paths.ts";

/** What a registry says of one of our packages that has a hole. */
const ADVISORY = {
  id: 1,
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  title: "A hole",
  severity: "low",
  vulnerable_versions: "*",
};

/** The verb, which asks a registry of our own: what it makes of the answers, not what is known today. */
describe("./orders audit", () => {
  let registry: Server;
  let answer: { status: number; advisories: Record<string, object[]> };

  before("start a registry", async () => {
    registry = createServer((request, response) => {
      const isAudit = request.url === "/-/npm/v1/security/advisories/bulk";
      response.writeHead(isAudit ? answer.status : 404, { "content-type": "application/json" });
      request.resume().on("end", () => response.end(JSON.stringify(isAudit ? answer.advisories : {})));
    });
    await once(registry.listen(0, "127.0.0.1"), "listening");
  });

  after("stop it", () => registry.close());

  async function audit() {
    const { port } = registry.address() as AddressInfo;
    const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}`, npm_config_fetch_retries: "0" };
    const child = spawn(process.execPath, [join(root, "cli", "main.ts"), "audit"], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { output: output + errors, code };
  }

  it("is content when the registry knows of nothing", async () => {
    answer = { status: 200, advisories: {} };

    expect(await audit()).to.include({ code: 0 });
  });

  it("fails, and says which package has a hole", async () => {
    answer = { status: 200, advisories: { commander: [ADVISORY] } };

    const { output, code } = await audit();

    expect(output).to.include("commander").and.to.include("GHSA-aaaa-bbbb-cccc");
    expect(code).to.equal(1);
  });

  it("fails, and says so, when the registry answers no such questions", async () => {
    answer = { status: 405, advisories: {} };

    const { output, code } = await audit();

    expect(output).to.include("audit endpoint returned an error");
    expect(code).to.equal(1);
  });
});
