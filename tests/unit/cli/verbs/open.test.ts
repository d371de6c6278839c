import { PassThrough } from "node:stream";
import { expect } from "chai";
import { after, beforeEach, describe, it } from "mocha";
import type { Context } from "../../../../cli/context.ts";
import { open } from "../../../../cli/verbs/run/open.ts";
import { stackOf } from "../../../../stacks/stack.ts";

const OUTPUTS = {
  ...{ apiUrl: "http://127.0.0.1/b", apiKey: "b", storefrontUrl: "http://127.0.0.1/s", storefrontKey: "s" },
  websiteUrl: "https://shop.example/",
  dashboardUrl: "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/orders",
};

describe("orders open", () => {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  let opened: string[];
  const show = async (url: string) => opened.push(url);

  beforeEach("sit at a screen", () => {
    opened = [];
    process.env.DISPLAY = ":0";
    delete process.env.WAYLAND_DISPLAY;
  });
  after("leave it", () => {
    for (const [name, value] of Object.entries({ DISPLAY, WAYLAND_DISPLAY })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("shows the shop and the dashboard in the browser, and prints their addresses", async () => {
    const shop = await open(context(), "shop", show);
    const dashboard = await open(context(), "dashboard", show);

    expect([shop, dashboard].map(({ text }) => text)).to.deep.equal([OUTPUTS.websiteUrl, OUTPUTS.dashboardUrl]);
    expect(opened).to.deep.equal([OUTPUTS.websiteUrl, OUTPUTS.dashboardUrl]);
  });

  it("only prints the address for scripts, and where no browser is or starts", async () => {
    const script = await open(context({ options: { json: true } }), "shop", show);
    const pipe = await open(context({ canAsk: false }), "shop", show);
    const broken = await open(context(), "shop", async () => Promise.reject(new Error("spawn ENOENT")));
    delete process.env.DISPLAY;
    const server = process.platform === "linux" ? await open(context(), "shop", show) : broken;

    expect(script.data).to.deep.equal({ url: OUTPUTS.websiteUrl });
    for (const { text } of [pipe, broken, server]) expect(text).to.equal(OUTPUTS.websiteUrl);
    expect(opened).to.deep.equal([]);
  });

  it("says where else to look, as no stack on this machine has a dashboard", async () => {
    const error = await open(context({ endpoint: "http://127.0.0.1:4566" }), "dashboard", show).catch(
      (reason) => reason,
    );

    expect(error.message).to.equal(
      'The dashboard is in the AWS console, but dev runs on this machine: "./orders doctor" shows how it is.',
    );
  });
});

function context({
  canAsk = true,
  options = {},
  endpoint,
}: {
  canAsk?: boolean;
  options?: Context["options"];
  endpoint?: string;
} = {}): Pick<Context, "stack" | "options" | "terminal"> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const interruption = () => new AbortController().signal;
  return {
    stack: async () => stackOf("dev", OUTPUTS, { region: "us-east-1", ...(endpoint && { endpoint }) }),
    options,
    terminal: { stdin, stdout, stderr, interruption, canAsk },
  };
}
