import type { FailureReason } from "../../domain/failure-reasons.ts";
import type { Facts, Language } from "./language.ts";

const REASONS: Readonly<Record<FailureReason, string>> = {
  OUT_OF_STOCK: "Ein Artikel dieser Bestellung ist ausverkauft.",
  PAYMENT_DECLINED: "Die Zahlung wurde abgelehnt.",
  INSUFFICIENT_FUNDS: "Die Zahlung wurde abgelehnt, weil das Konto nicht gedeckt ist.",
  PAYMENT_NOT_COMPLETED:
    "Die Zahlung wurde nicht rechtzeitig abgeschlossen, und die Artikel sind nicht mehr reserviert.",
  UNAVAILABLE: "Wir konnten die Bestellung nicht rechtzeitig bearbeiten.",
  PAYMENT_UNAVAILABLE: "Die Zahlung konnte nicht ausgeführt werden.",
  INTERNAL: "Bei uns ist ein Fehler aufgetreten.",
};

const BANK_DAYS = "Auf Ihrem Konto erscheint der Betrag in fünf bis zehn Werktagen.";

function money({ isCharged, isDisputed, refunded }: Facts): string[] {
  if (!isCharged) return ["Ihnen wurde nichts berechnet."];
  if (isDisputed) return ["Ihre Bank hat die Zahlung auf Ihren Wunsch zurückgebucht."];
  return refunded === undefined ? [] : [`Wir haben Ihnen ${refunded} erstattet. ${BANK_DAYS}`];
}

/** German. */
export const de: Language = {
  mails: {
    placed: ({ order }) => ({
      subject: `Ihre Bestellung ${order} ist eingegangen`,
      sentences: ["Vielen Dank für Ihre Bestellung. Sobald Ihre Zahlung eingegangen ist, schreiben wir Ihnen wieder."],
    }),
    completed: ({ order, total }) => ({
      subject: `Ihre Bestellung ${order} ist bezahlt und wird gepackt`,
      sentences: [
        `Ihre Zahlung von ${total} ist eingegangen. Wir schreiben Ihnen, sobald Ihre Bestellung unterwegs ist.`,
      ],
    }),
    shipped: ({ order }) => ({
      subject: `Ihre Bestellung ${order} ist unterwegs`,
      sentences: ["Wir schreiben Ihnen, sobald sie angekommen ist."],
    }),
    delivered: ({ order }) => ({
      subject: `Ihre Bestellung ${order} wurde zugestellt`,
      sentences: ["Viel Freude damit."],
    }),
    failed: (facts) => ({
      subject: `Ihre Bestellung ${facts.order} kann nicht ausgeführt werden`,
      sentences: [...(facts.reason ? [REASONS[facts.reason]] : []), ...money(facts)],
    }),
    cancelled: (facts) => ({
      subject: `Ihre Bestellung ${facts.order} wurde storniert`,
      sentences: money(facts),
    }),
    refunded: ({ order, refunded }) => ({
      subject: `Erstattung von ${refunded} zu Ihrer Bestellung ${order}`,
      sentences: [BANK_DAYS],
    }),
  },
  greeting: (name) => (name === undefined ? "Guten Tag," : `Guten Tag ${name},`),
  ordered: (order, date) => `Bestellung ${order}, ${date}`,
  total: "Summe",
  address: "Lieferadresse",
  button: "Bestellung ansehen",
  contact: (address) => `Fragen? Antworten Sie auf diese E-Mail, oder schreiben Sie an ${address}.`,
  demo: "Dies ist ein Demo-Shop: Nichts wird berechnet oder versandt.",
};
