import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";
import { step } from "./step.mjs";

const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const modules = join(root, "node_modules");
const nodePackage = join(modules, "node");
const nodeLink = join(modules, ".bin", "node");
/** What npm installed; npm writes it last. */
const installedLock = join(modules, ".package-lock.json");

/**
 * Whatever the environment or the user's .npmrc says, such as NODE_ENV=production: the development dependencies run everything,
 * by the links to their programs; esbuild and others have their binaries in optional ones; and the pinned Node, not the one that
 * engine-strict looks at, runs them.
 */
const INSTALL = ["ci", "--include=dev", "--include=optional", "--bin-links", "--ignore-scripts", "--no-engine-strict"];

/** With its defaults, npm takes minutes to report a missing network. */
const env = {
  ...process.env,
  npm_config_prefer_offline: "true",
  npm_config_fetch_retry_mintimeout: "2000",
  npm_config_fetch_retry_maxtimeout: "10000",
};

/**
 * Installs what package-lock.json pins into node_modules, Node itself included. Afterwards npm's own lock file in there is
 * newer than package-lock.json, which is how ./orders knows without running this.
 */
export async function installDependencies() {
  if (belongToAnotherCheckout()) return;
  if (!packagesAreCurrent()) await step("Installing dependencies", () => run("npm", INSTALL, { env }));
  if (!nodeIsUnpacked()) await step(`Unpacking Node ${devDependencies.node}`, unpackNode);
  if (existsSync(installedLock)) utimesSync(installedLock, new Date(), new Date());
}

/** npm records what it installed once it is done, so an aborted or outdated installation differs from the lock file. */
function packagesAreCurrent() {
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(installedLock);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/** Through a link, npm would delete the packages of another checkout. */
function belongToAnotherCheckout() {
  return lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

function nodeIsUnpacked() {
  return existsSync(nodeLink); // a link to nothing does not exist
}

/**
 * The one install script that we need. Scripts are off in .npmrc, since npm 10 would run those of all packages, and npm 11
 * of none unless told; so this works the same with both.
 */
async function unpackNode() {
  await run(process.execPath, ["installArchSpecificPackage"], { cwd: nodePackage, env });
  // npm links the programs of a package, but before we unpack this one.
  rmSync(nodeLink, { force: true });
  symlinkSync(join("..", "node", "bin", "node"), nodeLink);
}
