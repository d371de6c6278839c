import type { Violation } from "../../domain/problem.ts";
import { query } from "./dom.ts";
import { groupByField } from "./group-violations.ts";

/** Messages for rules that the API words for developers, by JSON pointer. */
const ADVICE: Readonly<Record<string, string>> = {
  "/customerEmail": "Enter an email address, such as name@example.com.",
  "/customerPhone": "Enter the number with its country code, such as +1 415 555 0123.",
};

/** An error shown at a field of the form. */
export interface FieldError {
  /** The field's label and what is wrong. */
  sentence: string;
  control: HTMLElement;
}

type Control = HTMLInputElement | HTMLSelectElement;

/**
 * Shows violations at their fields, whose names are JSON pointers, and removes the errors of all other fields.
 *
 * @returns The fields' errors in the form's order, and the violations without a field.
 */
export function showFieldErrors(form: HTMLFormElement, violations: readonly Violation[]) {
  const controls = controlsOf(form);
  const { byField, rest } = groupByField(violations, new Set(controls.keys()));
  const errors = [...controls].flatMap(([pointer, control]): FieldError[] => {
    const sentences = byField.get(pointer);
    const sentence = sentences && (ADVICE[pointer] ?? sentences.join(" "));
    const field = control.closest(".field, fieldset") ?? form;
    showError(field, control, sentence);
    const name = query(field, "label, legend").textContent;
    return sentence ? [{ sentence: `${name}: ${sentence}`, control }] : [];
  });
  return { errors, rest };
}

/** The JSON pointers of the fields that show an error. */
export function pointersWithErrors(form: HTMLFormElement): Set<string> {
  const invalid = [...controlsOf(form)].filter(([, control]) => control.hasAttribute("aria-invalid"));
  return new Set(invalid.map(([pointer]) => pointer));
}

/** The form's controls by JSON pointer; the first one of a group. */
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
