import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));
const [section] = /^## Where things live$[^]*?^## /m.exec(readme)!;
const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));

/** The cells of the section's rows that begin with a name. */
const rows = [...section.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map((
  [, room, rest],
) => [room, ...rest.split("|")]);
const namesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

Deno.test("the README has each room with the file to open first", async () => {
  const rooms = Object.keys(imports).filter((name) => name.startsWith("midtrain/"));
  assert.deepEqual(rows.map(([room]) => `midtrain/${room}`).sort(), rooms.sort());
  for (const [room, , open] of rows) {
    for (const file of namesIn(open)) await Deno.stat(new URL(`lib/${room}/${file}`, root));
  }
});

Deno.test("the names to begin with are exported by their rooms", async () => {
  let count = 0;
  for (const [room, , , begin] of rows) {
    const exported = await Deno.readTextFile(new URL(`lib/${room}/mod.ts`, root));
    for (const name of namesIn(begin)) {
      count++;
      // base lists its files.
      if (room === "base") assert(name in await import("../lib/base/mod.ts"), name);
      else assert.match(exported, new RegExp(`\\b${name}\\b`), `${name} of ${room}`);
    }
  }
  assert(count >= 50 && count <= 65, `${count} names`);
});

Deno.test("the files that an addition touches are there", async () => {
  for (const [path] of section.matchAll(/\b(?:[a-z_]+\/)+[a-z_]+\.ts\b/g)) {
    const folder = path.startsWith("tests/") ? "" : "lib/";
    await Deno.stat(new URL(folder + path, root));
  }
});
