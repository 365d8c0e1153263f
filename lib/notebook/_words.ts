export { escapeHtml } from "../base/mod.ts";

/** `1 row`, `1,204 rows`. */
export function countOf(n: number, unit: string): string {
  return `${n.toLocaleString("en")} ${unit}${n === 1 ? "" : "s"}`;
}
