import type { Violation } from "../orders/problem.ts";
import { part } from "./dom.ts";
import { placeViolations } from "./placement.ts";

/** What to enter, where the rule of the API says it in a developer's words. By JSON pointer. */
const ADVICE: Readonly<Record<string, string>> = {
  "/customerEmail": "Enter an e-mail address, such as name@example.com.",
  "/customerPhone": "Enter the number with its country code, such as +1 415 555 0123.",
};

/** A violation that is shown at a field of the form. */
export interface FieldError {
  /** What the field is called, and what is wrong with it. */
  sentence: string;
  /** Where it can be mended. */
  control: HTMLElement;
}

/**
 * Shows violations at their fields, which are the elements with a `data-pointer`, and clears all other fields.
 *
 * @returns The fields' errors, in the order of the form, and the violations that are none of the form's.
 */
export function showFieldErrors(form: HTMLElement, violations: readonly Violation[]) {
  const fields = [...form.querySelectorAll<HTMLElement>("[data-pointer]")];
  const { placed, rest } = placeViolations(violations, new Set(fields.map(pointerOf)));
  const errors = fields.flatMap((field): FieldError[] => {
    const pointer = pointerOf(field);
    const sentences = placed.get(pointer);
    const sentence = sentences && (ADVICE[pointer] ?? sentences.join(" "));
    const control = part(field, "input, select");
    part(field, ".error").textContent = sentence ?? "";
    if (sentence) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    return sentence ? [{ sentence: `${nameOf(field)}: ${sentence}`, control }] : [];
  });
  return { errors, rest };
}

/** The pointers of the fields that show an error. */
export function pointersWithErrors(form: HTMLElement): Set<string> {
  const invalid = form.querySelectorAll<HTMLElement>("[data-pointer]:has([aria-invalid])");
  return new Set([...invalid].map(pointerOf));
}

function pointerOf(field: HTMLElement): string {
  return field.dataset.pointer ?? "";
}

function nameOf(field: HTMLElement): string {
  // The first text only: a label goes on to say whether the field is optional.
  return part(field, "label, legend").firstChild?.textContent?.trim() ?? "";
}
