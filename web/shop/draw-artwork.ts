import { artworkOf, COLUMNS, ROWS } from "./artwork.ts";

/** Draws a product's picture. It is hidden from screen readers, which read the name next to it. */
export function drawArtwork(productId: string): SVGSVGElement {
  const { palette, tones } = artworkOf(productId);
  const picture = svg("svg", { viewBox: `0 0 ${COLUMNS} ${ROWS}`, "aria-hidden": "true" });
  picture.dataset.palette = String(palette);
  // The halves overlap slightly, so that no seam is visible.
  for (const transform of ["scale(1.004 1)", `matrix(-1.004 0 0 1 ${COLUMNS} 0)`]) {
    const half = svg("g", { transform });
    half.append(...tones.map((d, tone) => svg("path", { d, class: `tone-${tone}` })));
    picture.append(half);
  }
  return picture;
}

function svg<Name extends keyof SVGElementTagNameMap>(name: Name, attributes: Record<string, string>) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}
