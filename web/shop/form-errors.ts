import type { Violation } from "../../domain/problem.ts";
import { part } from "./dom.ts";
import { placeViolations } from "./placement.ts";

/** What to enter, where the rule of the API says it in a developer's words. By JSON pointer. */
const ADVICE: Readonly<Record<string, string>> = {
  "/customerEmail": "Enter an email address, such as name@example.com.",
  "/customerPhone": "Enter the number with its country code, such as +1 415 555 0123.",
};

/** A violation that is shown at a field of the form. */
export interface FieldError {
  /** What the field is called, and what is wrong with it. */
  sentence: string;
  /** Where it can be mended. */
  control: HTMLElement;
}

type Control = HTMLInputElement | HTMLSelectElement;

/**
 * Shows violations at their fields, whose names are JSON pointers, and clears all other fields.
 *
 * @returns The fields' errors, in the order of the form, and the violations that are none of the form's.
 */
export function showFieldErrors(form: HTMLFormElement, violations: readonly Violation[]) {
  const controls = controlsOf(form);
  const { placed, rest } = placeViolations(violations, new Set(controls.keys()));
  const errors = [...controls].flatMap(([pointer, control]): FieldError[] => {
    const sentences = placed.get(pointer);
    const sentence = sentences && (ADVICE[pointer] ?? sentences.join(" "));
    const field = control.closest(".field, fieldset") ?? form;
    showError(field, control, sentence);
    // The first text only: a label goes on to say whether the field is optional.
    const name = part(field, "label, legend").firstChild?.textContent?.trim();
    return sentence ? [{ sentence: `${name}: ${sentence}`, control }] : [];
  });
  return { errors, rest };
}

/** The pointers of the fields that show an error. */
export function pointersWithErrors(form: HTMLFormElement): Set<string> {
  const invalid = [...controlsOf(form)].filter(([, control]) => control.hasAttribute("aria-invalid"));
  return new Set(invalid.map(([pointer]) => pointer));
}

/** The form's controls by their pointers; of a group, the first one. */
function controlsOf(form: HTMLFormElement): Map<string, Control> {
  const controls = new Map<string, Control>();
  for (const control of form.querySelectorAll<Control>("[name^='/']")) {
    if (!controls.has(control.name)) controls.set(control.name, control);
  }
  return controls;
}

function showError(field: Element, control: Control, sentence: string | undefined): void {
  const text = field.querySelector(".error") ?? document.createElement("p");
  text.className = "error";
  text.id = `${control.id}-error`;
  text.textContent = sentence ?? "";
  field.append(text);
  if (sentence) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  const hint = field.querySelector(".hint")?.id ?? "";
  control.setAttribute("aria-describedby", sentence ? `${hint} ${text.id}`.trim() : hint);
}
