import { placeOrder as orderSchema } from "../../domain/contract/order-request.ts";
import { validate } from "../../domain/contract/violations.ts";
import type { Violation } from "../../domain/problem.ts";
import { placeOrder, type Refusal } from "./api.ts";
import { type Catalogue, obstacleOf } from "./basket.ts";
import type { BasketStore } from "./basket-store.ts";
import { quantityInput } from "./basket-view.ts";
import { CheckoutForm } from "./checkout-form.ts";
import {
  catalogueChanged,
  catalogueChanges,
  forgotten,
  NO_CATALOGUE,
  ORDERED_BEFORE,
  PLACING,
  TOO_BUSY,
  UNCONFIRMED,
} from "./checkout-messages.ts";
import { byId, pause } from "./dom.ts";
import { pointersWithErrors, showFieldErrors } from "./form-errors.ts";
import { count } from "./format.ts";
import { type Notice, showNotice } from "./notice.ts";
import { orderBody } from "./order-body.ts";
import { earlierTry, latestOrder } from "./order-memory.ts";
import { stored } from "./stored.ts";
import { isExpired, isKeyReused, isSubmission, type Submission, sending, settled, submit } from "./submission.ts";

/** What the checkout needs of the shop around it. */
export interface Shop {
  readonly store: BasketStore;
  /** The catalogue as it was loaded last, or as soon as it is there; undefined where it can't be loaded. */
  catalogue(): Promise<Catalogue | undefined>;
  /** Loads the catalogue anew. */
  reload(): Promise<Catalogue | undefined>;
  /** Shows what is wrong with lines of the basket, by product id. */
  showLineErrors(errors: ReadonlyMap<string, string>): void;
  /** Brings the checkout into view. */
  open(): void;
}

/** Places orders: checks what was entered, sends it until the outcome is clear, and shows what is wrong. */
export class Checkout {
  readonly #shop: Shop;
  readonly #form = new CheckoutForm();
  readonly #submission = stored<Submission>(() => localStorage, "submission", isSubmission);
  #isBusy = false;

