// deno-lint-ignore-file no-console
import { descriptionOf, type Interval, said } from "../base/mod.ts";
import { columns } from "./_columns.ts";

/** A result as it describes itself: sentences, and tables in columns. */
export function tell(result: object): void {
  for (const part of descriptionOf(result) ?? []) {
    if (typeof part === "string") console.log(part);
    else if (part.rows.length > 0) {
      if (part.title !== undefined) console.log(`\n${part.title}`);
      const names = Object.keys(part.rows[0]);
      const cells = part.rows.map((row) => names.map((name) => cell(row[name])));
      console.log(columns([names, ...cells]));
    }
  }
}

function cell(value: unknown): string {
  return typeof value === "object" && value !== null && "estimate" in value
    ? said(value as Interval)
    : String(value);
}
