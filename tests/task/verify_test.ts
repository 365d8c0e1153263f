import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { atMost, claim, near, same, skipped, table } from "../../lib/task/verify/_row.ts";
import { verifyClosedForms } from "../../lib/task/verify/_points.ts";
import { verifyRope } from "../../lib/task/verify/_rope.ts";

Deno.test("a row fails where its number is too far off, above its limit, or printed otherwise", () => {
  const passes = ({ verdict }: { verdict: string }) => verdict === "passed";
  assert(passes(near("item", "source", 2, 2.001, { tolerance: 1e-3, relative: true })));
  assert(!passes(near("item", "source", 2, 2.01, { tolerance: 1e-3, relative: true })));
  assert(!passes(near("item", "source", 2, NaN, { tolerance: Infinity })));
  assert(passes(atMost("item", "source", 1e-4, 1e-4)) && !passes(atMost("item", "source", 1e-4, 1.1e-4)));
  assert(!passes(atMost("item", "source", 1, NaN)));
  assert(passes(same("item", "source", "29.8", "29.8")) && !passes(same("item", "source", "29.8", "29.9")));
  assert(!passes(claim("item", "source", { ours: "1", allowed: "2", holds: false })));
});

Deno.test("the table has a source, both values, what is allowed, and a verdict", () => {
  const rows = [near("loss", "paper", 2, 2.5, { tolerance: 1 }), skipped("rest", "no data")];
  assert.equal(
    table(rows),
    `item  source  theirs  ours     difference  allowed  verdict
loss  paper   2       2.5      5.0e-1      1.0e+0   ok
rest                  no data                       skipped`,
  );
});

Deno.test("the numbers that need no data hold", async () => {
  const rows = [...verifyClosedForms(), ...await verifyRope({ peers: false })];
  assert.deepEqual(rows.filter(({ verdict }) => verdict !== "passed"), []);
  assert(rows.length > 70);
});

const file = fileURLToPath(new URL("../../lib/task/verify.ts", import.meta.url));

async function verify(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", file, ...args] });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("verify closes with its counts, and --failed leaves the rows out that hold", async () => {
  const { code, stdout } = await verify("laws", "closed", "--failed");
  assert.equal(code, 0);
  assert.match(stdout, /\nitem .* verdict\n\n\d+ passed, 0 failed, 0 skipped\n$/);
});

Deno.test("verify's help has each part with its flags; a part's, only its own", async () => {
  const { stdout } = await verify("--help");
  const parts = (await Array.fromAsync(Deno.readDir(new URL("verify/", pathToFileURL(file))))).map((
    { name },
  ) => name)
    .filter((name) => !/^_/.test(name)).map((name) => name.replace(".ts", "").replace("_", "-"));
  const listed = [...stdout.matchAll(/^ {2}([a-z][\w-]*) /gm)].map(([, part]) => part);
  assert.deepEqual(listed.sort(), parts.sort());
  const own = await verify("memory", "--help");
  assert.match(own.stdout, /--steps N .*\n.*--engine E .*traced, fused/);
  assert.doesNotMatch(own.stdout, /laws/);
});

for (
  const [args, line] of [
    [["law"], /NAME must be one of laws, .*: current value is law; did you mean laws\?$/m],
    [["laws", "cruves"], /NAME must be one of curves, .*: current value is cruves; did you mean curves\?$/m],
    [["regmix", "quick"], /takes no word quick: see --help$/m],
    [["regmix", "--quik"], /has no flag --quik: did you mean --quick\?$/m],
    [["memory", "--steps", "5"], /as --steps must be a whole number >= 1000: current value is 5$/m],
    [
      ["memory", "--engine", "trace"],
      /--engine must be one of native, traced, .* trace; did you mean traced\?$/m,
    ],
    [["synthesis", "--documents", "3"], /--documents must be a whole number >= 4: current value is 3$/m],
  ] as const
) {
  Deno.test(`verify ${args.join(" ")} names what is wrong`, async () => {
    const { code, stdout, stderr } = await verify(...args);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, line);
  });
}
