import { join } from "node:path";

/** The absolute path of a handler's file, by its name: `handlers/NAME.ts`. */
export function handlerPath(name: string): string {
  return join(import.meta.dirname, "..", "..", "handlers", `${name}.ts`);
}