  constructor(shop: Shop) {
    this.#shop = shop;
    this.#form.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#placeOrder();
    });
    this.#form.element.addEventListener("input", () => void this.#recheck());
  }

  /** Goes on with an order that was under way when the page was left. */
  async resume(): Promise<void> {
    const pending = this.#submission.get();
    const body = pending?.bodies.at(-1);
    if (!pending || body === undefined || pending.key !== this.#shop.store.basket.id) return;
    this.#form.fill(JSON.parse(body));
    this.#shop.open();
    if (isExpired(pending, Date.now())) this.#startAnew(forgotten(pending.since));
    else if (pending.isInFlight) await this.#send(pending.key, body);
    else this.#show(UNCONFIRMED, this.#tryAgain);
  }

  async #placeOrder(): Promise<void> {
    if (this.#isBusy) return;
    this.#setBusy(PLACING);
    const catalogue = await this.#shop.catalogue();
    this.#setBusy(undefined);
    if (!catalogue) return this.#show(NO_CATALOGUE, this.#tryAgain);
    const body = orderBody(this.#form.fields(), this.#shop.store.basket, catalogue);
    if (this.#showErrors(this.#violations(body, catalogue))) return;
    await this.#send(this.#shop.store.basket.id, JSON.stringify(body));
  }

  async #send(key: string, body: string): Promise<void> {
    const before = this.#submission.get();
    if (before?.key === key && isExpired(before, Date.now())) return this.#startAnew(forgotten(before.since));
    const submission = sending(before, key, body, Date.now());
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
    // What is stored may have grown, as another tab may have sent the basket, too; or it is the next order's already.
    const now = this.#submission.get() ?? submission;
    if (now.key === key) this.#submission.set(settled(now, body, outcome));
    // Until the order's page is there, nothing more can be ordered from this one.
    if (outcome.kind === "placed") return this.#leave(key, outcome.orderId, outcome.isEarlier);
    if (outcome.kind === "refused" && isKeyReused(outcome.refusal)) return await this.#findOrder(key);
    this.#setBusy(undefined);
    if (outcome.kind === "refused") await this.#explain(outcome.refusal);
    else this.#show(outcome.refusal.status === 429 ? TOO_BUSY : UNCONFIRMED, this.#tryAgain);
  }

  #leave(key: string, orderId: string, isEarlier: boolean): void {
    if (this.#shop.store.basket.id === key) this.#shop.store.renew();
    latestOrder.set({ key, orderId });
    if (isEarlier) earlierTry.set(orderId);
    location.assign(`order.html#${orderId}`);
  }

  /** The basket became an order that this page knows nothing of. */
  async #findOrder(key: string): Promise<void> {
    // Another tab may have sent it at the same moment, and be about to hear of the order.
    await pause(1_000);
    const latest = latestOrder.get();
    if (latest?.key === key) return this.#leave(key, latest.orderId, true);
    this.#setBusy(undefined);
    this.#startAnew(ORDERED_BEFORE);
  }

  async #explain(refusal: Refusal): Promise<void> {
    const violations = refusal.problem?.errors ?? [];
    if (refusal.status === 422) {
      const catalogue = await this.#shop.reload();
      const { basket } = this.#shop.store;
      this.#showErrors(catalogueChanges(violations, basket, catalogue), catalogueChanged(basket, catalogue));
    } else if (!this.#showErrors(violations)) {
      this.#show({ title: "We can’t accept this order", text: [refusal.problem?.detail ?? "Try again later."] });
    }
  }

  #violations(body: object, catalogue: Catalogue): Violation[] {
    const checked = validate(orderSchema, body);
    const { id, lines } = this.#shop.store.basket;
    // An order that is not confirmed may have taken the last pieces itself: then only the API knows.
    const isSent = this.#submission.get()?.key === id;
    const obstacles = (isSent ? [] : lines).flatMap((line, index) => {
      const detail = obstacleOf(line, catalogue);
      return detail === undefined ? [] : [{ pointer: `/items/${index}/quantity`, detail }];
    });
    return [...(checked.ok ? [] : checked.violations), ...obstacles];
  }

  /** Shows violations where they can be mended, and all of them at the top. @returns Whether there are any. */
  #showErrors(violations: readonly Violation[], heading?: Notice): boolean {
    const { lines } = this.#shop.store.basket;
    const { errors, rest } = showFieldErrors(this.#form.element, violations);
    const ofLines = new Map<string, string>();
    const others: string[] = [];
    for (const { pointer, detail } of rest) {
      const line = lines[Number(/^\/items\/(\d+)/.exec(pointer)?.[1])];
      if (line) ofLines.set(line.productId, detail);
      else others.push(pointer === "" ? detail : `${pointer.slice(1)}: ${detail}`);
    }
    this.#shop.showLineErrors(ofLines);
    const links = [
      ...errors.map(({ sentence, control }) => ({ sentence, target: control })),
      ...[...ofLines].map(([productId, sentence]) => ({ sentence, target: quantityInput(productId) })),
    ];
    if (links.length + others.length === 0 && !heading) return false;
    const title =
      links.length > 0 ? `Please check ${count(links.length, "entry", "entries")}` : "Please check your order";
    this.#show({ title, ...heading, text: [...others, ...(heading?.text ?? [])], links });
    return true;
  }

  /** Takes errors away as soon as they are mended, and brings no new ones while somebody is still typing. */
  async #recheck(): Promise<void> {
    const shown = pointersWithErrors(this.#form.element);
    if (shown.size === 0) return;
    const catalogue = await this.#shop.catalogue();
    if (!catalogue) return;
    const body = orderBody(this.#form.fields(), this.#shop.store.basket, catalogue);
    const left = this.#violations(body, catalogue).filter(({ pointer }) => shown.has(pointer));
    showFieldErrors(this.#form.element, left);
  }

  /** Makes the basket a new order, which is placed only if the customer says so again. */
  #startAnew(notice: Notice): void {
    this.#submission.set(undefined);
    this.#shop.store.renew(this.#shop.store.basket.lines);
    this.#show(notice);
  }

  readonly #tryAgain = {
    label: "Try again",
    run: () => {
      byId("place-order").focus();
      this.#form.element.requestSubmit();
    },
  };

  /** Shows a message where the checkout begins, and moves the focus there so that nobody misses it. */
  #show(notice: Notice | undefined, action?: Notice["action"]): void {
    const element = byId("checkout-notice");
    showNotice(element, notice && { ...notice, ...(action && { action }) });
    if (notice) element.focus();
  }

  /** @param status - What is going on; undefined when nothing is. */
  #setBusy(status: string | undefined): void {
    this.#isBusy = status !== undefined;
    byId("placing-status").textContent = status ?? "";
    byId("place-order").ariaDisabled = String(this.#isBusy);
    byId("basket-lines").inert = this.#isBusy;
  }
}
