import { readFileSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { RegisteredResource } from "../support/mocks.ts";
import { filesOf, useSite } from "./site.ts";

describe("The website's build", () => {
  const { write, deploy, failure } = useSite();

  it("names scripts, styles and images by content hash, and lets browsers cache them for a year", async () => {
    const before = filesOf(await deploy());
    write("shop.ts", 'console.log("Good evening");\n');
    const after = filesOf(await deploy());

    const names = (files: Record<string, RegisteredResource>) => Object.values(files).map(({ inputs }) => inputs.key);
    expect(names(before).filter((key) => !`${key}`.match(/html|json/)))
      .to.have.lengthOf(3)
      .and.to.satisfy((keys: string[]) => keys.every((key) => /^(background|shop|styles)-[A-Z0-9]{8}\./.test(key)));
    expect(names(after).filter((key) => !names(before).includes(key))).to.have.lengthOf(1);
    for (const name of ["background.svg", "shop.ts", "styles.css"]) {
      expect(before[name]?.inputs.cacheControl, name).to.equal("public, max-age=31536000, immutable");
    }
  });

  it("is reproducible", async () => {
    const [first, second] = [await contentOf(await deploy()), await contentOf(await deploy())];

    expect(first["shop.ts"]).to.match(/^var \w="Hello";console\.log\(\w\);\n$/);
    expect(second).to.deep.equal(first);
  });

  it("updates the references of pages, which stay relative or absolute", async () => {
    const files = filesOf(await deploy());

    const [script, styles] = [files["shop.ts"]?.inputs.key, files["styles.css"]?.inputs.key];
    expect(files["index.html"]?.inputs.content).to.include(`href="${styles}"`).and.to.include(`src="${script}"`);
    expect(files["not-found.html"]?.inputs.content).to.include(`href="/${styles}"`);
  });

  it("splits off code that modules share, and preloads it", async () => {
    write("money.ts", "export const dollars = (cents: number) => [cents / 100, 'US dollars, in words'];\n");
    write("shop.ts", 'import { dollars } from "./money.ts";\nconsole.log("shop", dollars(1));\n');
    write("order.ts", 'import { dollars } from "./money.ts";\nconsole.log("order", dollars(2));\n');
    write("order.html", '<head><script type="module" src="order.ts"></script></head>');
    write("help.ts", 'import { dollars } from "./money.ts";\nconsole.log("help", dollars(3));\n');
    write("help.html", '<head><script defer src="help.ts"></script></head>');

    const files = filesOf(await deploy());

    const shared = files["money.ts"]?.inputs.key;
    expect(shared).to.match(/^chunk-/);
    for (const page of ["index.html", "order.html"]) {
      expect(files[page]?.inputs.content, page).to.include(`<link rel="modulepreload" href="${shared}">\n</head>`);
    }
    expect(files["help.html"]?.inputs.content, "a classic script").to.not.include("modulepreload");
  });

  it("keeps the names of pages, configuration and contract, and lets browsers revalidate them", async () => {
    const files = filesOf(await deploy());

    for (const name of ["index.html", "not-found.html", "config.json", "openapi.json"]) {
      expect(files[name]?.inputs, name).to.deep.include({ key: name, cacheControl: "no-cache" });
    }
    expect(JSON.parse(String(files["config.json"]?.inputs.content))).to.deep.equal({
      apiUrl: "https://api.example.com/v1",
      apiKey: "publishable",
      paymentGateway: "simulated",
    });
    const contract = JSON.parse(String(files["openapi.json"]?.inputs.content));
    expect(contract.servers).to.deep.equal([{ url: "https://api.example.com/v1" }]);
    expect(Object.keys(contract.paths)).to.include("/orders");
  });

  it("sets the content type of each file", async () => {
    const files = filesOf(await deploy());

    const types = Object.entries(files).map(([name, { inputs }]) => [name, inputs.contentType]);
    expect(Object.fromEntries(types)).to.deep.equal({
      "background.svg": "image/svg+xml",
      "config.json": "application/json",
      "index.html": "text/html; charset=utf-8",
      "not-found.html": "text/html; charset=utf-8",
      "openapi.json": "application/json",
      "shop.ts": "text/javascript; charset=utf-8",
      "styles.css": "text/css; charset=utf-8",
    });
  });

  it("keeps the paths of pictures, to which products refer, and lets browsers cache them for a day", async () => {
    write("pictures/mouse.svg", "<svg/>");
    write("pictures/mouse.jpg", "");
    write("pictures/.DS_Store", "");

    const files = filesOf(await deploy());

    expect(files["pictures-mouse.svg"]?.inputs).to.deep.include({
      key: "pictures/mouse.svg",
      contentType: "image/svg+xml",
      cacheControl: "public, max-age=86400",
    });
    expect(files["pictures-mouse.jpg"]?.inputs).to.include({ key: "pictures/mouse.jpg", contentType: "image/jpeg" });
    expect(Object.keys(files).filter((name) => name.startsWith("pictures"))).to.have.lengthOf(2);
  });

  it("rejects pictures of unsupported types", async () => {
    write("pictures/mouse.psd", "");

    expect(await failure()).to.match(/pictures\/mouse.psd is no picture: those can only be .*\.svg, \.webp/);
  });

  it("rejects references to missing files, and to files of unsupported types", async () => {
    write("index.html", '<script src="shop2.ts"></script>');
    const missing = await failure();
    write("index.html", '<a href="terms.docx">Terms</a>');
    write("terms.docx", "");
    const unsupported = await failure();

    expect(missing).to.match(/index.html refers to shop2.ts, which is not in /);
    expect(unsupported).to.match(/index.html refers to terms.docx, but a site's files can only be .*\.svg/);
  });
});

/** The content of the site's files, by their path in the sources. */
async function contentOf(resources: RegisteredResource[]): Promise<Record<string, string>> {
  const contents = Object.entries(filesOf(resources)).map(async ([name, { inputs }]) => {
    const { content, source } = inputs as { content?: string; source?: { path: Promise<string> } };
    return [name, content ?? readFileSync(`${await source?.path}`, "utf8")];
  });
  return Object.fromEntries(await Promise.all(contents));
}
