import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const { imports } = JSON.parse(await Deno.readTextFile(`${root}deno.json`)) as {
  imports: Record<string, string>;
};
const rooms = Object.entries(imports).filter(([name]) => name.startsWith("midtrain/"));

/** What `deno doc --json` tells of a name, as far as it is used. */
interface Declaration {
  kind: string;
  declarationKind: string;
  jsDoc?: { tags?: { kind: string; doc?: string }[] };
}

const { stdout } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--json", ...rooms.map(([, path]) => path)],
  cwd: root,
  stderr: "inherit",
}).output();
const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
  nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
};

/** A room's exported functions with their examples. */
function functionsOf(path: string): { name: string; examples: string[] }[] {
  const { symbols } = nodes[new URL(path, pathToFileURL(root)).href];
  return symbols.filter(({ name, declarations }) =>
    !name.startsWith("_") &&
    declarations.some(({ kind, declarationKind }) => kind === "function" && declarationKind === "export")
  ).map(({ name, declarations }) => ({
    name,
    examples: declarations.flatMap(({ jsDoc }) => jsDoc?.tags ?? []).filter(({ kind }) => kind === "example")
      .map(({ doc }) => doc ?? ""),
  }));
}

const runs = (example: string) => /^```ts$/m.test(example);

for (const [room, path] of rooms) {
  const functions = functionsOf(path);
  const running = functions.filter(({ examples }) => examples.some(runs));
  // Loading weights, reading a data set or asking a server is not done for an example.
  Deno.test(`each function of ${room} has an example: ${running.length} of ${functions.length} run`, () => {
    assert(functions.length > 0);
    for (const { name, examples } of functions) {
      assert(examples.length > 0, `${name} has none`);
      assert(
        examples.some((example) => example.includes(`"${room}"`)),
        `${name}'s imports nothing from ${room}`,
      );
    }
  });
}

Deno.test("nine of ten examples run", () => {
  const all = rooms.flatMap(([, path]) => functionsOf(path));
  const idle = all.filter(({ examples }) => !examples.some(runs)).map(({ name }) => name);
  assert(idle.length <= all.length / 10, `${idle.length} of ${all.length} do not: ${idle.join(", ")}`);
});

Deno.test("an example that does not run asserts nothing", () => {
  for (const [, path] of rooms) {
    for (const { name, examples } of functionsOf(path)) {
      const claims = examples.filter((example) => !runs(example) && example.includes("assert"));
      assert.deepEqual(claims, [], name);
    }
  }
});

Deno.test("each figure has a golden and a test", () => {
  const names = [...Deno.readDirSync(`${root}lib/figure`)].map(({ name }) => name.replace(/\.ts$/, ""))
    .filter((name) => !name.startsWith("_") && !["mod", "render"].includes(name));
  const goldens = [...Deno.readDirSync(`${root}tests/figure/golden`)].map(({ name }) => name);
  const tests = [...Deno.readDirSync(`${root}tests/figure`)].map(({ name }) => name);
  assert(names.length > 0);
  for (const name of names) {
    assert(
      goldens.some((golden) => golden === `${name}.svg` || golden.startsWith(`${name}-`)),
      `${name}: no golden`,
    );
    assert(tests.includes(`${name}_test.ts`), `${name}: no test`);
  }
});
