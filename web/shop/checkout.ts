import type { PlaceOrder } from "../../domain/contract/order-request.ts";
import type { ValidationResult } from "../../domain/contract/violations.ts";
import { toMinor } from "../../domain/money.ts";
import { once } from "../../domain/once.ts";
import type { Violation } from "../../domain/problem.ts";
import { type ApiFailure, placeOrder, shopConfig } from "./api.ts";
import { type Catalogue, currencyOf, lineError, totalAmount } from "./basket.ts";
import { type BasketStore, earlierAttempt, latestOrder } from "./basket-store.ts";
import { quantityInput } from "./basket-view.ts";
import { CheckoutForm } from "./checkout-form.ts";
import {
  ALREADY_ORDERED,
  catalogueChanged,
  catalogueChanges,
  keyExpired,
  NOT_LOADED,
  PLACING,
  TOO_BUSY,
  TOO_LITTLE_STOCK,
  UNCONFIRMED,
} from "./checkout-messages.ts";
import { byId, count, pause } from "./dom.ts";
import { pointersWithErrors, showFieldErrors } from "./form-errors.ts";
import { type Notice, showNotice } from "./notice.ts";
import { orderBody } from "./order-body.ts";
import { orderAddress } from "./order-tokens.ts";
import { stored } from "./stored.ts";
import {
  isExpired,
  isKeyReused,
  isSubmission,
  recordAttempt,
  recordOutcome,
  type Submission,
  submit,
} from "./submission.ts";

/** The parts of the shop that the checkout uses. */
export interface Shop {
  readonly store: BasketStore;
  /** The catalogue as loaded last, or once it is loaded; undefined if it can't be loaded. */
  catalogue(): Promise<Catalogue | undefined>;
  /** Loads the catalogue again. */
  reload(): Promise<Catalogue | undefined>;
  /** Shows errors at lines of the basket, by product id. */
  showLineErrors(errors: ReadonlyMap<string, string>): void;
  /** Shows the checkout. */
  open(): void;
}

/** Validates a body, in the shop's currency. */
type Rules = (body: object, currency: string) => Promise<ValidationResult<PlaceOrder>>;

/** Places orders: validates the form, sends the order until the outcome is known, and shows errors. */
export class Checkout {
  readonly #shop: Shop;
  readonly #form = new CheckoutForm();
  readonly #submission = stored<Submission>(() => localStorage, "submission", isSubmission);
  #isBusy = false;

