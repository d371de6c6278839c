import { expect } from "chai";
import { readConfiguration } from "../../../../local/provider/configuration.ts";

const settings = { region: "us-east-1", accessKey: "test", secretKey: "test" };
const endpoints = (...urls: string[]) =>
  JSON.stringify([Object.fromEntries(urls.map((url, i) => [`service${i}`, url]))]);

describe("The local provider's configuration", () => {
  it("accepts the official provider's list of endpoints, as JSON or as a list", () => {
    const text = readConfiguration({ ...settings, endpoints: '[{"dynamodb":"http://127.0.0.1:4566/","sqs":""}]' });
    const list = readConfiguration({ ...settings, endpoints: [{ dynamodb: "http://127.0.0.1:4566" }] });

    expect(text).to.deep.equal(list);
    expect(text.endpoint).to.equal("http://127.0.0.1:4566");
  });

  for (const url of ["http://127.0.0.1:1", "http://127.8.9.10:1", "http://localhost:1", "http://[::1]:1"]) {
    it(`accepts ${url}`, () => {
      expect(readConfiguration({ ...settings, endpoints: endpoints(url) }).endpoint).to.equal(url);
    });
  }

  for (const url of [
    "https://dynamodb.us-east-1.amazonaws.com",
    "http://192.168.0.1:4566",
    "http://0.0.0.0:4566",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1@example.com",
    "file:///etc/passwd",
    "127.0.0.1:4566",
  ]) {
    it(`rejects ${url}`, () => {
      const read = () => readConfiguration({ ...settings, endpoints: endpoints(url) });

      expect(read).to.throw(`never leaves this machine, but aws:endpoints names ${url}`);
    });
  }

  it("rejects two different endpoints, none, and invalid JSON", () => {
    const read = (value: unknown) => () => readConfiguration({ ...settings, endpoints: value });

    expect(read(endpoints("http://127.0.0.1:1", "http://127.0.0.1:2"))).to.throw("one emulator for all services");
    expect(read(undefined)).to.throw("needs the setting aws:endpoints");
    expect(read("[]")).to.throw("needs the setting aws:endpoints");
    expect(read("{")).to.throw("must be JSON");
  });

  it("rejects real credentials", () => {
    const real = { ...settings, endpoints: endpoints("http://127.0.0.1:1"), accessKey: "AKIAIOSFODNN7EXAMPLE" };

    expect(() => readConfiguration(real))
      .to.throw("dummy credentials only")
      .and.not.match(/IOSFODNN/);
  });

  it("names an unsupported setting", () => {
    const read = () => readConfiguration({ ...settings, endpoints: endpoints("http://127.0.0.1:1"), profile: "prod" });

    expect(read).to.throw("aws:profile");
  });
});
