import struct, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/** Property values by name, as plain JavaScript. Assets and archives stay in the engine's wire format. */
export type Values = Record<string, unknown>;

/** Decoded properties: plain values, and the names of the top-level properties that contain a secret. */
export interface Properties {
  values: Values;
  secrets: Set<string>;
}

// The engine's markers. Source: "special signature keys" in the Pulumi SDK, runtime/rpc.ts.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Placeholder for a value that is known only after another resource has been deployed. */
export const unknown = UNKNOWN;

/** A file or an archive, in the engine's wire format. */
export interface WireAsset {
  hash?: string;
  text?: string;
  path?: string;
  uri?: string;
  assets?: Record<string, WireAsset>;
}

/** Whether the value is a file or an archive. */
export function isAsset(value: object): value is WireAsset {
  return SIGNATURE in value && (value[SIGNATURE] === ASSET || value[SIGNATURE] === ARCHIVE);
}

/** Decodes the engine's message, and unwraps secrets at any depth. */
export function decode(message: Struct | undefined): Properties {
  const secrets = new Set<string>();
  const values: Values = {};
  for (const [name, value] of Object.entries(message?.toJavaScript() ?? {})) {
    const plain = withoutSecrets(value, () => secrets.add(name));
    if (plain !== null) values[name] = plain;
  }
  return { values, secrets };
}

/** Encodes values as the engine's message, and marks the named properties as secret. */
export function encode(values: Values, secrets: Iterable<string> = []): Struct {
  const secretNames = new Set(secrets);
  const marked = Object.entries(withoutUndefined(values) as Values).map(([name, value]) => [
    name,
    secretNames.has(name) ? { [SIGNATURE]: SECRET, value } : value,
  ]);
  return struct.Struct.fromJavaScript(Object.fromEntries(marked));
}

/** Whether the value, or a part of it, is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

function withoutSecrets(value: unknown, onSecret: () => void): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, onSecret));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Values;
  if (object[SIGNATURE] === SECRET) {
    onSecret();
    return withoutSecrets(object.value, onSecret);
  }
  return Object.fromEntries(Object.entries(object).map(([name, part]) => [name, withoutSecrets(part, onSecret)]));
}

/** Protobuf has no `undefined`. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const defined = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(defined.map(([name, part]) => [name, withoutUndefined(part)]));
}
