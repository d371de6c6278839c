/** What is not accepted in a tag by every service. Source: the guide "Tagging AWS resources", tag naming limits. */
const UNFIT = /[^\p{L}\p{N} _.:/=+@-]+/u;
const MAX_LENGTH = 256;

/** Whether every service accepts the text as the value of a tag. */
export function isTagValue(text: string): boolean {
  return toTagValue(text) === text;
}

/** What fits of a name that others chose, as the value of a tag: `dependabot-bot` for `dependabot[bot]`. */
export function toTagValue(name: string): string {
  const words = name.split(UNFIT).filter((word) => word !== "");
  return words.join("-").slice(0, MAX_LENGTH);
}
