import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, describe, it } from "mocha";
import type { FullProductList } from "../../../domain/contract/responses.ts";
import { orders, ordersJson } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";

/** What a dry run and an import answer. */
interface Imported {
  added: { productId: string }[];
  changed: { productId: string; change: object }[];
  unchanged: number;
}

const HEADER = "productId;name;price;stock;description;image;active";

describe("orders: products import and export", () => {
  const stack = useLocalStack();
  const folder = mkdtempSync(join(tmpdir(), "orders-import-"));
  const file = join(folder, "catalogue.csv");
  after("clean up", () => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => ordersJson<Imported>(stack(), ["products", "import", file, ...args]);
  const catalogue = async () => (await ordersJson<FullProductList>(stack(), ["products", "list", "--all"])).products;

  it("imports 200 products, changes some, exports them, and imports that without any effect", async () => {
    const lines = Array.from(
      { length: 200 },
      (_, index) => `CSV-${index};"=Mug; ""large"" no. ${index}";${index},50;${index};Holds tea, or not.;;TRUE`,
    );
    writeFileSync(file, `\ufeff${[HEADER, ...lines, ";;;;;;"].join("\r\n")}`);

    const planned = await run("--dry-run");
    const before = await catalogue();
    const first = await run();
    const again = await orders(stack(), ["products", "import", file]);
    const changes = "productId,price,description,active\nCSV-1,99.95,,true\nCSV-2,2.50,New.,false\n";
    const changed = await ordersJson<Imported>(stack(), ["products", "import", "-"], { input: changes });
    const exported = await orders(stack(), ["products", "export", file]);
    const after = await catalogue();
    const unchanged = await run();

    expect(before).to.deep.equal([]);
    expect(planned.added).to.have.length(200);
    expect(first).to.deep.equal(planned);
    expect(again.output).to.equal("0 products new, 0 changed, 200 as before.\n");
    expect(changed.changed.map(({ change }) => change)).to.deep.equal([
      { price: 99.95, description: null },
      { description: "New.", active: false },
    ]);
    expect(exported).to.include({ errors: "", exitCode: 0, output: `200 products in ${file}.\n` });
    expect(unchanged).to.deep.equal({ added: [], changed: [], unchanged: 200 });
    expect(await catalogue()).to.deep.equal(after);
    expect(after.find(({ productId }) => productId === "CSV-2")).to.deep.equal({
      ...{ productId: "CSV-2", name: '=Mug; "large" no. 2', price: 2.5, currency: "USD", description: "New." },
      ...{ stock: 2, onHand: 2, reserved: 0, active: false },
    });
    const printed = await orders(stack(), ["products", "export"]);
    expect(printed.output).to.equal(new TextDecoder().decode(readFileSync(file))); // both without the byte-order mark
  });

  it("says what would be new and what would change, and writes nothing", async () => {
    const input = "productId,name,price,stock\nNEW,New,5,1\nCSV-3,Mug,4,\n";

    const { output, exitCode } = await orders(stack(), ["products", "import", "-", "--dry-run"], { input });

    expect(exitCode).to.equal(0);
    expect(output).to.match(/2 +NEW +new: New\n3 +CSV-3 +name: =Mug; "large" no\. 3 → Mug, price: 3\.50 → 4\.00\n/);
    expect(output).to.include("1 product new, 1 changed, 0 as before. Nothing was done: this is a dry run.");
    expect((await catalogue()).map(({ productId }) => productId)).to.not.include("NEW");
  });

  it("changes nothing unless all lines are right, and says what is wrong with each", async () => {
    const input = "productId,name,price,stock\nNEW,New,5,1\nCSV-4,Mug,4,77\nWRONG,,free,1\nNEW,New,5,1\nSHORT\n";
    const before = await catalogue();

    const { errors, exitCode } = await orders(stack(), ["products", "import", "-"], { input });

    expect(exitCode).to.equal(1);
    const columns = [...errors.matchAll(/Line (\d+: \w+)/g)].map(([, column]) => column);
    expect(columns).to.deep.equal(["3: stock", "4: name", "4: price", "5: productId", "6: There"]);
    expect(errors).to.include("Standard input is not imported, and nothing was changed.");
    expect(await catalogue()).to.deep.equal(before);
  });

  it("refuses what is not UTF-8 or not there", async () => {
    writeFileSync(file, Buffer.from(`${HEADER}\nA;Mütze;1;1;;;`, "latin1"));

    const latin = await orders(stack(), ["products", "import", file]);
    const missing = await orders(stack(), ["products", "import", join(folder, "none.csv")]);

    expect(latin).to.deep.equal({
      output: "",
      errors: `${file} is not UTF-8: save it with this encoding.\n`,
      exitCode: 2,
    });
    expect(missing).to.include({ exitCode: 2 });
    expect(missing.errors).to.include("none.csv can't be read: ENOENT");
  });
});
