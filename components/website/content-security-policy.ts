/**
 * What a browser may load for a page of the site: the site's own files, and answers of the API. No script or style in the
 * page itself runs, so text that got into a page can't become one.
 *
 * @param apiOrigin - Where the API is, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com`.
 */
export function contentSecurityPolicy(apiOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${apiOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** What only a header can say: that no page may show this one in a frame. */
export const NO_FRAMES = "frame-ancestors 'none'";

/** Puts the policy into a page, for servers that send no headers of ours. */
export function withContentSecurityPolicy(html: string, policy: string): string {
  return html.replace("<head>", `<head>\n<meta http-equiv="Content-Security-Policy" content="${policy}">`);
}
