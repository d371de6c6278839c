import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uniq } from "es-toolkit";
import { Engine } from "mrml";
import { root } from "../paths.ts";

const FOLDER = join(root, "mails");

/** What the emails are rendered with. */
interface Templates {
  /** Of the text of all. */
  text: string;
  /** Each only once: most emails look the same, and the function that has them is to stay small. */
  html: string[];
  /** By an email's name, the index of its HTML. */
  htmlOf: Record<string, number>;
}

/**
 * Compiles the templates of the mails, `mails/*.mjml`, to HTML that mail programs show, and adds the one of their text. What
 * differs from order to order stays in them as Mustache tags.
 *
 * @throws Error, a sentence, if a template is not valid.
 */
export function compileMails(): Templates {
  const engine = new Engine();
  // By default, some fonts would be loaded from Google, which then would know who reads the mail.
  engine.setRenderOptions({ disableComments: true, socialIconOrigin: null, fonts: {} });
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".mjml"));
  const compiled = files.sort().map((file) => {
    const result = engine.toHtml(withParts(read(file)));
    if (result.type === "error") throw new Error(`mails/${file} can't be compiled: ${result.message}`);
    return { name: file.replace(".mjml", ""), html: result.content.replaceAll(/\s*\n\s*/g, "\n") };
  });
  const html = uniq(compiled.map((each) => each.html));
  const htmlOf = compiled.map((each) => [each.name, html.indexOf(each.html)]);
  return { text: read("text.mustache"), html, htmlOf: Object.fromEntries(htmlOf) };
}

/** Writes what the functions render emails with. @returns The file's path. */
export function writeMailTemplates(): string {
  const file = join(FOLDER, "templates.json");
  writeFileSync(file, `${JSON.stringify(compileMails(), null, 2)}\n`);
  return file;
}

/** MRML's own includes wrap a part in a cell that the column doesn't know. */
function withParts(template: string): string {
  return template.replaceAll(/<mj-include path="([\w./-]+)" \/>/g, (_, path) => read(path));
}

function read(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}
