import assert from "node:assert/strict";
import { formatNotebook, listNotebooks } from "../../lib/notebook/mod.ts";
import { makeFolder, makeNotebook } from "./_make.ts";

Deno.test("listNotebooks() sorts by name and takes the first heading, or says what is wrong", async () => {
  await using folder = await makeFolder();
  const write = (name: string, text: string) => Deno.writeTextFile(`${folder.path}/${name}`, text);
  await write("20_b.ipynb", formatNotebook(makeNotebook(["1", "## Small\nwords\n# Large "])));
  await write("10_a.ipynb", formatNotebook(makeNotebook([])));
  await write("30_c.ipynb", "{");
  await write("notes.txt", "# No");
  const entries = await listNotebooks(folder.path);
  assert.deepEqual(entries.slice(0, 2), [
    { notebook: "10_a.ipynb", title: "untitled" },
    { notebook: "20_b.ipynb", title: "Large" },
  ]);
  assert.match(entries[2].title, /not JSON/);
  assert.equal(entries.length, 3);
  await assert.rejects(listNotebooks(`${folder.path}/none`), Deno.errors.NotFound);
});
