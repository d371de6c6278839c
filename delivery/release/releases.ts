/** What a release has to know of a stack: its output `releases`, as JSON. */
export interface Releases {
  /** The application of CodeDeploy. */
  application: string;
  /** The alias that callers go through, and that releases move. */
  alias: string;
  functions: ReleasedFunction[];
}

/** A function, and CodeDeploy's group for it. */
export interface ReleasedFunction {
  name: string;
  deploymentGroup: string;
}

/** Points at the version that `live` had before the last release: where a rollback leads. */
export const PREVIOUS_ALIAS = "previous";
