import * as pulumi from "@pulumi/pulumi";
import { checkArgument } from "./arguments.ts";

/** What a stage may say about itself, beside its name; empty where there is nothing to say. */
export interface StageLabels {
  /** Whom to ask about it. */
  owner: string;
  /** When it may be taken away, RFC 3339 in UTC, e.g. `2026-11-24T18:00:00Z`. */
  expiry: string;
  /** The commit that it is deployed from. */
  commit: string;
}

/** The characters that every service takes in a tag. Source: the guide "Tagging AWS resources", tag naming limits. */
const TAG_VALUE = /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u;

/**
 * The tags of every resource: whose it is, and how long it is wanted.
 *
 * They are inputs of the resources, and not `aws:defaultTags` of the provider, so that previews and tests see them, and the
 * local target too. The commit is not among them: each deployment would have to touch every resource, and a table's
 * commit tells nothing. It is a tag of the functions, which are made of a commit.
 *
 * @throws pulumi.RunError for what can't be a tag, or an expiry that is no time.
 */
export function stageTags({ owner, expiry, commit }: StageLabels): Record<string, string> {
  for (const [label, value] of Object.entries({ owner, commit })) {
    checkArgument(label, value, (text) => TAG_VALUE.test(text), "at most 256 letters, digits, spaces or _.:/=+@-");
  }
  checkArgument("expiry", expiry, isExpiry, "empty or a time in UTC such as 2026-11-24T18:00:00Z");
  return {
    project: pulumi.getProject(),
    stage: pulumi.getStack(),
    ...(owner && { owner }),
    ...(expiry && { expiry }),
  };
}

function isExpiry(text: string): boolean {
  return text === "" || (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text)));
}
