import { S3 } from "@aws-sdk/client-s3";
import { escape as escapeHtml } from "es-toolkit";
import { mail } from "../../../mails/render.ts";
import type { Stack } from "../../../stacks/stack.ts";
import { configDefaults } from "../../../stacks/stages.ts";
import { SAMPLE_LOCALES, sampleMails } from "../../../tools/mails/samples.ts";

/** Puts every email, with sample data, beside the pages of a site on this machine. @returns The URL of their list. */
export async function showMailPreviews({ awsClient, output }: Stack): Promise<string> {
  const site = new URL(output("websiteUrl"));
  // The emulator serves a bucket's objects below its name.
  const [, bucket = ""] = site.pathname.split("/");
  const s3 = new S3({ ...awsClient, forcePathStyle: true });
  const put = (file: string, Body: string) => {
    const ContentType = `text/${file.endsWith(".txt") ? "plain" : "html"}; charset=utf-8`;
    return s3.putObject({ Bucket: bucket, Key: `mails/${file}`, Body, ContentType, CacheControl: "no-cache" });
  };

  const { shopName = "", logoUrl = "", brandColor: color = "", supportEmail = "" } = configDefaults();
  const samples = SAMPLE_LOCALES.flatMap((locale) =>
    sampleMails(locale).map(({ kind, name, reported }) => ({
      file: `${name}.${locale}`,
      ...mail(kind, reported, { shopName, logoUrl, color, supportEmail }),
    })),
  );
  const entries = samples.map(
    ({ file, subject }) =>
      `<li><a href="${file}.html">${file}</a> (<a href="${file}.txt">text</a>): ${escapeHtml(subject)}</li>`,
  );
  await Promise.all([
    ...samples.flatMap(({ file, html, text }) => [put(`${file}.html`, html), put(`${file}.txt`, text)]),
    put("index.html", `<!doctype html><title>Emails</title><h1>Emails</h1><ul>${entries.join("")}</ul>`),
  ]);
  return new URL("mails/index.html", site).href;
}
