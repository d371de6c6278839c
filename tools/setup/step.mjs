import { inspect } from "node:util";
import { log } from "./run.mjs";

const stream = process.stderr;
const terminal = stream.isTTY;
const INTERVAL_MS = terminal ? 1_000 : 30_000;

/** When each running step began, by its title. */
const running = new Map();
/** How many lines at the bottom show running steps; only on a terminal. */
let drawn = 0;

/** Runs while steps do. */
let timer;

/**
 * Runs a step of the set-up, and reports its progress and duration on standard error.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export function step(title, action) {
  return track(title, action, (error) => {
    print(paint(31, "✖"), title);
    throw Object.assign(error, { step: title });
  });
}

/**
 * Runs a step that may fail.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} action
 * @param {string} [fallback] What happens if it fails, in words.
 * @returns {Promise<T | undefined>} Undefined if it failed.
 */
export function attempt(title, action, fallback) {
  return track(title, action, (error) => {
    log(`\n${title} failed: ${inspect(error)}\n`);
    print(paint(33, "–"), [`${title} is not possible here`, fallback].filter(Boolean).join(": "));
  });
}

/** Removes the running steps from the terminal, as the set-up is about to end. */
export function stopShowing() {
  running.clear();
  print();
}

async function track(title, action, onFailure) {
  const start = Date.now();
  running.set(title, start);
  timer ??= setInterval(tick, INTERVAL_MS).unref();
  if (terminal) print();
  try {
    const result = await action();
    end(title);
    print(paint(32, "✔"), `${title} (${secondsSince(start).toFixed(1)} s)`);
    return result;
  } catch (error) {
    end(title);
    return onFailure(error);
  }
}

function end(title) {
  running.delete(title);
  if (running.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function tick() {
  if (terminal) print();
  else for (const [title, start] of running) print(" ", progress(title, start));
}

/** Prints a line and, on a terminal, the running steps below it. */
function print(...line) {
  const below = terminal ? [...running].map(([title, start]) => `- ${progress(title, start)}`) : [];
  const above = line.length > 0 ? [line.join(" ")] : [];
  const clear = drawn > 0 ? `\x1b[${drawn}A\x1b[J` : "";
  const lines = [...above, ...below.map((text) => text.slice(0, (stream.columns || 80) - 1))];
  stream.write(clear + lines.map((text) => `${text}\n`).join(""));
  drawn = below.length;
}

function progress(title, start) {
  return `${title} … ${secondsSince(start).toFixed(0)} s`;
}

function secondsSince(start) {
  return (Date.now() - start) / 1_000;
}

function paint(colour, text) {
  return stream.hasColors?.() ? `\x1b[${colour}m${text}\x1b[39m` : text;
}
