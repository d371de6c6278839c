// npm run comment -- --number 123 --file comment.md: puts a file's text under a pull request, in place of what was put there
// before. The file's first line, a hidden one, tells which comment is meant. Needs GITHUB_TOKEN and GITHUB_REPOSITORY.
// Its job has a token that writes, so it installs no packages: nothing but Node's own modules is imported.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { command } from "../command.ts";

/** As much of a comment as we look at. */
interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

const PAGE = 100;
/** Who comments with a workflow's token: what somebody else wrote stays. */
const SELF = "github-actions[bot]";

await command(async () => {
  const {
    number = "",
    file,
    help,
  } = parseArgs({
    options: { number: { type: "string" }, file: { type: "string" }, help: { type: "boolean" } },
  }).values;
  if (help) return console.log("Usage: npm run comment -- --number 123 --file comment.md");
  if (!/^\d+$/.test(number)) throw new Error(`--number must be that of a pull request, not "${number}".`);
  if (file === undefined) throw new Error("--file has to name the comment's text.");
  const body = readFileSync(file, "utf8");
  const mark = /^<!-- .+ -->$/m.exec(body.split("\n")[0] ?? "")?.[0];
  if (mark === undefined) throw new Error(`The first line of ${file} must be a mark, such as <!-- preview pr-123 -->.`);
  const before = await findComment(number, mark);
  if (before) await github("PATCH", `issues/comments/${before.id}`, { body });
  else await github("POST", `issues/${number}/comments`, { body });
  console.log(before ? "Updated the comment." : "Commented.");
});

async function findComment(number: string, mark: string): Promise<Comment | undefined> {
  for (let page = 1; ; page++) {
    const path = `issues/${number}/comments?per_page=${PAGE}&page=${page}`;
    const comments = (await github("GET", path)) as Comment[];
    const found = comments.find(({ body, user }) => user.login === SELF && body.startsWith(mark));
    if (found || comments.length < PAGE) return found;
  }
}

async function github(method: string, path: string, body?: object): Promise<unknown> {
  const { GITHUB_API_URL = "https://api.github.com", GITHUB_REPOSITORY, GITHUB_TOKEN } = process.env;
  if (!GITHUB_REPOSITORY || !GITHUB_TOKEN) throw new Error("GITHUB_REPOSITORY and GITHUB_TOKEN must be set.");
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${GITHUB_TOKEN}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`GitHub answered ${response.status} to ${method} ${path}: ${await response.text()}`);
  return response.json();
}
