/** How much is in a table. */
export interface Size {
  orders: number;
  products: number;
}

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
  /** What is in the tables that are compared, and rounds of requests. */
  scaleSmall: Size;
  scaleLarge: Size;
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
  scaleSmall: { orders: 1_000, products: 100 },
  scaleLarge: { orders: 100_000, products: 10_000 },
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
  scaleSmall: { orders: 100, products: 25 },
  scaleLarge: { orders: 1_000, products: 250 },
  scaleRounds: 3,
  coldStartRounds: 1,
  deploymentRounds: 1,
};
