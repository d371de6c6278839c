import type { GatewayName } from "../../domain/payment.ts";

/**
 * Hosts of Stripe's script, of its frames and its API. Source: https://docs.stripe.com/security/guide, "Content Security Policy";
 * the pages don't use what needs maps.googleapis.com.
 */
const STRIPE = {
  scripts: " https://js.stripe.com https://*.js.stripe.com",
  frames: "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
  api: " https://api.stripe.com",
};

/**
 * Lets pages load the site's own files, images over HTTPS, and call the API, and nothing else. Inline scripts and styles don't
 * run, so injected text can't become one. Images may come from anywhere, as the back office puts their URLs into the catalogue
 * long after the policy was written. Where the shop takes cards, Stripe's script and frames are added.
 *
 * @param apiOrigin - The API's origin, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com`.
 */
export function contentSecurityPolicy(apiOrigin: string, gateway: GatewayName): string {
  const stripe = gateway === "stripe" ? STRIPE : undefined;
  return [
    "default-src 'none'",
    `script-src 'self'${stripe?.scripts ?? ""}`,
    "style-src 'self'",
    "img-src 'self' data: https:",
    "font-src 'self'",
    `connect-src 'self' ${apiOrigin}${stripe?.api ?? ""}`,
    ...(stripe ? [`frame-src ${stripe.frames}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Forbids framing; browsers ignore this directive in a `meta` element. */
export const NO_FRAMES = "frame-ancestors 'none'";

/** Adds the policy to a page as a `meta` element, for servers that can't send the header. */
export function withContentSecurityPolicy(html: string, policy: string): string {
  return html.replace("<head>", `<head>\n<meta http-equiv="Content-Security-Policy" content="${policy}">`);
}
