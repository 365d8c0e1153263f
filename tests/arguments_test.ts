import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";

// The kernel of a notebook never checks types, so that what a person forgets or misspells reaches the functions themselves.

const root = fileURLToPath(new URL("../", import.meta.url));
const { imports } = JSON.parse(await Deno.readTextFile(`${root}deno.json`)) as {
  imports: Record<string, string>;
};
const rooms = Object.entries(imports).filter(([name]) => name.startsWith("midtrain/"));

/** What `deno doc --json` tells of a type and of a name, as far as it is used. */
interface Type {
  kind: string;
  repr?: string;
  value?: { tsType?: Type; typeName?: string; properties?: { name: string }[] };
}
interface Parameter {
  kind: string;
  name?: string;
  optional?: boolean;
  tsType?: Type;
  left?: Parameter;
}
interface Declaration {
  kind: string;
  declarationKind: string;
  def?: { params?: Parameter[]; properties?: { name: string }[] };
}
interface Symbol {
  name: string;
  declarations: Declaration[];
}

const { stdout } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--json", ...rooms.map(([, path]) => path)],
  cwd: root,
  stderr: "inherit",
}).output();
const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
  nodes: Record<string, { symbols: Symbol[] }>;
};

const nowhere = await Deno.makeTempDir({ prefix: "midtrain-arguments-" });
let paths = 0;
globalThis.addEventListener("unload", () => Deno.removeSync(nowhere, { recursive: true }));

/** Values that a parameter of the type may have, as far as its type tells: enough to come to the next parameter. */
function likely(type: Type | undefined): unknown[] {
  switch (type?.kind === "keyword" || type?.kind === "typeRef" ? type.repr : type?.kind) {
    case "string":
      return [`${nowhere}/${++paths}`];
    case "number":
      return [1];
    case "typeOperator":
    case "array":
    case "ArrayLike":
    case "Iterable":
      return [[], [{}], ["x"], [undefined]];
    case "union":
      return [[], [{}], "x", {}];
    case "Record":
      return [{}, { web: 1 }];
    case "fnOrConstructor":
      return [() => ({})];
    case "Uint8Array":
      return [new Uint8Array(2)];
    default:
      return [{}, []];
  }
}

const engine =
  /Cannot (read|set) propert|Cannot destructure|Cannot convert|Cannot use 'in'|Cannot mix|is not (a function|iterable|async iterable|defined|a constructor|an object)|Spread syntax|Invalid (array|typed array) length|empty array with no|object null is not|Right-hand side|must be called with|argument must be of type|non-iterable|Failed to|Illegal|parameter list|BigInt/;

/** What a call throws at once, when awaited, or at its first value; undefined if it throws nothing. */
async function thrown(call: (...words: unknown[]) => unknown, words: unknown[]): Promise<Error | undefined> {
  try {
    const value = await call(...words) as Record<symbol, () => AsyncIterator<unknown>> | undefined;
    const iterator = value?.[Symbol.asyncIterator]?.();
    await iterator?.next?.();
  } catch (error) {
    return error as Error;
  }
}

/** What a check is written with, or what takes any value at all. */
const tools = [
  ...["must", "inRange", "wholeNumber", "oneOf", "distinct", "knownOptions", "takes", "ofKind", "each"],
  ...[
    "refuseRenamed",
    "readHaystack",
    "hideInHaystack",
    "fitTokens",
    "nearest",
    "isFullDisk",
    "explainFullDisk",
    "plain",
    "descriptionOf",
    "mix32",
    "writeFully",
    "writeFullySync",
    "kindOf",
    "notNumber",
  ],
];

/** An idle call does what it says: loads a model, reads a data set, serves. */
const idle = [
  "openModel",
  "serve",
  "openEmbedded",
  "openEmbedder",
  "newsPages",
  "readDeconQuestions",
  "readOlmo2Microanneals",
  "standIns",
];

const shown = (words: unknown[]) =>
  words.map((word) => word === undefined || typeof word === "function" ? String(word) : JSON.stringify(word))
    .join(", ");

