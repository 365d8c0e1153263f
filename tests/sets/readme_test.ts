import assert from "node:assert/strict";
import * as room from "../../lib/sets/mod.ts";
import type { Origin } from "../../lib/sets/mod.ts";
import { publicSets } from "../../lib/task/_sets.ts";

const README = new URL("../../README.md", import.meta.url);
const TABLE = /\| set +\|[^]*?\n(?=\n)/;

function from(origin: Origin): string {
  return { repository: "GitHub ", derived: "", package: "npm " }[origin.kind] +
    (origin.kind === "repository"
      ? origin.repository
      : origin.kind === "derived"
      ? origin.from
      : origin.package);
}

/** The table of all sets, padded as `deno fmt` pads it. */
function table(): string {
  const names = new Map(Object.entries(room).map(([name, value]) => [value as unknown, name]));
  const rows = [...publicSets.values()].map((set) => [
    `\`${names.get(set)}\``,
    set.title,
    set.licence,
    from(set.origin),
  ]);
  const cells = [["set", "holds", "licence", "from"], ...rows];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row: string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |\n`;
  return [line(cells[0]), line(widths.map((width) => "-".repeat(width))), ...cells.slice(1).map(line)].join(
    "",
  );
}

Deno.test("the README's table of sets is what the sets say of themselves", async () => {
  const text = await Deno.readTextFile(README);
  const [present] = TABLE.exec(text) ?? [];
  assert(present, "the README has no table of sets");
  if (Deno.env.get("MIDTRAIN_GOLDENS") === "write") {
    await Deno.writeTextFile(README, text.replace(TABLE, () => table()));
    return;
  }
  const hint = "MIDTRAIN_GOLDENS=write deno test -A tests/sets/readme_test.ts writes it anew";
  assert.equal(present, table(), hint);
});
