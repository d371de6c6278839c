/**
 * Licences that anything we use may have: they ask for no more than to keep their notice. Changing this list is a decision
 * of the project's, not of whoever adds a package.
 */
export const ALLOWED_LICENCES = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "PSF-2.0",
  "Python-2.0",
];

/** A package whose licence is none of those, and why it is used all the same. */
export interface LicenceException {
  package: string;
  /** What it says of itself, if anything. */
  licence?: string;
  reason: string;
}

export const LICENCE_EXCEPTIONS: LicenceException[] = [
  {
    package: "@axe-core/playwright",
    licence: "MPL-2.0",
    reason: "Looks at the pages in tests; we neither change nor pass it on.",
  },
  { package: "axe-core", licence: "MPL-2.0", reason: "As above." },
  {
    package: "@logdna/tail-file",
    reason: 'Its package.json says "SEE LICENSE IN LICENSE", and that file has the MIT licence.',
  },
  { package: "nub", reason: "The MIT licence, by its older name." },
  {
    package: "spdx-exceptions",
    licence: "CC-BY-3.0",
    reason: "A list of names, by its makers' wish to be named where it is passed on. We don't.",
  },
  { package: "spdx-ranges", licence: "(MIT AND CC-BY-3.0)", reason: "Likewise." },
];
