import type * as pulumi from "@pulumi/pulumi";

/** What every component with resources that can be tagged takes. */
export interface TaggedArgs {
  /** Tags of all those resources. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
