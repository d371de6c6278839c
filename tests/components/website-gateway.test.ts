import { expect } from "chai";
import { filesOf, find, useSite } from "./site.ts";

const FOOTER = "<footer>This is a demo shop.</footer>";
const PAGE =
  `<!doctype html><html><head></head><body>\n<!-- only simulated -->\n${FOOTER}\n<!-- end -->\n` +
  "<!-- only stripe --><p>Pay by card.</p><!-- end --><p>For all.</p></body></html>";
const KEY = "pk_live_51HabcDEF";

describe("A website's payment gateway", () => {
  const { write, deploy, failure } = useSite();

  it("decides which parts its pages have: only a demo says that it is one", async () => {
    write("shop.html", PAGE);

    const demo = contentOf(await deploy(), "shop.html");
    const real = contentOf(await deploy({ paymentGateway: "stripe", stripePublishableKey: KEY }), "shop.html");

    expect(demo)
      .to.include(`${FOOTER}\n<p>For all.</p>`)
      .and.not.match(/Pay by card|<!--/);
    expect(real)
      .to.include("<p>Pay by card.</p><p>For all.</p>")
      .and.not.match(/demo|<!--/);
  });

  it("is in the configuration that pages load, with Stripe's key where it is Stripe", async () => {
    const common = { apiUrl: "https://api.example.com/v1", apiKey: "publishable" };
    const configuration = async (args: Parameters<typeof deploy>[0]) =>
      JSON.parse(contentOf(await deploy(args), "config.json"));

    expect(await configuration({ paymentGateway: "simulated", stripePublishableKey: KEY })).to.deep.equal({
      ...common,
      paymentGateway: "simulated",
    });
    expect(await configuration({ paymentGateway: "stripe", stripePublishableKey: KEY })).to.deep.equal({
      ...common,
      paymentGateway: "stripe",
      stripePublishableKey: KEY,
    });
  });

  it("opens the content security policy for Stripe's script, frames and API only where it is Stripe", async () => {
    const policy = async (args: Parameters<typeof deploy>[0]) => {
      const { inputs } = find(await deploy(args), "site-headers");
      const { contentSecurityPolicy } = inputs.securityHeadersConfig as Record<string, Record<string, string>>;
      return contentSecurityPolicy?.contentSecurityPolicy?.split("; ") ?? [];
    };

    const demo = await policy({ paymentGateway: "simulated", stripePublishableKey: KEY });
    const real = await policy({ paymentGateway: "stripe", stripePublishableKey: KEY });

    expect(demo.join()).to.not.include("stripe");
    expect(real.filter((directive) => !demo.includes(directive))).to.have.members([
      "script-src 'self' https://js.stripe.com https://*.js.stripe.com",
      "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
      "connect-src 'self' https://api.example.com https://api.stripe.com",
    ]);
  });

  it("needs the publishable key where it is Stripe, not the secret one", async () => {
    for (const stripePublishableKey of [undefined, "", "sk_live_51HabcDEF", "pk_live_"]) {
      const args = stripePublishableKey === undefined ? {} : { stripePublishableKey };
      expect(await failure({ paymentGateway: "stripe", ...args })).to.match(
        /^Website "site": stripePublishableKey must be Stripe's publishable key, pk_live_… or pk_test_…, with the gateway stripe, but is/,
      );
    }
  });
});

function contentOf(resources: Parameters<typeof filesOf>[0], file: string): string {
  return String(filesOf(resources)[file]?.inputs.content);
}
