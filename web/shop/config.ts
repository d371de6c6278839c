/** Where the page's API is, and the key it calls it with. The key is public: it only tells this shop from others. */
export interface ShopConfig {
  /** The URL that routes are appended to, without a slash at its end. */
  apiUrl: string;
  /** Sent as `x-api-key`. */
  apiKey: string;
}

/**
 * Reads the object that the deployment puts beside the pages.
 *
 * @throws Error if it isn't there or can't be reached.
 */
export async function loadConfig(): Promise<ShopConfig> {
  const response = await fetch("config.json");
  if (!response.ok) throw new Error(`The page's config.json was answered with status ${response.status}.`);
  return (await response.json()) as ShopConfig;
}
