/** What went wrong in the set-up and what to do about it, in one sentence. */
export function explainError(error: unknown): string;
