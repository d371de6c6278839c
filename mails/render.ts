import { escape as escapeHtml } from "es-toolkit";
import Mustache from "mustache";
import type { Mail, MailKind } from "../domain/mails.ts";
import type { Brand } from "./brand.ts";
import TEMPLATES from "./templates.json" with { type: "json" };
import { type Reported, viewOf, wordsOf } from "./view.ts";

/**
 * Renders an email. It reports what happened, not the order's current status, so it is correct even if sent late.
 *
 * @param reported - The order, and what the email has to say of it.
 */
export function mail(kind: MailKind, reported: Reported, brand: Brand): Mail {
  const view = viewOf(kind, reported, brand);
  return {
    subject: view.subject,
    text: Mustache.render(TEMPLATES.text, view, {}, { escape: String }),
    html: Mustache.render(TEMPLATES.html[TEMPLATES.htmlOf[kind]] ?? "", view, {}, { escape: escapeHtml }),
  };
}

/** Renders a text message: short, and safe to show on a lock screen. */
export function sms(kind: MailKind, reported: Pick<Reported, "order" | "event">): string {
  return `${wordsOf(kind, reported).subject}.`;
}
