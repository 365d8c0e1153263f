/** `1 row`, `1,204 rows`. */
export function countOf(n: number, unit: string): string {
  return `${n.toLocaleString("en")} ${unit}${n === 1 ? "" : "s"}`;
}

/** Text that stands for itself in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
