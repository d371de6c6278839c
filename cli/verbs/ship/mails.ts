import { writeMailTemplates } from "../../../tools/mails/compile.ts";
import type { Report } from "../../context.ts";

/** Compiles the templates of the emails. */
export async function mails(): Promise<Report> {
  const file = writeMailTemplates();
  return { data: [file], text: `Wrote ${file}.` };
}
