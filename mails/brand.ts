/** A shop's branding in its mails. */
export interface Brand {
  shopName: string;
  /** An image instead of the name, shown 160 pixels wide: `https://…`. */
  logoUrl?: string;
  /** Of buttons: `#rrggbb`. */
  color: string;
  /** Where customers write to. */
  supportEmail?: string;
}

/** Black or white: what is easier to read on the color. Source: the weights of ITU-R BT.601. */
export function textColorOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 > 150 ? "#000000" : "#ffffff";
}
