import assert from "node:assert/strict";

const read = async (path: string) =>
  JSON.parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));

Deno.test("deno.jsr.json names the same @std/cli as deno.json, without our stand-in", async () => {
  const [own, jsr] = [await read("deno.json"), await read("deno.jsr.json")];
  assert.deepEqual(own.workspace, ["./lib/std-cli"]);
  assert.equal(jsr.workspace, undefined);
  assert.equal(jsr.imports["@std/cli"], own.imports["@std/cli"]);
});

Deno.test("our stand-in has the name and the lowest version that deno.json asks for", async () => {
  const [{ imports }, standIn] = [await read("deno.json"), await read("lib/std-cli/deno.json")];
  assert.equal(imports["@std/cli"], `jsr:${standIn.name}@^${standIn.version}`);
});
