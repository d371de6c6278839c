import { expect } from "chai";
import { describe, it } from "mocha";
import { officialEnvironment } from "../../../../local/engine/official-provider.ts";
import { engineEnvironment } from "../../../../local/engine/stack-folder.ts";

describe("The engine's environment for the official provider", () => {
  const environment = officialEnvironment(engineEnvironment("/stack", true), "http://127.0.0.1:4566");

  it("sends all its calls to the emulator, by a name below which other names resolve", () => {
    expect(environment).to.include({ AWS_ENDPOINT_URL: "http://localhost:4566" });
  });

  it("lets the engine download it, once for all stacks, and doesn't limit its memory", () => {
    expect(environment).to.not.have.any.keys(
      "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
      "PULUMI_HOME",
      "GOGC",
      "GOMEMLIMIT",
    );
  });

  it("keeps the stack's state in its folder", () => {
    expect(environment).to.include({ PULUMI_BACKEND_URL: "file:///stack/state?metadata=skip" });
  });
});
