/** The environment of the function that notifies customers, in tests that run it in their own process. */
export const MAIL_ENVIRONMENT = {
  ORDERS_TABLE: "orders",
  MAIL_FROM: "shop@example.com",
  PAYMENT_GATEWAY: "simulated",
  BRAND: JSON.stringify({ shopName: "Everyday Supply", color: "#1d5c45", supportEmail: "help@example.com" }),
  SITE_URL: "https://shop.example.com/",
  SIGNING_SECRET_ARN: "arn:signing",
};
