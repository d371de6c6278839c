// node delivery/preview/post-comment.ts --number 123 --file comment.md: comments on a pull request, or updates its earlier comment, found by the
// first line of the file, a hidden marker. Needs GITHUB_TOKEN and GITHUB_REPOSITORY. Imports only Node's own modules: the job
// has a token that can write, so it installs no packages.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** The part of GitHub's comment that matters here. */
interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

const PAGE_SIZE = 100;
/** The author of comments made with a workflow's token. Other people's comments are left alone. */
const SELF = "github-actions[bot]";

try {
  await post();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function post(): Promise<void> {
  const {
    number = "",
    file,
    help,
  } = parseArgs({
    options: { number: { type: "string" }, file: { type: "string" }, help: { type: "boolean" } },
  }).values;
  if (help) return console.log("Usage: node delivery/preview/post-comment.ts --number 123 --file comment.md");
  if (!/^\d+$/.test(number)) throw new Error(`--number must be the number of a pull request, not "${number}".`);
  if (file === undefined) throw new Error("--file is missing: it names the file with the comment's text.");
  const body = readFileSync(file, "utf8");
  const [marker = ""] = body.split("\n", 1);
  if (!/^<!-- .+ -->$/.test(marker))
    throw new Error(`The first line of ${file} must be a marker, such as <!-- preview pr-123 -->.`);
  const existing = await findComment(number, marker);
  if (existing) await github("PATCH", `issues/comments/${existing.id}`, { body });
  else await github("POST", `issues/${number}/comments`, { body });
  console.log(existing ? "Updated the comment." : "Commented.");
}

async function findComment(number: string, marker: string): Promise<Comment | undefined> {
  for (let page = 1; ; page++) {
    const path = `issues/${number}/comments?per_page=${PAGE_SIZE}&page=${page}`;
    const comments = (await github("GET", path)) as Comment[];
    const found = comments.find(({ body, user }) => user.login === SELF && body.startsWith(marker));
    if (found || comments.length < PAGE_SIZE) return found;
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
