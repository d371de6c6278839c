import * as pulumi from "@pulumi/pulumi";
import { checkArgument } from "./arguments.ts";
import { isTagValue } from "./tag-value.ts";

/** Labels of a stage; each may be empty. */
export interface StageLabels {
  /** Who is responsible for the stage, e.g. `orders-team`. */
  owner: string;
  /** When the stage may be deleted, RFC 3339 in UTC, e.g. `2026-11-24T18:00:00Z`. */
  expiry: string;
  /** The commit being deployed, e.g. `4f1c2d3`. */
  commit: string;
}

/**
 * The tags of every resource: project, stage, and owner and expiry if given.
 *
 * They are inputs of the resources, not `aws:defaultTags` of the provider, so that previews, tests and the local target see
 * them. The commit is checked here, but is a tag of functions only: otherwise each deployment would update every resource.
 *
 * @throws pulumi.RunError if a label can't be a tag, or the expiry is not a time.
 */
export function stageTags({ owner, expiry, commit }: StageLabels): Record<string, string> {
  for (const [label, value] of Object.entries({ owner, commit })) {
    checkArgument(label, value, isTagValue, "at most 256 letters, digits, spaces or _.:/=+@-");
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
