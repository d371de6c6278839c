import type { GatewayName } from "../../domain/payment.ts";

/** A part of a page that is only for one payment gateway. */
const PART = /<!-- only (\w+) -->\s*([\s\S]*?)<!-- end -->\s*/g;

/** A page without the parts for other payment gateways: a shop that takes real money has no test values. */
export function withPartsFor(gateway: GatewayName, html: string): string {
  return html.replace(PART, (_, name: string, part: string) => (name === gateway ? part : ""));
}
