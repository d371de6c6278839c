import { expect } from "chai";
import { PROBLEMS } from "../../domain/problem.ts";
import type { Answer } from "./api-client.ts";

/** Fails unless an answer is a problem of ours with this status, that a page of any origin may read. */
export function expectProblem({ status, headers, body }: Answer, wanted: number, about?: string): void {
  expect(status, `${about}: ${JSON.stringify(body)}`).to.equal(wanted);
  expect(headers.get("content-type"), about).to.match(/^application\/problem\+json/);
  expect(headers.get("access-control-allow-origin"), about).to.equal("*");
  const kind = Object.values(PROBLEMS).find(({ type }) => type === body.type);
  expect(body, about).to.include({ ...kind, status: wanted });
  expect(body.detail, about).to.be.a("string").that.is.not.empty;
}
