import { expect } from "chai";
import { it } from "mocha";
import type { OrderStory } from "../support/fulfilment.ts";
import type { CampaignBooks, Outcome, Placed } from "./books.ts";
import { goodBooks, ID } from "./made-up-books.ts";
import { brokenPromises } from "./oracle.ts";

type Spoil = (books: CampaignBooks) => void;

/** The books after something was done to them. */
export function books(spoil: Spoil): CampaignBooks {
  const spoilt = structuredClone(goodBooks());
  spoil(spoilt);
  return spoilt;
}

export const storyOf = ({ stories }: CampaignBooks, number: number) => stories.get(`${ID}${number}`) as OrderStory;
export const placedOf = ({ placed }: CampaignBooks, number: number) => placed[number] as Placed;
export const answerOf = (books: CampaignBooks, number: number, which: number) =>
  placedOf(books, number).outcomes[which] as Outcome;
export const letterOf = (books: CampaignBooks, number: number, index: number) =>
  JSON.stringify(storyOf(books, number).events[index]);

/** Has the calling suite break promises, and look for a sentence about each: sentence, what is wrong, how it gets wrong. */
export function finds(broken: [RegExp, string, Spoil][]): void {
  for (const [sentence, what, spoil] of broken) {
    it(`finds ${what}`, () => {
      const found = brokenPromises(books(spoil));

      expect(
        found.filter((line) => sentence.test(line)),
        found.join("\n"),
      ).to.not.have.lengthOf(0);
    });
  }
}
