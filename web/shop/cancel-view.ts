import type { PublicOrder } from "../../domain/contract/responses.ts";
import { canBecome } from "../../domain/lifecycle.ts";
import { cancelOrder } from "./api.ts";
import { announce, byId } from "./dom.ts";

const NOT_RESPONDING = "The shop isn’t responding. Try again.";
const FAILURES: Readonly<Record<number, string>> = {
  404: "This link can’t cancel the order any more.",
  409: "It is too late: the order has left us, or has ended.",
};

/** Offers the order's customer to cancel it, as long as that is possible. @param refresh - Shows the order as it is now. */
export function showCancel(order: PublicOrder, refresh: () => void): void {
  const button = byId<HTMLButtonElement>("cancel");
  const isOwn = order.customerEmail !== undefined;
  button.hidden = !isOwn || order.cancelRequestedAt !== undefined || !canBecome(order.status, "CANCELLED");
  button.onclick = () => ask(order.orderId, refresh);
}

function ask(orderId: string, refresh: () => void): void {
  const dialog = byId<HTMLDialogElement>("cancel-dialog");
  byId("cancel-error").textContent = "";
  byId("confirm-cancel").onclick = async () => {
    const result = await cancelOrder(orderId);
    if (!result.ok) {
      byId("cancel-error").textContent = FAILURES[result.status] ?? NOT_RESPONDING;
      return;
    }
    dialog.close();
    announce("The order is being cancelled.");
    byId("headline").focus();
    refresh();
  };
  dialog.showModal();
}
