/** What the deployment tells the pages. The keys are public: they only identify the shop. */
export interface ShopConfig {
  /** Base URL of the routes, without a trailing slash. */
  apiUrl: string;
  /** Sent as `x-api-key`. */
  apiKey: string;
  paymentGateway: "simulated" | "stripe";
  /** Only with the gateway `stripe`. */
  stripePublishableKey?: string;
  /** Where customers write to. */
  supportEmail?: string;
}

/**
 * Loads the configuration that the deployment stores next to the pages.
 *
 * @throws Error if it can't be loaded.
 */
export async function loadConfig(): Promise<ShopConfig> {
  // A page that says it is missing is no JSON.
  return (await (await fetch("config.json")).json()) as ShopConfig;
}
