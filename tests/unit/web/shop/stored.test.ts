import { expect } from "chai";
import { stored } from "../../../../web/shop/stored.ts";

/** A browser's storage. */
function area(items: Record<string, string> = {}) {
  return {
    items,
    getItem: (name: string) => items[name] ?? null,
    setItem(name: string, value: string) {
      items[name] = value;
    },
    removeItem(name: string) {
      delete items[name];
    },
  };
}

const isNumber = (value: unknown) => typeof value === "number";

describe("What the page keeps", () => {
  it("outlives the page, until it is forgotten", () => {
    const storage = area();

    stored<number>(() => storage, "n", isNumber).set(7);
    const afterReload = stored<number>(() => storage, "n", isNumber);

    expect(afterReload.get()).to.equal(7);
    afterReload.set(undefined);
    expect(afterReload.get()).to.equal(undefined);
    expect(storage.items).to.deep.equal({});
  });

  it("is nothing where something else is found", () => {
    for (const found of ['"seven"', "no JSON", "null", ""]) {
      const storage = area({ n: found });

      expect(stored<number>(() => storage, "n", isNumber).get(), found).to.equal(undefined);
    }
  });

  it("lives as long as the page where the browser forbids storage", () => {
    const kept = stored<number>(
      () => {
        throw new Error("SecurityError");
      },
      "n",
      isNumber,
    );

    expect(kept.get()).to.equal(undefined);
    kept.set(7);
    expect(kept.get()).to.equal(7);
    kept.set(undefined);
    expect(kept.get()).to.equal(undefined);
  });
});
