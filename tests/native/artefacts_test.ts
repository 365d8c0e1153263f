import assert from "node:assert/strict";
import { artefactOf, ARTEFACTS } from "../../lib/native/mod.ts";
import type { ArtefactName } from "../../lib/native/mod.ts";
import { folderOf } from "../../lib/native/_install.ts";

Deno.test("ARTEFACTS pins every file: its exact version, size and SHA-256", () => {
  for (const { name, wheels, files } of ARTEFACTS) {
    const members = wheels.flatMap((wheel) => wheel.members);
    assert.ok(members.length > 0, name);
    assert.equal(new Set(members.map((member) => member.path)).size, members.length, name);
    for (const member of members) {
      assert.match(member.sha256, /^[0-9a-f]{64}$/, member.path);
      assert.ok(Number.isSafeInteger(member.bytes) && member.bytes > 0, member.path);
      assert.doesNotMatch(member.path, /^\/|\.\./);
    }
    for (const path of Object.values(files)) assert.ok(members.some((member) => member.path === path), path);
    for (const wheel of wheels) {
      assert.match(wheel.version, /^\d+(\.\d+)+$/, wheel.package);
      assert.ok(wheel.bytes > 1e6 && wheel.licence !== "", wheel.package);
      assert.ok(wheel.members.length > 0, wheel.package);
    }
  }
});

Deno.test("ARTEFACTS takes the same headers from both builds of TensorFlow", () => {
  const [cpu, gpu] = (["cpu", "gpu"] as const).map((variant) =>
    artefactOf("tensorflow", variant).wheels[0].members.filter((member) => member.path.endsWith(".h"))
  );
  assert.equal(cpu.length, 14);
  assert.deepEqual(cpu, gpu);
});

Deno.test("artefactOf() gives every artefact a folder of its own, moved by any other pin", () => {
  const folders = ARTEFACTS.map(folderOf);
  assert.equal(new Set(folders).size, ARTEFACTS.length);
  const smollm2 = artefactOf("smollm2");
  const [wheel] = smollm2.wheels;
  const [member] = wheel.members;
  const changed = { ...wheel, members: [{ ...member, sha256: "0".repeat(64) }] };
  assert.notEqual(folderOf({ ...smollm2, wheels: [changed] }), folderOf(smollm2));
});

Deno.test("artefactOf() refuses an unknown name or build with what is allowed", () => {
  assert.throws(
    () => artefactOf("torch" as ArtefactName),
    /^RangeError: Cannot find an artefact as name must be one of tensorflow, smollm2, minilm, lightgbm: current value is torch$/,
  );
  assert.throws(
    () => artefactOf("tensorflow", "tpu" as "gpu"),
    /variant must be one of cpu, gpu: current value is tpu$/,
  );
});
