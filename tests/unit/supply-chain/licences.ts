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

/** A package whose licence is none of those, and why it is used all the same. A star stands for any characters. */
export interface LicenceException {
  packages: string;
  /** What it says of itself, if anything. */
  licence?: string;
  reason: string;
}

export const LICENCE_EXCEPTIONS: LicenceException[] = [
  {
    packages: "@axe-core/playwright",
    licence: "MPL-2.0",
    reason: "Looks at the pages in tests; we neither change nor pass it on.",
  },
  { packages: "axe-core", licence: "MPL-2.0", reason: "As above." },
  {
    packages: "@logdna/tail-file",
    reason: 'Its package.json says "SEE LICENSE IN LICENSE", and that file has the MIT licence.',
  },
  {
    packages: "spdx-exceptions",
    licence: "CC-BY-3.0",
    reason: "A list of names, by its makers' wish to be named where it is passed on. We don't.",
  },
  { packages: "spdx-ranges", licence: "(MIT AND CC-BY-3.0)", reason: "Likewise." },
  {
    packages: "@biomejs/cli-*",
    reason: "Builds of @biomejs/biome (MIT OR Apache-2.0) for other platforms, of which package-lock.json has no more.",
  },
  {
    packages: "@oxc-parser/binding-*",
    reason: "Builds of oxc-parser (MIT) for other platforms, likewise.",
  },
];

/** Whether the package's name is what the exception says. */
export function isMeant({ packages }: LicenceException, name: string): boolean {
  const [start = "", end] = packages.split("*");
  return end === undefined ? name === packages : name.startsWith(start) && name.endsWith(end);
}
