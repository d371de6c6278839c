import { InvalidArgumentError } from "commander";

/** Makes a reader of whole numbers. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^-?\d+$/.test(text) && number >= min && number <= max) return number;
    const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`It must be a whole number ${bounds}.`);
  };
}

/** Makes a reader of numbers above 0. @param what - What they count, with an example: `hours, such as 72`. */
export function positiveNumber(what: string): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (number > 0 && Number.isFinite(number)) return number;
    throw new InvalidArgumentError(`It must be a number of ${what}.`);
  };
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Reads a time such as 90s, 15m, 2h or 1d. @returns Seconds. */
export function duration(text: string): number {
  const [, number, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (UNITS[unit] ?? Number.NaN);
  throw new InvalidArgumentError("It must be a time such as 90s, 15m, 2h or 1d.");
}

/** Makes a reader of one of some words, in whatever case. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(", ")}.`);
  };
}
