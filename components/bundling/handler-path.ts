import { join } from "node:path";

/** The absolute path of `handlers/NAME.ts`. */
export function handlerPath(name: string): string {
  return join(import.meta.dirname, "..", "..", "handlers", `${name}.ts`);
}
