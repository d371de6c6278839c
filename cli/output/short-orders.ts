import { counted } from "./counted.ts";
import { nextCommand } from "./next-command.ts";

/** Says that orders can't be shipped, and where they are listed. */
export function shortOrdersText(count: number, stackName: string): string {
  return `${counted(count, "order")} ${count === 1 ? "is" : "are"} short: ${nextCommand(stackName, "attention")}`;
}
