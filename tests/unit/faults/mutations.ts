import { expect } from "chai";
import { it } from "mocha";
import { brokenInvariants } from "../../faults/invariants.ts";
import type { ObservedState, OrderResponse, PlacedOrder } from "../../faults/observed-state.ts";
import type { OrderRecords } from "../../support/table.ts";
import { ID, validState } from "./fixtures.ts";

type Mutation = (state: ObservedState) => void;

/** A valid state after a mutation. */
export function mutated(mutate: Mutation): ObservedState {
  const state = structuredClone(validState());
  mutate(state);
  return state;
}

export const recordsOf = ({ records }: ObservedState, number: number) => records.get(`${ID}${number}`) as OrderRecords;
export const placedOf = ({ placed }: ObservedState, number: number) => placed[number] as PlacedOrder;
export const responseOf = (state: ObservedState, number: number, index: number) =>
  placedOf(state, number).responses[index] as OrderResponse;
export const eventJson = (state: ObservedState, number: number, index: number) =>
  JSON.stringify(recordsOf(state, number).events[index]);

/** Defines a test for each mutation. @param mutations - The expected sentence, what the mutation does, the mutation. */
export function itDetects(mutations: [RegExp, string, Mutation][]): void {
  for (const [sentence, what, mutate] of mutations) {
    it(`detects ${what}`, () => {
      const broken = brokenInvariants(mutated(mutate));

      expect(
        broken.filter((line) => sentence.test(line)),
        broken.join("\n"),
      ).to.not.have.lengthOf(0);
    });
  }
}
