// What this project needs of jsr:@std/cli. It runs against whatever the specifier resolves to: our stand-in with
// deno.json, the package itself with `deno test -A --config deno.jsr.json tests/std-cli`.
import assert from "node:assert/strict";
import { parseArgs } from "@std/cli";
import { ProgressBar } from "@std/cli/unstable-progress-bar";

Deno.test("parseArgs() tells flags from positionals", () => {
  const args = parseArgs([
    "run",
    "--gpu",
    "tour.ipynb",
    "--set",
    "a=1",
    "--set=b=2",
    "-h",
    "7",
    "--",
    "--x",
    "8",
  ], {
    boolean: ["gpu", "help", "quiet"],
    string: ["set"],
    collect: ["set"],
    alias: { help: "h" },
  });
  assert.deepEqual({ ...args }, {
    gpu: true,
    help: true,
    h: true,
    quiet: false,
    set: ["a=1", "b=2"],
    _: ["run", "tour.ipynb", 7, "--x", "8"],
  });
});

Deno.test("parseArgs() keeps the text of string flags and makes numbers of the others", () => {
  const args = parseArgs([
    "--port",
    "007",
    "--count",
    "5",
    "--rate=-2.5e3",
    "--hex",
    "0xff",
    "--id",
    "5f",
  ], {
    string: ["port"],
  });
  assert.deepEqual({ ...args }, {
    port: "007",
    count: 5,
    rate: -2500,
    hex: 255,
    id: "5f",
    _: [],
  });
});

Deno.test("parseArgs() gives a string flag without value the empty text", () => {
  assert.deepEqual({
    ...parseArgs(["--out", "--gpu"], { string: ["out"], boolean: ["gpu"] }),
  }, {
    out: "",
    gpu: true,
    _: [],
  });
  assert.deepEqual(
    { ...parseArgs([], { string: ["out"], collect: ["out"] }) },
    { out: [], _: [] },
  );
  assert.deepEqual({ ...parseArgs([], { string: ["out"] }) }, { _: [] });
});

Deno.test("parseArgs() reads booleans that are written out or negated", () => {
  const options = { boolean: ["gpu"], negatable: ["gpu"] } as const;
  assert.equal(parseArgs(["--gpu", "false"], options).gpu, false);
  assert.equal(parseArgs(["--gpu=true"], options).gpu, true);
  assert.equal(parseArgs(["--gpu", "--no-gpu"], options).gpu, false);
  assert.deepEqual(
    { ...parseArgs(["--no-tests"], { boolean: ["no-tests"] }) },
    { "no-tests": true, _: [] },
  );
});

Deno.test("parseArgs() lets flags that are absent have defaults", () => {
  const options = {
    string: ["out"],
    boolean: ["gpu"],
    default: { out: "out", gpu: true },
    alias: { out: "o" },
  };
  assert.deepEqual({ ...parseArgs([], options) }, {
    out: "out",
    o: "out",
    gpu: true,
    _: [],
  });
  assert.equal(parseArgs(["-o", "x"], options).out, "x");
});

Deno.test("parseArgs() reads short flags alone, together and with a value", () => {
  assert.deepEqual({ ...parseArgs(["-ab", "-n", "5", "-o=x", "-p8", "-"]) }, {
    a: true,
    b: true,
    n: 5,
    o: "x",
    p: 8,
    _: ["-"],
  });
});

Deno.test("parseArgs() reports what no option names", () => {
  const seen: unknown[] = [];
  const args = parseArgs(["--gpu", "--wrong", "word", "pos"], {
    boolean: ["gpu"],
    unknown: (arg, key, value) => {
      seen.push([arg, key, value]);
      return key === undefined;
    },
  });
  assert.deepEqual(seen, [["--wrong", "wrong", "word"], [
    "pos",
    undefined,
    undefined,
  ]]);
  assert.deepEqual({ ...args }, { gpu: true, _: ["pos"] });
});

Deno.test("parseArgs() lets the last of repeated flags win", () => {
  assert.deepEqual({ ...parseArgs(["--n", "1", "--n", "2"]) }, { n: 2, _: [] });
});

/** A stream that keeps what is written. */
function capture(): {
  writable: WritableStream<Uint8Array>;
  text: () => string;
  closed: () => boolean;
} {
  let text = "";
  let closed = false;
  const decoder = new TextDecoder();
  const writable = new WritableStream<Uint8Array>({
    write: (chunk) => void (text += decoder.decode(chunk, { stream: true })),
    close: () => void (closed = true),
  });
  return { writable, text: () => text, closed: () => closed };
}

Deno.test("ProgressBar draws its first and last state and leaves the stream open", async () => {
  const { writable, text, closed } = capture();
  const bar = new ProgressBar({
    writable,
    max: 4,
    barLength: 8,
    fillChar: "=",
    emptyChar: ".",
  });
  bar.value += 3;
  await bar.stop();
  const draws = text().split("\r\x1b[K");
  assert.match(draws[1], /^\[00:00\] \[\.{8}\] /);
  assert.match(draws.at(-1)!, /^\[00:0\d\] \[={6}\.\.\] [^\n]*\n$/);
  assert(!closed() && !writable.locked);
});

Deno.test("ProgressBar writes what its formatter says and can clear its line", async () => {
  const { writable, text, closed } = capture();
  const bar = new ProgressBar({
    writable,
    max: 10,
    value: 1,
    clear: true,
    keepOpen: false,
    formatter: ({ value, max, progressBar }) => `${value} of ${max} ${progressBar.length} é`,
  });
  bar.max = 20;
  await bar.stop();
  assert(
    text().startsWith("\r\x1b[K1 of 10 50 é") && text().endsWith("\r\x1b[K"),
  );
  assert(closed());
});
