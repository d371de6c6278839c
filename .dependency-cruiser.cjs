// Which files may import which. No import runs upwards, none in a circle; imports of types count.

/** From the top down. A file imports from its own layer and those below it. */
const LAYERS = [
  "cli/",
  "delivery/",
  "load/",
  "tools/cost/",
  "stacks/",
  "local/",
  "tools/",
  // From here on, what is deployed.
  "account/",
  "index.ts",
  "components/",
  "handlers/",
  "payments/",
  "store/",
  "aws/",
  "mails/",
  "web/",
  "domain/",
];

/** Only they themselves, and tests, import from these. */
const NEVER_IMPORTED = ["tests/", "web/"];

const pathOf = (layer) => (layer === "tools/" ? "^tools/(?!cost/)" : `^${layer}`);
const anyOf = (layers) => layers.map(pathOf).join("|");

module.exports = {
  forbidden: [
    { name: "circular", severity: "error", from: {}, to: { circular: true } },
    ...LAYERS.slice(1).map((layer, index) => ({
      name: `upwards-from-${layer}`,
      severity: "error",
      from: { path: pathOf(layer) },
      to: { path: anyOf(LAYERS.slice(0, index + 1)) },
    })),
    ...NEVER_IMPORTED.map((folder) => ({
      name: `from-${folder}`,
      severity: "error",
      // The one command has verbs that run them.
      from: { pathNot: `${anyOf(["tests/", folder])}|^cli/verbs/verify\\.ts$` },
      to: { path: pathOf(folder) },
    })),
    { name: "outside-the-layers", severity: "error", from: { pathNot: anyOf([...LAYERS, "tests/"]) }, to: {} },
  ],
  // TypeScript 7 has no API yet that dependency-cruiser could parse with.
  options: { parser: "swc", tsPreCompilationDeps: true, exclude: "node_modules/|^build/|^\\.orders/" },
};
