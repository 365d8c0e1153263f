import assert from "node:assert/strict";
import { join } from "node:path";
import { wilson } from "../../lib/base/mod.ts";
import * as figure from "../../lib/figure/mod.ts";
import { fitLaw, momentumLaw } from "../../lib/laws/mod.ts";
import * as run from "../../lib/run/mod.ts";
import { documentation } from "../../lib/notebook/_documentation.ts";
import { helpBundle } from "../../lib/notebook/_help_text.ts";
import { helpBlocks } from "../../lib/notebook/help.ts";
import { execute } from "../../lib/notebook/mod.ts";
import { makeFolder, writeNotebook } from "./_make.ts";

const text = (thing: unknown) => String(helpBundle(helpBlocks(thing))["text/plain"]);
const markdown = (thing: unknown) => String(helpBundle(helpBlocks(thing))["text/markdown"]);
const heading = (thing: unknown) =>
  [...markdown(thing).matchAll(/^#### (.+)$/gm)].map((match) => match[1]).join(", ");

Deno.test("help() of a function gives its signature, options with defaults, errors and example", () => {
  const said = text(fitLaw);
  for (
    const part of [
      "fitLaw · midtrain/laws",
      "fitLaw<Datum>(law: Law<Datum>, data: readonly Datum[], options?: FitOptions): Fit<Datum>",
      '  scale?: "log" | "linear", by default "log"',
      "  delta?: number, by default 1e-3\n      Where the Huber loss",
      "  RangeError\n      If a value cannot be fitted",
      "    const fit = fitLaw(onePowerLaw, [{",
    ]
  ) assert(said.includes(part), `${part} in\n${said}`);
  assert.equal(text("fitLaw"), said);
  assert(said.split("\n").filter((line) => !line.startsWith("    ")).every((line) => line.length <= 100));
});

Deno.test("help() tells two functions of one name apart by what is in hand, and shows both for the name", () => {
  assert.equal(heading(figure.lines), "lines · midtrain/figure");
  assert.equal(heading(run.lines), "lines · midtrain/run");
  assert.equal(heading("lines"), "lines · midtrain/figure, lines · midtrain/run");
  assert.equal(heading("run.lines"), "lines · midtrain/run");
});

Deno.test("help() of a value says what its members mean, and of a law which one it is", () => {
  assert.match(text(wilson(1, 3)), /^Interval · midtrain\/base[\s\S]*low: number\n\s+The lower end/);
  assert.match(text(momentumLaw), /^momentumLaw · midtrain\/laws/);
  assert.match(text(() => 1), /not of midtrain/);
  assert.match(text({ nothing: "of ours" }), /No type of midtrain has just these members/);
});

Deno.test("help() answers a misspelt name by the nearest, and a word by what speaks of it", () => {
  assert.match(
    text("fitLawz"),
    /^There is no `fitLawz`; the nearest is `fitLaws?`\.\n\nfitLaws? · midtrain\/laws/,
  );
  assert.match(text("lawz"), /the nearest is `laws`\.\n\nmidtrain\/laws/);
  assert.match(text("perplexed by nothing"), /nothing speaks of it/);
  assert.match(text("repetition caps"), /these speak of it[\s\S]*midtrain\/mix/);
  assert.match(text(undefined), /import that its room does not export/);
});

Deno.test("help() knows everything that every room exports, without a docstring's tags or a type it cannot write", () => {
  const rooms = documentation();
  assert(rooms.length >= 18 && rooms.every(({ doc }) => doc !== ""));
  for (const room of rooms) {
    const names = room.symbols.map(({ name }) => name);
    assert(names.length > 0, room.name);
    for (const name of [room.name, ...names.map((name) => `${room.name}.${name}`)]) {
      const said = markdown(name);
      assert.doesNotMatch(
        said.replaceAll(/```[^]*?```/g, ""),
        /^There is no `|\{@|@default|: unknown\) =>|\[object/,
        name,
      );
      assert(said.length > 20, name);
    }
  }
});

Deno.test("help() lists the rooms in the order of data, and of a room what to begin with first", () => {
  assert.match(
    String(documentation().map(({ name }) => name)),
    /^data,sets,collect,synthesize,.*,mix,anneal,laws,evaluate,figure,.*base$/,
  );
  const names = [...text("schedule").matchAll(/^ {2}(\w+)\(?\)?$/gm)].map((match) => match[1]);
  assert.deepEqual(names.slice(0, 4), ["sampleSchedule", "wsd", "cosine", "wsdSimplified"]);
});

Deno.test("help() works outside the clone, keeps what it read under the sources' hash, and needs no cache", async () => {
  await using folder = await makeFolder();
  const script = join(folder.path, "own script.ts");
  const door = new URL("../../lib/notebook/help.ts", import.meta.url).href;
  await Deno.writeTextFile(script, `import { help } from "${door}"; help("wilson");`);
  const cache = join(folder.path, "cache é");
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "");
  for (const MIDTRAIN_CACHE of [cache, cache, join(file, "below a file")]) {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--cached-only", "--no-check", script],
      cwd: folder.path,
      env: { MIDTRAIN_CACHE },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /^wilson · midtrain\/base/);
  }
  const kept = await Array.fromAsync(Deno.readDir(join(cache, "documentation")));
  assert.match(kept.map(({ name }) => name).join(), /^[0-9a-f]{64}\.json$/);
  // It serves every clone with these sources: it does not say where the one lies that made it.
  assert.doesNotMatch(await Deno.readTextFile(join(cache, "documentation", kept[0].name)), /file:\/\//);
});

Deno.test("help() shows Markdown in a cell, without being awaited and with nothing else", async () => {
  await using folder = await makeFolder();
  const path = await writeNotebook(folder.path, [
    'import { help } from "midtrain/notebook";',
    'help("wilson")',
    "help()",
  ]);
  const { notebook } = await execute(path);
  const [, named, all] = notebook.cells.map(({ outputs }) => outputs!);
  assert.deepEqual([named.length, all.length], [1, 1]);
  assert.match(JSON.stringify(named), /"text\/markdown":"#### wilson · midtrain\/base/);
});
