const actions = new Set();

process.once("exit", () => {
  for (const action of actions) action();
});
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

/**
 * Registers a clean-up for when this process ends early: by Ctrl-C, or because one step failed while others run.
 * @param {() => void} action
 * @returns {() => void} Unregisters it.
 */
export function atExit(action) {
  actions.add(action);
  return () => actions.delete(action);
}
