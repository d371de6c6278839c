/** The motifs that a picture is made of, as SVG paths in a square of side 1. */
const MOTIFS = [
  // Quarters of a disc, one for each corner.
  "M0 0h1a1 1 0 0 1-1 1z",
  "M1 0v1a1 1 0 0 1-1-1z",
  "M1 1h-1a1 1 0 0 1 1-1z",
  "M0 1v-1a1 1 0 0 1 1 1z",
  // A disc, and a leaf each way.
  "M0 .5a.5.5 0 0 1 1 0a.5.5 0 0 1-1 0z",
  "M0 0a1 1 0 0 1 1 1a1 1 0 0 1-1-1z",
  "M1 0a1 1 0 0 1-1 1a1 1 0 0 1 1-1z",
  // A square.
  "M0 0h1v1h-1z",
];

/** How wide and how high a picture is, in squares. */
export const COLUMNS = 4;
export const ROWS = 3;
const PALETTES = 6;
const TONES = 3;

/** What a product's picture is made of. The right half mirrors the left one. */
export interface Artwork {
  /** Which of the style sheet's palettes. */
  palette: number;
  /** SVG paths of the left half, one for each tone of the palette. */
  tones: string[];
}

/** Designs the picture of a product: the same for the same id, everywhere and always. */
export function artworkOf(productId: string): Artwork {
  const random = randomNumbers(productId);
  // Products with ids in a row get different ones.
  const palette = [...productId].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % PALETTES;
  // Few motifs in one picture make it an ornament; many, a mess.
  const motifs = [MOTIFS[random(4)], MOTIFS[4 + random(3)], MOTIFS[random(MOTIFS.length)]];
  const tones: string[] = Array(TONES).fill("");
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS / 2; column++) {
      const motif = motifs[random(motifs.length)] ?? "";
      tones[random(TONES)] += moved(motif, column, row);
    }
  }
  return { palette, tones };
}

/** A path that starts with an absolute move, elsewhere. */
function moved(path: string, x: number, y: number): string {
  return path.replace(/^M([\d.]+) ([\d.]+)/, (_, startX, startY) => `M${+startX + x} ${+startY + y}`);
}

/** Numbers from 0 up to below a bound, always the same ones for a text: FNV-1a, then xorshift. */
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
