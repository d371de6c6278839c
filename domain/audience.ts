/** Who an API instance serves: the storefront's guests, or the back office. */
export type Audience = "storefront" | "backoffice";

/** Who sees an order: its customer, the back office, or anyone who knows the order's id. */
export type Viewer = "customer" | "backoffice" | "anyone";
