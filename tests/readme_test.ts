import assert from "node:assert/strict";
import * as sets from "../lib/sets/mod.ts";
import { publicSets } from "../lib/task/_sets.ts";

const root = new URL("../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));
const [section] = /^## Where things live$[^]*?^## /m.exec(readme)!;
const { exports, imports, tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));

/** The cells of the section's rows that begin with a name. */
const rows = [...section.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map((
  [, room, rest],
) => [room, ...rest.split("|")]);
const namesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

Deno.test("the README has each room with the file to open first", async () => {
  // What `recipes` holds is data of the room recipe.
  const rooms = Object.keys(imports).filter((name) =>
    name.startsWith("midtrain/") && name !== "midtrain/recipes"
  );
  assert.deepEqual(rows.map(([room]) => `midtrain/${room}`).sort(), rooms.sort());
  for (const [room, , open] of rows) {
    for (const file of namesIn(open)) await Deno.stat(new URL(`lib/${room}/${file}`, root));
  }
});

Deno.test("the package exports each room under the name that it has here", () => {
  const named = Object.entries(exports).map(([name, path]) => [`midtrain${name.slice(1)}`, path]);
  assert.deepEqual(named, Object.entries(imports).filter(([name]) => /^midtrain(?:\/|$)/.test(name)));
});

Deno.test("the names to begin with are exported by their rooms", async () => {
  let count = 0;
  for (const [room, , , begin] of rows) {
    const exported = await Deno.readTextFile(new URL(`lib/${room}/mod.ts`, root));
    for (const name of namesIn(begin)) {
      count++;
      assert.match(exported, new RegExp(`\\b${name}\\b`), `${name} of ${room}`);
    }
    // help() reads them there.
    const [said] = /^ \* Begin with [^]*?\.$/m.exec(exported) ?? [""];
    assert.deepEqual(
      [...said.matchAll(/\{@linkcode (\w+)\}/g)].map(([, name]) => name),
      namesIn(begin),
      room,
    );
  }
  assert(count >= 50 && count <= 80, `${count} names`);
});

Deno.test("the files that an addition touches are there", async () => {
  for (const [path] of section.matchAll(/\b(?:[a-z_]+\/)+[a-z_]+\.ts\b/g)) {
    const folder = /^(?:tests|recipes)\//.test(path) ? "" : "lib/";
    await Deno.stat(new URL(folder + path, root));
  }
});

/** Where a set's files come from. */
function from({ origin }: { origin: sets.Origin }): string {
  if (origin.kind === "repository") return `GitHub ${origin.repository}`;
  return origin.kind === "package" ? `npm ${origin.package}` : origin.from;
}

const nameOf = new Map(Object.entries(sets).map(([name, value]) => [value as unknown, name]));

/** The tables that are made of what the code says of itself. */
const generated = {
  task: [
    ["task", "does"],
    ...Object.entries(tasks as Record<string, { description: string }>).map((
      [name, { description }],
    ) => [`\`${name}\``, description]),
  ],
  set: [
    ["set", "holds", "licence", "from"],
    ...[...publicSets.values()].map((set) => [`\`${nameOf.get(set)}\``, set.title, set.licence, from(set)]),
  ],
};

/** A table, padded as `deno fmt` pads it. */
function table(cells: readonly string[][]): string {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row: string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |\n`;
  return [cells[0], widths.map((width) => "-".repeat(width)), ...cells.slice(1)].map(line).join("");
}

Deno.test("the README's tables of tasks and of sets are what these say of themselves", async () => {
  let text = readme;
  for (const [name, cells] of Object.entries(generated)) {
    const present = new RegExp(`^\\| ${name} +\\|[^]*?\\n(?=\\n)`, "m");
    assert.match(text, present);
    text = text.replace(present, () => table(cells));
  }
  if (Deno.env.get("MIDTRAIN_GOLDENS") === "write") {
    await Deno.writeTextFile(new URL("README.md", root), text);
  } else assert.equal(readme, text, "`deno task goldens` writes them anew");
});
