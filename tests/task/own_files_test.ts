import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readDocuments, writeJsonl } from "../../lib/data/mod.ts";
import { execute, joinText } from "../../lib/notebook/mod.ts";

const folder = await Deno.makeTempDir({ prefix: "midtrain own é " });

/** What a starter says of files of one's own: the text of its outputs. */
async function sayings(name: string, parameters: Record<string, unknown>): Promise<string> {
  const path = fileURLToPath(new URL(`../../lib/task/jobs/${name}.ipynb`, import.meta.url));
  const { notebook } = await execute(path, { parameters, timeoutSeconds: 120 });
  return notebook.cells.flatMap(({ outputs = [] }) => outputs).map((output) => {
    const { "text/markdown": markdown, "text/plain": plain } =
      ("data" in output ? output.data : {}) as Record<
        string,
        string | string[]
      >;
    return joinText(markdown ?? plain ?? "");
  }).join("\n");
}

Deno.test("the starter for curves plans from a semicolon table with names of its own", async () => {
  const path = `${folder}/losses of mine.csv`;
  const rows = [0.3, 0.5, 1e-9].flatMap((decay, run) =>
    Array.from({ length: 40 }, (_, i) => {
      const rate = 1e-3 * Math.min(1, (1 - i / 40) / decay);
      return [`run ${run}`, 20 * i, (2.5 + 8 / Math.sqrt(20 * i + 5) + 200 * rate).toFixed(5), rate].join(
        ";",
      );
    })
  );
  await Deno.writeTextFile(path, ["exp;it;ce;eta", ...rows].join("\n"));
  const columns = { step: "it", loss: "ce", learningRate: "eta", run: "exp" };
  const said = await sayings("fit_curves", { curvesPath: path, columns });
  assert.match(said, /Planned from step 781 of run 2, with 391 steps left/);
  assert.match(said, /\*\*Decay over [\d.]+ % of the run/);
  await assert.rejects(sayings("fit_curves", { curvesPath: path }), /give columns\.step/);
});

Deno.test("the starter for mixtures proposes from a table of runs alone, and says how many there must be", async () => {
  const [path, few] = [`${folder}/my runs.csv`, `${folder}/few runs.csv`];
  const rows = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map((code, i) =>
    [`e${i}`, 100 - 100 * code, 100 * code, 1 + Math.exp(-2 * code) + 1e-3 * (-1) ** i].join()
  );
  await Deno.writeTextFile(path, ["experiment,web,code,val_loss", ...rows].join("\n"));
  await Deno.writeTextFile(few, ["experiment,web,code,val_loss", ...rows.slice(0, 3)].join("\n"));
  const said = await sayings("choose_mixture", { runsPath: path });
  assert.match(said, /\*\*It does better\*\*: by [\d.]+ \\\[[\d.]+, [\d.]+\\\] nats[^]+goes to code/);
  await assert.rejects(sayings("choose_mixture", { runsPath: few }), /must be more than 3, as many as/);
});

Deno.test("the starter for leaks searches chats for a benchmark in CSV and writes what is clean", async () => {
  const [chats, questions, clean] = ["my chats.jsonl", "exam.csv", "clean.jsonl.gz"].map((name) =>
    `${folder}/${name}`
  );
  const question = "Which river runs through the old town of Heidelberg in the south of Germany today?";
  await writeJsonl(
    chats,
    Array.from({ length: 20 }, (_, i) => ({
      key: `c${i}`,
      messages: [
        { role: "user", content: i === 7 ? question : `What is new on day ${i}?` },
        { role: "assistant", content: i === 7 ? "It is the Neckar." : "Nothing." },
      ],
    })),
  );
  await Deno.writeTextFile(questions, `prompt,A,B,gold\n"${question}",the Rhine,the Neckar,B\n`);
  const said = await sayings("find_leaks", {
    ...{ documentsPath: chats, textField: "messages", idField: "key", cleanPath: clean },
    ...{ benchmarkPath: questions, fields: { question: "prompt", answer: "gold" } },
  });
  assert.match(said, /\*\*Documents that hold an item of a benchmark: 1 of 20\*\*, with 1 of the\n1 items/);
  const ids = (await Array.fromAsync(readDocuments(clean))).map(({ id }) => id);
  assert.equal(ids.length, 19);
  assert(!ids.includes("c7"));
});