for (const [room, path] of rooms) {
  const { symbols } = nodes[new URL(path, pathToFileURL(root)).href];
  const module = await import(`../${path}`) as Record<string, (...words: unknown[]) => unknown>;
  for (const { name, declarations } of symbols) {
    const declared = declarations.find((one) => one.kind === "function" && one.declarationKind === "export");
    if (!declared || room === "midtrain/base" && tools.includes(name)) continue;
    const parameters = declared.def!.params!.map((one) => one.left ? { ...one.left, optional: true } : one);
    const options = parameters.findIndex((one) => one.name === "options");
    const { tsType } = parameters[options] ?? {};
    const known = tsType?.value?.properties ??
      symbols.find((one) => one.name === tsType?.value?.typeName)?.declarations[0].def?.properties ?? [];
    const first = likely(parameters[0]?.tsType);
    Deno.test(`${name}() of ${room} names what it lacks or does not know`, async () => {
      const problems: string[] = [];
      const check = async (words: unknown[], must?: RegExp) => {
        const error = await thrown(module[name], words);
        // What the system says of a file names it.
        if (error instanceof Deno.errors.NotFound) return;
        const said = error && `${error.name}: ${error.message}`.split("\n")[0];
        if (
          error && (!/^Cannot /.test(error.message) || engine.test(error.message)) ||
          must && !must.test(error?.message ?? "")
        ) {
          problems.push(`${name}(${shown(words)}): ${said ?? "nothing"}`);
        }
      };
      const needs = parameters.length > 0 && !parameters[0].optional && parameters[0].kind !== "rest";
      if (needs) { for (const words of [[], [undefined], [null]]) await check(words, /^Cannot /); }
      else if (!idle.includes(name)) await check([]);
      if (parameters.length > 0 && !idle.includes(name)) {
        for (const value of first) await check([value]);
      }
      if (options >= 0) {
        const before = parameters.slice(0, options);
        const fills = options === 0
          ? [[]]
          : first.map((value) => [value, ...before.slice(1).map((one) => likely(one.tsType)[0])]);
        for (const fill of fills) {
          await check([...fill, null]);
          await check([...fill, 5]);
        }
        await check([...fills[0], { nonsenseWord: 1 }], /there is no option nonsenseWord/);
        for (const { name: option } of known) {
          // The first that is not known is named, and nothing is done.
          const error = await thrown(module[name], [...fills[0], { [option]: undefined, nonsenseWord: 1 }]);
          if (!/there is no option nonsenseWord/.test(error?.message ?? "")) {
            problems.push(`${name}() does not know ${option}`);
          }
        }
        if (known.length > 0) {
          const { name: option } = known.find((one) => one.name.length >= 3) ?? known[0];
          const misspelt = option.length < 3
            ? `${option}x`
            : option.slice(0, -2) + option.at(-1) + option.at(-2);
          await check(
            [...fills[0], { [misspelt]: 1 }],
            new RegExp(`no option ${misspelt}: (did you mean|known are)`),
          );
        }
      }
      assert.equal(problems.length, 0, problems.join("\n"));
    });
  }
}

const { synthesize, rephrase } = await import("midtrain/synthesize");
const { buildIndex, decontaminate } = await import("midtrain/decontaminate");
const { applyRules, gopherQuality, trainRater } = await import("midtrain/select");
const { lines } = await import("midtrain/figure");
const { fitLaw, momentumLaw } = await import("midtrain/laws");
const { proposeFromRuns } = await import("midtrain/mix");
const { wsd } = await import("midtrain/schedule");

/** Calls as they are first written in a notebook, which does not check types. */
// deno-lint-ignore no-explicit-any -- as a notebook has it
type Loose = any;
const first: [name: string, call: () => unknown, message: string][] = [
  [
    "lines() without options",
    () => (lines as Loose)([{ series: "a", x: 1, y: 2 }]),
    "Cannot draw lines as its options must be an object with x, y: current value is undefined",
  ],
  [
    "lines() of points without a series",
    () => (lines as Loose)([{ x: 1, y: 2 }], { x: "step", y: "nats" }),
    "Cannot draw lines as data[0] must be an object with series, x, y: it lacks series and has x, y",
  ],
  [
    "synthesize() without a model",
    () => (synthesize as Loose)([], rephrase("plain")),
    "Cannot synthesize as its options must be an object with model: current value is undefined",
  ],
  [
    "buildIndex() of items without names",
    () => (buildIndex as Loose)([{ question: "Who?", answer: "He." }]),
    "Cannot index evaluation items as items[0] must be an object with id, question, benchmark: it lacks id, benchmark and has question, answer",
  ],
  [
    "applyRules() of a stream of texts",
    () => Array.fromAsync((applyRules as Loose)(["A text."], [gopherQuality()])),
    "Cannot apply rules as documents[0] must be an object with id, text: current value is a text: give the object itself",
  ],
  [
    "decontaminate() of a document without a text",
    () => Array.fromAsync((decontaminate as Loose)([{ id: "a", body: "" }], buildIndex([]))),
    "Cannot decontaminate as documents[0] must be an object with id, text: it lacks text and has id, body",
  ],
  [
    "fitLaw() of curves in other words",
    () => (fitLaw as Loose)(momentumLaw, [{ run: "a", lr: [1, 2], loss: [3, 4] }]),
    "Cannot fit curves as data[0] must be an object with name, learningRates, steps, losses: it lacks name, learningRates, steps, losses and has run, lr, loss",
  ],
  [
    "proposeFromRuns() without a prior",
    () => (proposeFromRuns as Loose)([]),
    "Cannot propose a mixture as its options must be an object with prior: current value is undefined",
  ],
  [
    "wsd() of a misspelt decay",
    () => (wsd as Loose)({ peak: 1, steps: 10, decaySteeps: 2 }),
    "Cannot build a WSD schedule as there is no option decaySteeps: did you mean decaySteps?",
  ],
  [
    "trainRater() of examples without labels",
    () => (trainRater as Loose)([{ text: "a" }], { positive: "good" }),
    "Cannot train a rater as each example must be an object with text, label: it lacks label and has text",
  ],
];

for (const [name, call, message] of first) {
  Deno.test(`${name} says what is missing`, async () => {
    const error = await thrown(call, []);
    assert.equal(error?.message, message);
  });
}
