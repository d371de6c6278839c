// TypeScript 7 has no API yet. ts-morph brings a copy of TypeScript 5, which has the one that openapi-typescript uses.

export { ts as default } from "@ts-morph/common";
