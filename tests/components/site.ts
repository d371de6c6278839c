import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach } from "mocha";
import { Website, type WebsiteArgs } from "../../components/website.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

/** Creates the sources of a small site for each test of the suite. @returns Helpers to change the site and to deploy it. */
export function useSite() {
  let source: string;
  beforeEach("write a site's sources", () => {
    source = mkdtempSync(join(tmpdir(), "orders-website-"));
    const page = (references: string) => `<!doctype html>\n<html lang="en">\n  <head>${references}</head>\n</html>\n`;
    write("index.html", page('<link rel="stylesheet" href="styles.css"><script type="module" src="shop.ts"></script>'));
    write("not-found.html", page('<link rel="stylesheet" href="/styles.css">'));
    write("shop.ts", 'const greeting: string = "Hello";\nconsole.log(greeting);\n');
    write("styles.css", "body {\n  background: url(background.svg);\n}\n");
    write("background.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>\n');
  });
  afterEach(() => rmSync(source, { recursive: true }));

  const write = (name: string, content: string) => {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), content);
  };

  const site = (args: Partial<WebsiteArgs> = {}) =>
    new Website("site", {
      ...{ source, apiUrl: "https://api.example.com/v1", apiKey: "publishable", logRetentionDays: 7 },
      ...{ currency: "USD", paymentGateway: "simulated" },
      ...args,
    });

  const deploy = (args: Partial<WebsiteArgs> = {}) => register(() => site(args));

  return { write, deploy, failure, urlOf };

  /** Deploys the site, which should fail. @returns The error message. */
  async function failure(args: Partial<WebsiteArgs> = {}): Promise<string | undefined> {
    let message: string | undefined;
    await register(() => {
      try {
        site(args);
      } catch (error) {
        ({ message } = error as Error);
      }
    });
    return message;
  }

  async function urlOf(args: Partial<WebsiteArgs>): Promise<string> {
    let url: pulumi.Output<string> | undefined;
    await register(() => {
      ({ url } = site(args));
    });
    return new Promise((resolve) => url?.apply(resolve));
  }
}

/** Finds a resource by name. */
export function find(resources: RegisteredResource[], name: string): RegisteredResource {
  const found = resources.find((resource) => resource.name === name);
  if (!found) throw new Error(`There is no resource ${name}.`);
  return found;
}

/** The site's files, by their path in the sources. */
export function filesOf(resources: RegisteredResource[]): Record<string, RegisteredResource> {
  const objects = resources.filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2");
  return Object.fromEntries(objects.map((object) => [object.name.replace(/^site-/, ""), object]));
}
