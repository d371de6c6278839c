import { awsPreview } from "./aws-preview.ts";
import { localPreview } from "./local-preview.ts";
import type { PreviewTarget } from "./report.ts";

/** The stack of a preview, wherever it is. */
export interface Preview {
  /**
   * Makes the stack, or brings it up to date, also after a run that was killed.
   *
   * @param config - Values of the project's settings.
   * @returns The stack's outputs, secrets in clear.
   */
  up(config: Record<string, string>, signal: AbortSignal): Promise<Record<string, string>>;
  /** Takes the stack away with all that it has. @returns Whether there was one. */
  down(signal: AbortSignal): Promise<boolean>;
}

export function previewOn(target: PreviewTarget, name: string): Preview {
  return target === "aws" ? awsPreview(name) : localPreview(name);
}