  /** Loads the rules for orders, and the countries to choose from. */
  readonly #rules = once(async () => {
    const { COUNTRIES, checkOrder, showAddressFields } = await import("./order-rules.ts");
    this.#form.offerCountries(COUNTRIES, showAddressFields);
    return checkOrder;
  });

  /** Opens Stripe's form, where the shop takes cards. */
  readonly #card = once(async () => {
    const element = document.getElementById("card");
    if (!element) return undefined;
    const [{ openCardForm }, config, catalogue] = await Promise.all([
      import("./card.ts"),
      shopConfig(),
      this.#shop.catalogue(),
    ]);
    if (!catalogue) throw new Error("The catalogue can't be loaded.");
    return openCardForm(element, config.stripePublishableKey ?? "", this.#totalMinor(catalogue), currencyOf(catalogue));
  });

  constructor(shop: Shop) {
    this.#shop = shop;
    this.#form.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#placeOrder();
    });
    this.#form.element.addEventListener("input", () => void this.#clearFixedErrors().catch(() => {}));
  }

  /** Loads what only an open checkout needs. */
  readonly prepare = once(async () => {
    this.#card().catch(() => {});
    await this.#rules();
  });

  /** Continues with an order that was being placed when the page was left. */
  async resume(): Promise<void> {
    const pending = this.#submission.get();
    const body = pending?.bodies.at(-1);
    if (!pending || body === undefined || pending.key !== this.#shop.store.basket.id) return;
    this.#shop.open();
    // What was sent is sent again, even if the form can't be shown completely.
    await this.prepare().catch(() => {});
    this.#form.fill(JSON.parse(body));
    if (isExpired(pending, Date.now())) this.#startOver(keyExpired(pending.since));
    else if (pending.isInFlight) await this.#send(pending.key, body);
    else this.#show(UNCONFIRMED, this.#tryAgain);
  }

  async #placeOrder(): Promise<void> {
    if (this.#isBusy) return;
    this.#setBusy(PLACING);
    const loading = Promise.all([this.#shop.catalogue(), this.#rules(), this.#card()]);
    const [catalogue, rules, card] = await loading.catch(() => []);
    const checked = catalogue && rules && (await this.#check(catalogue, rules).catch(() => undefined));
    if (!checked) {
      this.#setBusy(undefined);
      return this.#show(NOT_LOADED, this.#tryAgain);
    }
    const { body, violations } = checked;
    const payment = violations.length === 0 ? await card?.newCard(this.#totalMinor(catalogue)) : undefined;
    this.#setBusy(undefined);
    if (payment && "error" in payment) violations.push({ pointer: "", detail: payment.error });
    if (this.#showErrors(violations)) return;
    await this.#send(this.#shop.store.basket.id, JSON.stringify({ ...body, ...payment }));
  }

  async #send(key: string, body: string): Promise<void> {
    const before = this.#submission.get();
    if (before?.key === key && isExpired(before, Date.now())) return this.#startOver(keyExpired(before.since));
    const submission = recordAttempt(before, key, body, Date.now());
    this.#submission.set(submission);
    this.#show(undefined);
    this.#setBusy(PLACING);
    const outcome = await submit(submission, {
      send: placeOrder,
      pause: (ms) => {
        this.#setBusy("The shop isn’t responding. Trying again…");
        return pause(ms);
      },
    });
    // Meanwhile, another tab may have sent the basket, too, or started the next one.
    const current = this.#submission.get() ?? submission;
    if (current.key === key) this.#submission.set(recordOutcome(current, body, outcome));
    // The page stays busy until the order's page has loaded, so that nothing else can be ordered from it.
    if (outcome.kind === "placed") return this.#leave(key, outcome.orderId, outcome.isEarlier);
    if (outcome.kind === "rejected" && isKeyReused(outcome.failure)) return await this.#findOrder(key);
    this.#setBusy(undefined);
    if (outcome.kind === "rejected") await this.#explain(outcome.failure);
    else this.#show(outcome.failure.status === 429 ? TOO_BUSY : UNCONFIRMED, this.#tryAgain);
  }

  #leave(key: string, orderId: string, isEarlier: boolean): void {
    if (this.#shop.store.basket.id === key) this.#shop.store.startNew();
    latestOrder.set({ key, orderId });
    if (isEarlier) earlierAttempt.set(orderId);
    location.assign(orderAddress(orderId));
  }

  /** Handles a basket that was ordered, but not by this page. */
  async #findOrder(key: string): Promise<void> {
    // Another tab may have sent it at the same moment, and be about to receive the response.
    await pause(1_000);
    const latest = latestOrder.get();
    if (latest?.key === key) return this.#leave(key, latest.orderId, true);
    this.#setBusy(undefined);
    this.#startOver(ALREADY_ORDERED);
  }

  async #explain(failure: ApiFailure): Promise<void> {
    const violations = failure.problem?.errors ?? [];
    if (failure.status === 422) {
      const catalogue = await this.#shop.reload();
      const { basket } = this.#shop.store;
      const notice = failure.problem?.type.endsWith("out-of-stock")
        ? TOO_LITTLE_STOCK
        : catalogueChanged(basket, catalogue);
      this.#showErrors(catalogueChanges(violations, basket, catalogue), notice);
    } else if (!this.#showErrors(violations)) {
      this.#show({ title: "We can’t accept this order", text: [failure.problem?.detail ?? "Try again later."] });
    }
  }

  #totalMinor(catalogue: Catalogue): number {
    return toMinor(totalAmount(this.#shop.store.basket, catalogue), currencyOf(catalogue));
  }

  /** The order that the page shows, as it would be sent, and why it can't be. @throws Error if a rule can't be loaded. */
  async #check(catalogue: Catalogue, rules: Rules): Promise<{ body: object; violations: Violation[] }> {
    const { basket } = this.#shop.store;
    const { id, lines } = basket;
    const body = orderBody(this.#form.fields(), basket, catalogue);
    const checked = await rules(body, currencyOf(catalogue));
    // An unconfirmed order may itself have reserved the last items. Only the API knows.
    const isUnconfirmed = this.#submission.get()?.key === id;
    const lineErrors = (isUnconfirmed ? [] : lines).flatMap((line, index) => {
      const detail = lineError(line, catalogue);
      return detail === undefined ? [] : [{ pointer: `/items/${index}/quantity`, detail }];
    });
    return checked.ok
      ? { body: checked.value, violations: lineErrors }
      : { body, violations: [...checked.violations, ...lineErrors] };
  }

  /** Shows violations at their fields and in a list at the top. @returns Whether there are any. */
  #showErrors(violations: readonly Violation[], heading?: Notice): boolean {
    const { lines } = this.#shop.store.basket;
    const { errors, rest } = showFieldErrors(this.#form.element, violations);
    const lineErrors = new Map<string, string>();
    const others: string[] = [];
    for (const { pointer, detail } of rest) {
      const line = lines[Number(/^\/items\/(\d+)/.exec(pointer)?.[1])];
      if (line) lineErrors.set(line.productId, detail);
      else others.push(pointer === "" ? detail : `${pointer.slice(1)}: ${detail}`);
    }
    this.#shop.showLineErrors(lineErrors);
    const links = [
      ...errors.map(({ sentence, control }) => ({ sentence, target: control })),
      ...[...lineErrors].map(([productId, sentence]) => ({ sentence, target: quantityInput(productId) })),
    ];
    if (links.length + others.length === 0 && !heading) return false;
    const title =
      links.length > 0 ? `Please check ${count(links.length, "entry", "entries")}` : "Please check your order";
    this.#show({ title, ...heading, text: [...others, ...(heading?.text ?? [])], links });
    return true;
  }

  /** Removes errors as soon as they are fixed, and adds none while the customer is typing. */
  async #clearFixedErrors(): Promise<void> {
    const shown = pointersWithErrors(this.#form.element);
    if (shown.size === 0) return;
    const [catalogue, rules] = await Promise.all([this.#shop.catalogue(), this.#rules()]);
    if (!catalogue) return;
    const { violations } = await this.#check(catalogue, rules);
    showFieldErrors(
      this.#form.element,
      violations.filter(({ pointer }) => shown.has(pointer)),
    );
  }

  /** Turns the basket into a new order, which the customer has to confirm again. */
  #startOver(notice: Notice): void {
    this.#submission.set(undefined);
    this.#shop.store.startNew(this.#shop.store.basket.lines);
    this.#show(notice);
  }

  readonly #tryAgain = {
    label: "Try again",
    run: () => {
      byId("place-order").focus();
      this.#form.element.requestSubmit();
    },
  };

  /** Shows a message at the top of the checkout and moves the focus there. */
  #show(notice: Notice | undefined, action?: Notice["action"]): void {
    const element = byId("checkout-notice");
    showNotice(element, notice && { ...notice, ...(action && { action }) });
    if (notice) element.focus();
  }

  /** @param status - What the customer is waiting for; undefined if nothing. */
  #setBusy(status: string | undefined): void {
    this.#isBusy = status !== undefined;
    byId("placing-status").textContent = status ?? "";
    byId("place-order").ariaDisabled = String(this.#isBusy);
    byId("basket-lines").inert = this.#isBusy;
  }
}
