import type * as pulumi from "@pulumi/pulumi";

/** The arguments that components with taggable resources share. */
export interface TaggedArgs {
  /** Tags for every resource that can have tags. Default none. For example `{ project: "orders", stage: "dev" }`. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
