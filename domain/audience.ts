/** Who an API instance serves: the storefront's guests, or the back office. */
export type Audience = "storefront" | "backoffice";
