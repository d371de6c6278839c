import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { copyCheckout } from "./checkout.ts";
import { endOf, startCli } from "./cli-process.ts";

describe("A first run where no registry can be reached", function () {
  this.slow(60_000);
  const folder = mkdtempSync(join(tmpdir(), "orders-closed-network-"));
  const checkout = join(folder, "orders");
  /** Nothing listens on this port. */
  const nowhere = "http://127.0.0.1:9";
  const environment = {
    ...process.env,
    ...{ HOME: folder, XDG_CACHE_HOME: folder, PULUMI_HOME: folder, GOMODCACHE: join(folder, "go") },
    ...{ PIP_INDEX_URL: nowhere, PIP_RETRIES: "1", GOPROXY: nowhere, GOFLAGS: "-modcacherw" },
    ...{ NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: nowhere, https_proxy: nowhere },
  };

  before("clone", () => {
    copyCheckout(checkout);
    rmSync(join(checkout, ".orders"), { recursive: true });
  });
  after("clean up", () => rmSync(folder, { recursive: true }));

  it("says which step failed, why, and what to do", async () => {
    const { errors, code } = await endOf(startCli(["list"], environment, checkout));

    expect(code).to.equal(1);
    expect(errors).to.match(
      /^(Installing|Building) .+ failed because the network can't be reached: check the connection, .+ The log is .+\.$/m,
    );
  });
});
