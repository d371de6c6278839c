import { existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";
import { step } from "./step.mjs";

const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const nodePackage = join(root, "node_modules", "node");
const nodeLink = join(root, "node_modules", ".bin", "node");

/** With its defaults, npm takes minutes to report a missing network. */
const env = {
  ...process.env,
  npm_config_prefer_offline: "true",
  npm_config_fetch_retry_mintimeout: "2000",
  npm_config_fetch_retry_maxtimeout: "10000",
};

/** Installs what package-lock.json pins into node_modules, Node itself included. */
export async function installDependencies() {
  if (!packagesAreCurrent()) await step("Installing dependencies", () => run("npm", ["ci"], { env }));
  if (!nodeIsUnpacked()) await step(`Unpacking Node ${devDependencies.node}`, unpackNode);
}

/** npm records what it installed when it is done, so an aborted or outdated installation differs from the lock file. */
function packagesAreCurrent() {
  const locked = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(locked).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

function nodeIsUnpacked() {
  return existsSync(nodeLink); // false for a dangling link
}

/**
 * Runs the only install script that is needed. .npmrc turns scripts off, since npm 10 would run those of all packages, and
 * npm 11 only those that are allowed.
 */
async function unpackNode() {
  await run(process.execPath, ["installArchSpecificPackage"], { cwd: nodePackage, env });
  // npm created its link before there was a program.
  rmSync(nodeLink, { force: true });
  symlinkSync(join("..", "node", "bin", "node"), nodeLink);
}
