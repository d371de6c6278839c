/** How much a run measures. */
export interface Plan {
  /** Rounds of sequential requests, each request once per round. */
  latencyRounds: number;
  /** Orders in the table before the lists are read. */
  ordersListed: number;
  /** Pairs of windows under load, and the length of one. */
  throughputWindows: number;
  windowSeconds: number;
  /** Orders that are followed from accepted to final. */
  ordersFollowed: number;
  /** Orders in the tables that are compared, and rounds of requests. */
  scaleSmall: number;
  scaleLarge: number;
  scaleRounds: number;
  coldStartRounds: number;
  /** Stacks that are deployed, changed and destroyed. */
  deploymentRounds: number;
}

/** About eight minutes on two idle cores. */
export const FULL: Plan = {
  latencyRounds: 400,
  ordersListed: 1_000,
  throughputWindows: 10,
  windowSeconds: 4,
  ordersFollowed: 20,
  scaleSmall: 1_000,
  scaleLarge: 100_000,
  scaleRounds: 200,
  coldStartRounds: 15,
  deploymentRounds: 5,
};

/** Takes seconds, to show that everything works. Its figures mean little. */
export const QUICK: Plan = {
  latencyRounds: 5,
  ordersListed: 450,
  throughputWindows: 1,
  windowSeconds: 1,
  ordersFollowed: 1,
  scaleSmall: 100,
  scaleLarge: 1_000,
  scaleRounds: 3,
  coldStartRounds: 1,
  deploymentRounds: 1,
};
