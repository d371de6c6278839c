/** Lightness and chroma of a drawing's ground, and of the three discs on it. */
const TONES = ["92% .03", "80% .08", "65% .1", "45% .09"];

/** Draws a picture for a product without one, always the same for an id. @returns The URL of an image of 4:3. */
export function artworkUrl(productId: string): string {
  // FNV-1a: consecutive ids have hashes far apart.
  let hash = 0x811c9dc5;
  for (const character of productId) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  const shapes = TONES.map((tone, index) => {
    const bits = (hash >>> (8 * index)) & 255;
    const shape = index === 0 ? "M0 0h4v3H0z" : `M${bits % 4} ${(bits >> 2) % 4}m-1 0a1 1 0 0 0 2 0a1 1 0 0 0-2 0z`;
    return `<path fill="oklch(${tone} ${((hash >>> 8) % 360) + 40 * index})" d="${shape}"/>`;
  });
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3">${shapes.join("")}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
