import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import { expect } from "chai";
import { root } from "../../../tools/paths.ts";

const MARK = "<!-- preview pr-7 -->";
const SELF = { login: "github-actions[bot]" };

interface Comment {
  id: number;
  user: { login: string };
  body: string;
}

describe("The comment's script", () => {
  const folder = mkdtempSync(join(tmpdir(), "orders-comment-"));
  const file = join(folder, "comment.md");
  let comments: Comment[];
  let tokens: Set<string | undefined>;
  let status: number;
  let github: Server;

  before("stand in for GitHub", async () => {
    github = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://github");
      tokens.add(request.headers.authorization);
      const end = (answer: unknown) => response.writeHead(status).end(JSON.stringify(answer));
      if (status >= 300) return end({ message: "Resource not accessible by integration" });
      if (request.method === "GET" && pathname === "/repos/shop/orders/issues/7/comments") {
        const [size, page] = ["per_page", "page"].map((name) => Number(searchParams.get(name)));
        return end(comments.slice(((page ?? 1) - 1) * (size ?? 0), (page ?? 1) * (size ?? 0)));
      }
      const { body } = (await json(request)) as Comment;
      if (request.method === "POST" && pathname === "/repos/shop/orders/issues/7/comments") {
        comments.push({ id: comments.length, user: SELF, body });
        return end(comments.at(-1));
      }
      const [, id] = /^\/repos\/shop\/orders\/issues\/comments\/(\d+)$/.exec(pathname) ?? [];
      const comment = comments.find((candidate) => request.method === "PATCH" && candidate.id === Number(id));
      if (comment) comment.body = body;
      return end(comment);
    }).listen(0, "127.0.0.1");
    await once(github, "listening");
  });
  beforeEach(() => {
    [comments, tokens, status] = [[], new Set(), 200];
  });
  after(() => {
    github.close();
    rmSync(folder, { recursive: true });
  });

  it("comments once, and puts later texts in place of it", async () => {
    const first = await comment(`${MARK}\nIt is coming.`);
    const second = await comment(`${MARK}\nIt is there.`);

    expect(first).to.deep.equal({ output: "Commented.\n", errors: "", code: 0 });
    expect(second).to.deep.equal({ output: "Updated the comment.\n", errors: "", code: 0 });
    expect(comments.map(({ body }) => body)).to.deep.equal([`${MARK}\nIt is there.`]);
    expect([...tokens]).to.deep.equal(["Bearer token"]);
  });

  it("finds its own comment among many, and leaves other people's alone", async () => {
    const others = Array.from({ length: 150 }, (_, id) => ({ id, user: { login: "ada" }, body: `${MARK}\nMine.` }));
    comments = [...others, { id: 150, user: SELF, body: `${MARK}\nOld.` }];

    await comment(`${MARK}\nNew.`);

    expect(comments.at(-1)?.body).to.equal(`${MARK}\nNew.`);
    expect(comments.filter(({ body }) => body.endsWith("Mine."))).to.have.lengthOf(150);
  });

  it("says in a sentence what is wrong", async () => {
    const unmarked = await comment("It is there.");
    const elsewhere = await comment(MARK, "seven");
    status = 403;
    const refused = await comment(MARK);

    expect(unmarked).to.include({ code: 1 });
    expect(unmarked.errors).to.match(
      /^The first line of .*comment\.md must be a marker, such as <!-- preview pr-123 -->\.\n$/,
    );
    expect(elsewhere.errors).to.equal('--number must be the number of a pull request, not "seven".\n');
    expect(refused.errors).to.match(
      /^GitHub answered 403 to GET issues\/7\/comments.*: .*not accessible by integration/,
    );
    expect(refused.code).to.equal(1);
  });

  async function comment(body: string, number = "7") {
    writeFileSync(file, body);
    const script = join(root, "delivery", "preview", "post-comment.ts");
    const GITHUB_API_URL = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
    const env = { GITHUB_API_URL, GITHUB_REPOSITORY: "shop/orders", GITHUB_TOKEN: "token" };
    const child = spawn(process.execPath, [script, "--number", number, "--file", file], { env });
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { output, errors, code };
  }
});
