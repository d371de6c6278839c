/** The motifs of all pictures, as SVG paths in a square with side 1. */
const MOTIFS = [
  // Quarter discs, one per corner.
  "M0 0h1a1 1 0 0 1-1 1z",
  "M1 0v1a1 1 0 0 1-1-1z",
  "M1 1h-1a1 1 0 0 1 1-1z",
  "M0 1v-1a1 1 0 0 1 1 1z",
  // A disc, and a leaf in each direction.
  "M0 .5a.5.5 0 0 1 1 0a.5.5 0 0 1-1 0z",
  "M0 0a1 1 0 0 1 1 1a1 1 0 0 1-1-1z",
  "M1 0a1 1 0 0 1-1 1a1 1 0 0 1 1-1z",
  // A square.
  "M0 0h1v1h-1z",
];

/** A picture's size in squares. */
export const COLUMNS = 4;
export const ROWS = 3;
const PALETTES = 6;
const TONES = 3;

/** A product's picture. Its right half mirrors the left one. */
export interface Artwork {
  /** Index of a palette in the style sheet. */
  palette: number;
  /** SVG paths of the left half, one per tone of the palette. */
  tones: string[];
}

/** Generates a product's picture, always the same one for an id. */
export function artworkOf(productId: string): Artwork {
  const random = randomNumbers(productId);
  // Products with consecutive ids get different palettes.
  const palette = [...productId].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % PALETTES;
  // A picture with few motifs is an ornament, with many a mess.
  const motifs = [MOTIFS[random(4)], MOTIFS[4 + random(3)], MOTIFS[random(MOTIFS.length)]];
  const tones: string[] = Array(TONES).fill("");
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS / 2; column++) {
      const motif = motifs[random(motifs.length)] ?? "";
      tones[random(TONES)] += translate(motif, column, row);
    }
  }
  return { palette, tones };
}

/** Moves a path that starts with an absolute coordinate. */
function translate(path: string, x: number, y: number): string {
  return path.replace(/^M([\d.]+) ([\d.]+)/, (_, startX, startY) => `M${+startX + x} ${+startY + y}`);
}

/** A generator of integers from 0 to below a bound, seeded with a text: FNV-1a, then xorshift. */
function randomNumbers(seed: string): (bound: number) => number {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}
