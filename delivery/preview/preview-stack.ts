/** The stack of a preview, on either target. */
export interface PreviewStack {
  /**
   * Creates or updates the stack, even after a run that was killed.
   *
   * @param config - The project's settings, without their namespace.
   * @returns The stack's outputs, secrets in clear.
   */
  up(config: Record<string, string>, signal: AbortSignal): Promise<Record<string, string>>;
  /** Destroys and removes the stack. @returns Whether there was one. */
  down(signal: AbortSignal): Promise<boolean>;
}
