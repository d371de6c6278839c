import { expect } from "chai";
import { stored } from "../../../../web/shop/stored.ts";

/** A fake of the browser's storage. */
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

describe("A value in the browser's storage", () => {
  it("survives a reload, until it is removed", () => {
    const storage = area();

    stored<number>(() => storage, "n", isNumber).set(7);
    const afterReload = stored<number>(() => storage, "n", isNumber);

    expect(afterReload.get()).to.equal(7);
    afterReload.set(undefined);
    expect(afterReload.get()).to.equal(undefined);
    expect(storage.items).to.deep.equal({});
  });

  it("counts as missing if it is invalid", () => {
    for (const found of ['"seven"', "no JSON", "null", ""]) {
      const storage = area({ n: found });

      expect(stored<number>(() => storage, "n", isNumber).get(), found).to.equal(undefined);
    }
  });

  it("lives as long as the page if the browser forbids storage", () => {
    const value = stored<number>(
      () => {
        throw new Error("SecurityError");
      },
      "n",
      isNumber,
    );

    expect(value.get()).to.equal(undefined);
    value.set(7);
    expect(value.get()).to.equal(7);
    value.set(undefined);
    expect(value.get()).to.equal(undefined);
  });
});
