const actions = new Set();
/** How a signal ends this process, as a shell reports it. */
const CODES = { SIGINT: 130, SIGTERM: 143 };

function runActions() {
  for (const action of actions) action();
}

function exitOn(signal) {
  process.exit(CODES[signal]);
}

/**
 * Registers a clean-up for when this process ends early: by Ctrl-C, or because one step failed while others run. Signals are
 * handled only while there is one: what runs afterwards in this process has its own way to end.
 * @param {() => void} action
 * @returns {() => void} Unregisters it.
 */
export function atExit(action) {
  if (actions.size === 0) {
    process.once("exit", runActions);
    for (const signal of Object.keys(CODES)) process.once(signal, exitOn);
  }
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size > 0) return;
    process.off("exit", runActions);
    for (const signal of Object.keys(CODES)) process.off(signal, exitOn);
  };
}
