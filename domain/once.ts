/**
 * Remembers the result of the first call. One that failed is forgotten, so that the next call tries again.
 *
 * @example
 * const secret = once(() => readSecret(client, environment("SECRET_ARN")));
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
