import { expect } from "chai";
import { describe, it } from "mocha";
import { bypassProxies } from "../../../cli/loopback.ts";

const LOOPBACK = "127.0.0.1,localhost";

describe("What never goes through a proxy", () => {
  const bypassing = (environment: NodeJS.ProcessEnv) => {
    bypassProxies(environment);
    return environment;
  };

  it("is this machine, in each program's variable", () => {
    const variables = bypassing({ https_proxy: "http://proxy:3128" });

    expect(variables).to.deep.equal({
      https_proxy: "http://proxy:3128",
      no_proxy: LOOPBACK,
      NO_PROXY: LOOPBACK,
      no_grpc_proxy: LOOPBACK,
    });
  });

  it("is what the environment says, too, in whichever case", () => {
    const one = bypassing({ NO_PROXY: "acme.example" });
    const both = bypassing({ no_proxy: "10.0.0.0/8", NO_PROXY: "acme.example", no_grpc_proxy: "grpc.example" });

    const acme = `acme.example,${LOOPBACK}`;
    expect(one).to.deep.equal({ no_proxy: acme, NO_PROXY: acme, no_grpc_proxy: acme });
    expect(both).to.deep.equal({
      no_proxy: `10.0.0.0/8,${LOOPBACK}`,
      NO_PROXY: acme,
      no_grpc_proxy: `grpc.example,${LOOPBACK}`,
    });
  });

  it("stays everything, where the environment says so", () => {
    const { no_proxy, NO_PROXY, no_grpc_proxy } = bypassing({ no_proxy: "*", NO_PROXY: "" });

    expect([no_proxy, NO_PROXY]).to.deep.equal(["*", "*"]);
    expect(no_grpc_proxy).to.equal(`*,${LOOPBACK}`);
  });
});
