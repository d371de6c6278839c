import struct, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/** Property values by name, as plain JavaScript. Assets and archives stay in the engine's own wire form. */
export type Values = Record<string, unknown>;

/** What the engine sent: plain values, and which of the outermost properties hold a secret anywhere inside. */
export interface Properties {
  values: Values;
  secrets: Set<string>;
}

// The engine's own markers: see "special signature keys" in the Pulumi SDK, runtime/rpc.ts.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Stands for a value that the engine will only know after it has deployed something else. */
export const unknown = UNKNOWN;

/** A file or an archive, in the engine's wire form. */
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

/** Unwraps secrets, at any depth. A message without properties has none. */
export function decode(message: Struct | undefined): Properties {
  const secrets = new Set<string>();
  const values: Values = {};
  for (const [name, value] of Object.entries(message?.toJavaScript() ?? {})) {
    const plain = withoutSecrets(value, () => secrets.add(name));
    if (plain !== null) values[name] = plain;
  }
  return { values, secrets };
}

/** The engine's message for the values; the named properties are marked as secret. */
export function encode(values: Values, secrets: Iterable<string> = []): Struct {
  const secretNames = new Set(secrets);
  const marked = Object.entries(withoutUndefined(values) as Values).map(([name, value]) => [
    name,
    secretNames.has(name) ? { [SIGNATURE]: SECRET, value } : value,
  ]);
  return struct.Struct.fromJavaScript(Object.fromEntries(marked));
}

/** Whether the value, or a part of it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

function withoutSecrets(value: unknown, found: () => void): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, found));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Values;
  if (object[SIGNATURE] === SECRET) {
    found();
    return withoutSecrets(object.value, found);
  }
  return Object.fromEntries(Object.entries(object).map(([name, part]) => [name, withoutSecrets(part, found)]));
}

/** Protobuf's values have no `undefined`. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(known.map(([name, part]) => [name, withoutUndefined(part)]));
}
