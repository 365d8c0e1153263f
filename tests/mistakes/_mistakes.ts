import assert from "node:assert/strict";

/** What a notebook has, where nothing checks types. */
// deno-lint-ignore no-explicit-any -- as a notebook has it
export type Loose = any;

/** A first mistake, and the whole sentence that answers it; FOLDER stands for the folder of {@linkcode here}. */
export type Mistake = [call: () => unknown, answer: string];

const folder = await Deno.makeTempDir({ prefix: "midtrain-mistakes-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** The path of a file that a person has. */
export function here(name: string): string {
  return `${folder}/${name}`;
}

await Deno.mkdir(here("own"));
await Deno.writeTextFile(
  here("pages.jsonl"),
  '{"id":"a","text":"One.","source":"web"}\n{"id":"b","text":"Two.","source":"web"}\n',
);
await Deno.writeTextFile(here("array.json"), '[{"text":"One."},{"text":"Two."}]\n');
await Deno.writeTextFile(here("numbers.jsonl"), "1\n2\n");
await Deno.writeTextFile(here("curves.csv"), "step,loss,lr\n1,3,.1\n2,2.9,.1\n3,2.8,.1\n");
await Deno.writeTextFile(here("numbers.csv"), "1,2\n3,4\n");

/** A document. */
export const page = { id: "a", text: "One page.", source: "web", meta: {} };

/** A curve. */
export const curve = {
  name: "a",
  learningRates: new Float64Array([0.1, 0.1, 0.1, 0.1]),
  steps: new Uint32Array([1, 2, 3]),
  losses: new Float64Array([3, 2.9, 2.8]),
};

/** One test a mistake: it is answered by its sentence, at once, when awaited, or at the first value. */
export function answered(mistakes: readonly Mistake[]): void {
  for (const [call, answer] of mistakes) {
    const written = `${call}`.replace(/^(async )?\(\)\s*=>\s*/, "").replace(/\s+/g, " ");
    Deno.test(`${written} is answered by what to do`, async () => {
      assert.equal(await answerTo(call), answer);
    });
  }
}

/** What a call says, as the table has it. */
export async function answerTo(call: () => unknown): Promise<string> {
  try {
    const value = await call() as Record<symbol, () => AsyncIterator<unknown>> | undefined;
    await value?.[Symbol.asyncIterator]?.().next();
  } catch (error) {
    return (error as Error).message.replaceAll(folder, "FOLDER");
  }
  return "nothing";
}
