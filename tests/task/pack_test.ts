import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "../../lib/task/pack.ts";
import { said } from "../_said.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The rooms that load without a native part, a law fitted by threads, a figure. */
const program = `
import { renderSvg, lines } from "midtrain/figure";
import { fitLawParallel, onePowerLaw, predictCurve } from "midtrain/laws";
const exports = JSON.parse(Deno.readTextFileSync("node_modules/midtrain/package.json")).exports;
const counts = await Promise.all(
  Object.keys(exports).map(async (name) => Object.keys(await import("midtrain" + name.slice(1))).length),
);
const learningRates = new Float64Array(500).fill(1e-3);
const steps = [20, 50, 100, 200, 400];
const truth = { law: onePowerLaw, parameters: { L0: 2.5, A: 0.4, alpha: 0.5 } };
const curve = { name: "run", learningRates, steps, losses: predictCurve(truth, { learningRates, steps }) };
const fit = await fitLawParallel(onePowerLaw, [curve], { workers: 2 });
const svg = await renderSvg(lines([{ series: "a", x: 1, y: 2 }, { series: "a", x: 2, y: 3 }], { x: "x", y: "y" }));
console.log(JSON.stringify({ rooms: counts.length, least: Math.min(...counts), alpha: fit.parameters.alpha, svg: svg.slice(0, 4) }));
`;

Deno.test("the npm tarball holds a package whose rooms load, draw, fit and help in another project", async () => {
  const folder = await Deno.makeTempDir({ prefix: "midtrain pack é " });
  const packed = await pack(join(folder, "midtrain.tgz"));
  try {
    const modules = join(folder, "node_modules");
    await Deno.mkdir(modules);
    // What an installer would fetch, from here.
    for await (const { name } of Deno.readDir(join(root, "node_modules"))) {
      if (name !== ".bin") await Deno.symlink(join(root, "node_modules", name), join(modules, name));
    }
    await Deno.mkdir(join(modules, "midtrain"));
    const tar = ["-xzf", packed.file, "--strip-components=1", "-C", join(modules, "midtrain")];
    assert((await new Deno.Command("tar", { args: tar }).output()).success);
    await Deno.writeTextFile(join(folder, "package.json"), '{ "type": "module" }');
    await Deno.writeTextFile(join(folder, "a.ts"), program);
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "a.ts"], cwd: folder });
    const { stdout, stderr } = await command.output();
    const answer = JSON.parse(said(stdout) || JSON.stringify(said(stderr)));
    const { exports, imports } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
    assert.equal(answer.rooms, Object.keys(exports).length, JSON.stringify(answer));
    assert(answer.least > 0 && Math.abs(answer.alpha - 0.5) < 1e-6 && answer.svg === "<svg");
    await Deno.writeTextFile(
      join(folder, "b.ts"),
      'import { help } from "midtrain/notebook"; help("wilson");',
    );
    const asked = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", "b.ts"], cwd: folder })
      .output();
    assert.match(said(asked.stdout), /^wilson · midtrain\/base[^]*successes: number/, said(asked.stderr));
    const { name, dependencies } = JSON.parse(
      await Deno.readTextFile(join(modules, "midtrain", "package.json")),
    );
    assert.equal(name, "midtrain");
    const pins = Object.entries(dependencies).map(([name, version]) => `npm:${name}@${version}`);
    assert.deepEqual(pins, Object.values<string>(imports).filter((one) => one.startsWith("npm:")));
  } finally {
    await Deno.remove(packed.folder, { recursive: true });
    await Deno.remove(folder, { recursive: true });
  }
});
