import type { Values } from "./properties.ts";

/** The emulator's address, and dummy credentials. */
export interface Configuration {
  /** URL of the emulator, which serves all services. */
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Provider settings without effect on an emulator. They are accepted so that a stack can have them for both targets. */
const IGNORED_SETTINGS = new Set([
  "s3UsePathStyle",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "version",
]);

/**
 * Reads the provider's settings, in the official provider's format. `endpoints` is a JSON list of objects, service to URL;
 * since one emulator serves everything, there must be only one URL, which applies to all services.
 *
 * @throws Error, a sentence, for an endpoint that is not on this machine, real credentials, or an unknown setting.
 */
export function readConfiguration(settings: Values): Configuration {
  const { endpoints, region, accessKey, secretKey, ...others } = settings;
  const unknown = Object.keys(others).filter((name) => !IGNORED_SETTINGS.has(name));
  if (unknown.length > 0) {
    throw new Error(`The local target doesn't support the setting ${unknown.map((name) => `aws:${name}`).join(", ")}.`);
  }
  return {
    endpoint: readEndpoint(endpoints),
    region: readText("region", region),
    accessKeyId: readDummyKey(readText("accessKey", accessKey)),
    secretAccessKey: readText("secretKey", secretKey),
  };
}

function readText(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`The local target needs the setting aws:${name}.`);
}

/** Real access keys start with AKIA, those of sessions with ASIA. */
function readDummyKey(accessKey: string): string {
  if (!/^A[KS]IA/.test(accessKey)) return accessKey;
  throw new Error("The local target uses dummy credentials only, but aws:accessKey looks like a real key: use `test`.");
}

function readEndpoint(endpoints: unknown): string {
  const list = typeof endpoints === "string" ? parse(endpoints) : endpoints;
  const urls = Array.isArray(list) ? list.flatMap((services) => Object.values(services as Values)) : [];
  const [url, ...others] = new Set(urls.filter((value) => value !== ""));
  if (typeof url !== "string") {
    throw new Error('The local target needs the setting aws:endpoints, e.g. [{"dynamodb": "http://127.0.0.1:4566"}].');
  }
  if (others.length > 0) {
    throw new Error(`The local target has one emulator for all services, but aws:endpoints names ${[url, ...others]}.`);
  }
  if (!isLoopback(url)) {
    throw new Error(
      `The local target never leaves this machine, but aws:endpoints names ${url}: use a 127.0.0.1 address.`,
    );
  }
  return url.replace(/\/+$/, "");
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`The setting aws:endpoints must be JSON, but is ${json}.`);
  }
}

/** Accepts addresses and `localhost` only: any other name might resolve to another machine. */
function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, protocol } = new URL(url);
  return protocol === "http:" && (hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname));
}
