import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { maskedCrc } from "../../lib/data/_tensorboard.ts";
import { readCurves, type ReadCurvesOptions } from "../../lib/data/mod.ts";
import { descriptionOf } from "../../lib/base/mod.ts";

async function folder(files: Record<string, string | Uint8Array>): Promise<string> {
  const root = await Deno.makeTempDir();
  for (const [name, content] of Object.entries(files)) {
    const path = `${root}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  }
  return root;
}

/** Curves of files, each as plain lists. */
async function plain(path: string | string[], options: ReadCurvesOptions = {}) {
  const curves = await readCurves(path, options);
  return {
    notes: curves.notes,
    runs: curves.map(({ name, steps, losses, learningRates }) => ({
      name,
      steps: [...steps],
      losses: [...losses],
      rates: [...learningRates],
    })),
  };
}

const abc = [{ name: "a", steps: [0, 1, 2], losses: [5, 4.5, 4], rates: [0.1, 0.2, 0.1] }];
const jsonl = (records: unknown[]) => records.map((one) => JSON.stringify(one)).join("\n") + "\n";
const values = [[0, 5, 0.1], [1, 4.5, 0.2], [2, 4, 0.1]];
const rows = (names: [string, string, string], more: object = {}) =>
  jsonl(
    values.map(([step, loss, rate]) => ({ [names[0]]: step, [names[1]]: loss, [names[2]]: rate, ...more })),
  );

/** A protocol buffer's field: a number as a varint, a list as its bytes. */
function field(number: number, value: number | number[], kind = typeof value === "number" ? 0 : 2): number[] {
  const varint = (n: number): number[] => n < 128 ? [n] : [n % 128 + 128, ...varint(Math.floor(n / 128))];
  const key = varint(number * 8 + kind);
  if (typeof value === "number") return [...key, ...varint(value)];
  return kind === 2 ? [...key, ...varint(value.length), ...value] : [...key, ...value];
}
const bytesOf = (array: Float32Array | Float64Array) => [...new Uint8Array(array.buffer)];
const text = (value: string) => [...new TextEncoder().encode(value)];

/** A value of a summary: as of old, or as a tensor of one number in one of its forms. */
function scalar(tag: string, value: number, form: "old" | "content" | "double" | "float" = "old"): number[] {
  const tensor = {
    old: [],
    content: [...field(1, 1), ...field(2, []), ...field(4, bytesOf(Float32Array.of(value)))],
    double: [...field(1, 2), ...field(4, bytesOf(Float64Array.of(value)))],
    float: [...field(1, 1), ...field(5, bytesOf(Float32Array.of(value)))],
  }[form];
  const said = form === "old" ? field(2, bytesOf(Float32Array.of(value)), 5) : field(8, tensor);
  return field(1, [...field(1, text(tag)), ...said]);
}

function events(list: { step: number; values: number[][] }[]): Uint8Array {
  const messages = [
    field(3, text("brain.Event:2")),
    ...list.map((
      { step, values },
    ) => [...field(1, bytesOf(Float64Array.of(1)), 1), ...field(2, step), ...field(5, values.flat())]),
  ];
  return Uint8Array.from(messages.flatMap((message) => {
    const head = new Uint8Array(12);
    const view = new DataView(head.buffer);
    view.setBigUint64(0, BigInt(message.length), true);
    view.setUint32(8, maskedCrc(head.subarray(0, 8)), true);
    const tail = new DataView(new ArrayBuffer(4));
    tail.setUint32(0, maskedCrc(Uint8Array.from(message)), true);
    return [...head, ...message, ...new Uint8Array(tail.buffer)];
  }));
}

Deno.test("the checksum of event records is CRC-32C, masked", () => {
  // CRC-32C of "123456789" is e3069283.
  const crc = 0xe3069283;
  assert.equal(
    maskedCrc(new TextEncoder().encode("123456789")),
    ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0,
  );
});

for (const form of ["old", "content", "double", "float"] as const) {
  Deno.test(`readCurves() reads TensorBoard's scalars of the form ${form}`, async () => {
    const file = events([
      // Texts and histograms are passed over.
      {
        step: 0,
        values: [
          field(1, [...field(1, text("text")), ...field(8, [...field(1, 7), ...field(8, text("x"))])]),
        ],
      },
      ...values.flatMap(([step, loss, rate]) => [
        { step, values: [scalar("train/loss", loss, form)] },
        {
          step,
          values: [
            scalar("train/learning_rate", rate === 0.1 ? 0.125 : 0.25, form),
            scalar("eval/loss", 9, form),
          ],
        },
      ]),
    ]);
    const root = await folder({ "a/events.out.tfevents.17.host.1.0": file });
    const { runs, notes } = await plain(root);
    assert.deepEqual(runs, [{ ...abc[0], rates: [0.125, 0.25, 0.125] }]);
    assert.match(
      notes[0],
      /TensorBoard events: step "step", loss "train\/loss", learning rate "train\/learning_rate"$/,
    );
    assert.match(notes[1], /Evaluation losses were left, which columns\.loss reads: eval\/loss/);
    // By its bytes, whatever its name; and a run that goes on.
    const other = await folder({ "b/log.txt": file.subarray(0, file.length - 3) });
    const cut = await plain(`${other}/b/log.txt`);
    assert.equal(cut.runs[0].name, "b");
    assert.match(cut.notes.join(), /ends in a record that is cut off/);
  });
}

Deno.test("readCurves() refuses event records whose checksum is wrong, with the byte", async () => {
  const file = events(values.map(([step, loss]) => ({ step, values: [scalar("loss", loss)] })));
  file[60] ^= 1;
  const root = await folder({ "a/events.out.tfevents.1": file });
  await assert.rejects(readCurves(root), {
    name: "SyntaxError",
    message: /that at byte \d+ has another checksum/,
  });
});

Deno.test("readCurves() puts the event files of a resumed run together, the later values standing", async () => {
  const part = (from: number, to: number, shift: number) =>
    events(Array.from({ length: to - from }, (_, i) => ({
      step: from + i,
      values: [scalar("loss", 5 - (from + i) / 8 + shift), scalar("lr", 0.5)],
    })));
  const root = await folder({
    "r/events.out.tfevents.1.h": part(0, 10, 0),
    "r/events.out.tfevents.2.h": part(8, 16, -0.5),
  });
  const { runs, notes } = await plain(root);
  assert.deepEqual(runs.map(({ name }) => name), ["r"]);
  assert.deepEqual(runs[0].steps, Array.from({ length: 16 }, (_, step) => step));
  assert.equal(runs[0].losses[8], 3.5);
  assert.match(
    notes.join("\n"),
    /Run r was resumed: 2 losses logged before it went back were dropped for the later ones/,
  );
});

Deno.test("readCurves() reads a W&B export with a column a run, and the rates of another", async () => {
  const wide = (metric: string, cells: (string | number)[][]) =>
    `"Step","a - ${metric}","a - ${metric}__MIN","a - ${metric}__MAX","b - ${metric}","b - ${metric}__MIN","b - ${metric}__MAX"\n` +
    cells.map(([step, a, b]) => [step, a, a, a, b, b, b].map((cell) => `"${cell}"`).join(",")).join("\n") +
    "\n";
  const root = await folder({
    "loss.csv": wide("train/loss", [[0, 5, ""], [1, 4.5, 6], [2, 4, ""], [3, "", 5.5]]),
    "lr.csv": wide("train/learning_rate", [[0, 0.1, 0.5], [1, 0.2, 0.5], [2, 0.1, 0.5], [3, "", 0.25]]),
  });
  const { runs, notes } = await plain([`${root}/loss.csv`, `${root}/lr.csv`]);
  assert.deepEqual(runs, [...abc, {
    name: "b",
    steps: [1, 3],
    losses: [6, 5.5],
    rates: [0.5, 0.5, 0.5, 0.25],
  }]);
  assert.match(notes[0], /a W&B export, a column a run: step "Step", loss "train\/loss", 2 runs$/);
  const scheduled = await plain(`${root}/loss.csv`, { schedule: { a: () => 0.5, b: () => 0.25 } });
  assert.deepEqual(scheduled.runs[1].rates, [0.25, 0.25, 0.25, 0.25]);
  await assert.rejects(readCurves(`${root}/loss.csv`, { schedule: { a: () => 0.5 } }), /there is none for b/);
  await assert.rejects(
    readCurves(`${root}/loss.csv`),
    /give columns\.learningRate, a second file .* schedule: wsd\(/,
  );
});

Deno.test("readCurves() reads a W&B history, half of whose rows have no loss, by the trainer's steps", async () => {
  const path = `${await folder({
    "h.csv": "_step,_timestamp,train/global_step,train/loss,train/learning_rate,eval/loss\n" +
      "0,9,0,5,0.1,\n1,9,0,,,5.5\n2,9,1,4.5,0.2,\n3,9,1,,,5.1\n4,9,2,4,0.1,\n5,9,2,,,NaN\n",
  })}/h.csv`;
  const { runs, notes } = await plain(path);
  assert.deepEqual(runs, [{ ...abc[0], name: "run" }]);
  assert.match(notes.join("\n"), /W&B export: step "train\/global_step"/);
  assert.match(notes.join("\n"), /Run run has 3 rows without a loss beside 3 with one/);
  const held = await plain(path, { columns: { loss: "eval/loss" } });
  assert.deepEqual(held.runs[0].losses, [5.5, 5.1]);
  assert.match(held.notes.join("\n"), /1 loss of NaN or infinity, the first at step 2 \(line 7\)/);
});

Deno.test("readCurves() reads what transformers writes, from the newest of its checkpoints", async () => {
  const state = (upTo: number) =>
    JSON.stringify({
      global_step: upTo,
      log_history: [
        ...values.slice(0, upTo + 1).map(([step, loss, learning_rate]) => ({
          epoch: 0.1,
          grad_norm: 1,
          learning_rate,
          loss,
          step,
        })),
        { eval_loss: 4.2, step: upTo },
        { train_loss: 4.5, train_runtime: 3, step: upTo },
      ],
    });
  const root = await folder({
    "a/checkpoint-1/trainer_state.json": state(1),
    "a/checkpoint-2/trainer_state.json": state(2),
    "a/config.json": "{}",
  });
  const { runs, notes } = await plain(root);
  assert.deepEqual(runs, abc);
  assert.match(
    notes.join("\n"),
    /trainer_state\.json of transformers: step "step", loss "loss", learning rate "learning_rate"/,
  );
  assert.match(notes.join("\n"), /means over the steps since the record before/);
  assert.match(notes.join("\n"), /longest history of 2 checkpoints/);
  assert.match(notes.join("\n"), /passed over as no logs: a\/config\.json/);
  // NaN as Python writes it.
  const nan = await plain(
    `${await folder({ "b/trainer_state.json": state(2).replace("4.5,", "NaN,") })}/b/trainer_state.json`,
  );
  assert.deepEqual(nan.runs[0].steps, [0, 2]);
  assert.match(nan.notes.join("\n"), /1 loss of NaN or infinity, the first at step 1/);
});

Deno.test("readCurves() reads the logs of OLMo-core, nanotron and this kit", async () => {
  const root = await folder({
    "olmo.jsonl": rows(["step", "train/CE loss", "optim/LR (group 0)"], {
      "train/Z loss": 0.1,
      "optim/LR (group 1)": 1,
      "eval/c4/CE loss": 3,
    }),
    "nanotron.jsonl": rows(["iteration_step", "lm_loss", "lr"], { consumed_tokens: 5, grad_norm: 2 }),
    "metrics/metrics_step0.json": JSON.stringify({ "train/CE loss": 5, "optim/LR (group 0)": 0.1 }),
    "metrics/metrics_step1.json": JSON.stringify({ "train/CE loss": 4.5, "optim/LR (group 0)": 0.2 }),
    "metrics/metrics_step2.json": JSON.stringify({ "train/CE loss": 4, "optim/LR (group 0)": 0.1 }),
    "own/run.json": "{}",
    "own/log.jsonl":
      rows(["step", "loss", "learningRate"], { tokens: 8, gradientNorm: 1, tokensPerSecond: 1 }) +
      '{"step":3,"lo',
    "own/evaluations.jsonl": jsonl([{ step: 1, source: "web", loss: 4.9 }, {
      step: 3,
      source: "web",
      loss: 4.1,
    }]),
  });
  const { runs, notes } = await plain(root);
  assert.deepEqual(runs.map(({ name }) => name), ["nanotron", "olmo", "own", "metrics"]);
  for (const run of runs) assert.deepEqual({ ...run, name: "a" }, abc[0]);
  const said = notes.join("\n");
  for (
    const format of [
      "JSON Lines of OLMo-core",
      "JSON Lines of nanotron",
      "the log of a run of midtrain",
      "metrics files of OLMo-core",
    ]
  ) {
    assert(said.includes(format), format);
  }
  assert.match(said, /Of the learning rates optim\/LR \(group 0\) was read, not optim\/LR \(group 1\)/);
  assert.match(said, /ends in a line that is cut off and left out/);
  const held = await plain(`${root}/own`, { columns: { loss: "evaluation loss on web" } });
  assert.deepEqual([held.runs[0].steps, held.runs[0].losses], [[0, 2], [4.9, 4.1]]);
});

Deno.test("readCurves() shows its curves as a table, with what it guessed", async () => {
  const curves = await readCurves(`${await folder({ "c.csv": "step,loss,lr\n0,5,0.1\n1,4,0.1\n" })}/c.csv`);
  assert.deepEqual(Object.keys(curves), ["0"]);
  const [table, said] = descriptionOf(curves)!;
  assert.equal((table as { rows: object[] }).rows.length, 1);
  assert.match(said as string, /c\.csv was read as CSV: step "step", loss "loss", learning rate "lr"$/);
});

const csv = "step,loss,lr\n0,5,0.1\n1,4.5,0.2\n2,4,0.1\n";
/** Odd files, with what comes of them: the curve, or a sentence. */
const odd: Record<
  string,
  [name: string, content: string | Uint8Array, wanted: RegExp | number[], options?: ReadCurvesOptions]
> = {
  "a byte order mark": ["c.csv", "\ufeff" + csv, [5, 4.5, 4]],
  "semicolons": ["c.csv", csv.replaceAll(",", ";"), [5, 4.5, 4]],
  "semicolons and decimal commas": ["c.csv", csv.replaceAll(",", ";").replaceAll(".", ","), [5, 4.5, 4]],
  "tabs": ["c.tsv", csv.replaceAll(",", "\t"), [5, 4.5, 4]],
  "spaces in the header and cells": ["c.csv", csv.replaceAll(",", " , "), [5, 4.5, 4]],
  "capitals and blanks in names": [
    "c.csv",
    csv.replace("step,loss,lr", "Global Step,Train Loss,Learning Rate"),
    [5, 4.5, 4],
  ],
  "lines that end in CRLF": ["c.csv", csv.replaceAll("\n", "\r\n"), [5, 4.5, 4]],
  "no newline at the end": ["c.csv", csv.trimEnd(), [5, 4.5, 4]],
  "every cell quoted": ["c.csv", csv.replace(/[^,\n]+/g, '"$&"'), [5, 4.5, 4]],
  "comments before the header": ["c.csv", `# made by hand\n${csv}`, [5, 4.5, 4]],
  "empty lines": ["c.csv", csv.replaceAll("\n", "\n\n"), [5, 4.5, 4]],
  "no bytes": ["c.csv", "", /must have a header: it is empty/],
  "a header alone": ["c.csv", "step,loss,lr\n", /must hold a row: there is none/],
  "one row": ["c.csv", "step,loss,lr\n0,5,0.1\n", [5]],
  "gzip": ["c.csv.gz", gzipSync(csv), [5, 4.5, 4]],
  "gzip without its extension": ["c.csv", gzipSync(csv), [5, 4.5, 4]],
  "JSON Lines called CSV": ["c.csv", rows(["step", "loss", "lr"]), [5, 4.5, 4]],
  "CSV called JSON": ["c.json", csv, [5, 4.5, 4]],
  "a JSON array": ["c.json", `[${rows(["step", "loss", "lr"]).trim().replaceAll("\n", ",")}]`, [5, 4.5, 4]],
  "an indented JSON array": [
    "c.json",
    JSON.stringify(JSON.parse(`[${rows(["step", "loss", "lr"]).trim().replaceAll("\n", ",")}]`), null, 2),
    [5, 4.5, 4],
  ],
  "members within members": [
    "c.jsonl",
    jsonl(values.map(([step, loss, lr]) => ({ step, train: { loss, lr } }))),
    [5, 4.5, 4],
  ],
  "a column twice": ["c.csv", csv.replace("lr", "loss"), /line 1 names the column "loss" twice/],
  "a column twice but for a space": ["c.csv", csv.replace("lr", "loss "), /names the column "loss" twice/],
  "steps that are tokens": [
    "c.csv",
    csv.replace("2,4", "2000000000,4"),
    /line 4, run run, .*not of tokens: current value is 2000000000/,
  ],
  "steps as 1e3": ["c.csv", csv.replace("\n2,", "\n1e1,"), [5, 4.5, 4]],
  "thousands with a comma": [
    "c.csv",
    csv.replaceAll(",", ";").replace("\n2;", "\n2,000;"),
    /line 4, column step, must be a finite number: current value is "2,000"/,
  ],
  "half of the losses missing": ["c.csv", "step,loss,lr\n0,5,0.1\n1,,0.1\n2,4,0.1\n3,,0.1\n", [5, 4]],
  "losses called null, None and n/a": [
    "c.csv",
    "step,loss,lr\n0,5,0.1\n1,null,0.1\n2,None,0.1\n3,n/a,0.1\n4,4,0.1\n",
    [5, 4],
  ],
  "a loss that is no number": [
    "c.csv",
    csv.replace("4.5", "four"),
    /line 3, column loss, must be a finite number: current value is "four"/,
  ],
  "NaN for every loss": ["c.csv", csv.replace(/,[\d.]+,/g, ",nan,"), /a run must hold a loss: none does/],
  "a negative loss": ["c.csv", csv.replace("4.5", "-4.5"), /line 3, run run, must have a loss > 0/],
  "rows in reverse": [
    "c.csv",
    "step,loss,lr\n2,4,0.1\n1,4.5,0.2\n0,5,0.1\n",
    /1 follows 2; .* 2 of its 3 values would be dropped/,
  ],
  "a step that is missing": [
    "c.csv",
    csv.replace("\n1,", "\n,"),
    /line 3, run run, must have a step: column step is empty/,
  ],
  "epochs for steps": [
    "c.csv",
    csv.replace("step", "epoch"),
    /the step's column must be one of epoch, loss, lr: .* give columns\.step/,
  ],
  "two losses that may be meant": [
    "c.csv",
    csv.replace("loss,lr", "lossA,lossB"),
    /it may be any of lossA, lossB; name it with columns\.loss/,
  ],
  "names of one's own": ["c.csv", csv.replace("step,loss,lr", "n,y,r"), [5, 4.5, 4], {
    columns: { step: "n", loss: "y", learningRate: "r" },
  }],
  "a name that is misspelt": [
    "c.csv",
    csv,
    /columns\.loss must be one of step, loss, lr: current value is "los"; did you mean loss\?/,
    { columns: { loss: "los" } },
  ],
  "perplexity alone": [
    "c.csv",
    csv.replace("loss", "perplexity"),
    /the loss's column must be one of step, perplexity, lr/,
  ],
  "a console log": [
    "c.csv",
    "Starting the training\nstep 1 loss 5\n",
    /must be a log of losses: .* it begins with "Starting the training"/,
  ],
  "an archive": ["c.csv", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), /it is a zip archive/],
  "a spreadsheet's UTF-16": ["c.csv", Uint8Array.from([0xff, 0xfe, 0x73, 0]), /UTF-16/],
  "Latin-1": ["c.csv", Uint8Array.from([...text("step,loss,lr,n"), 0xe9, 10]), /must be UTF-8/],
  "a row too short": ["c.csv", csv.replace("4.5,0.2", "4.5"), /line 3 must have 3 fields/],
  "a broken line of JSON": [
    "c.jsonl",
    '{"step":0,"loss":5,"lr":1}\n{oops\n{"step":1,"loss":5,"lr":1}\n',
    /line 2 must be a JSON object/,
  ],
};

for (const [what, [name, content, wanted, options]] of Object.entries(odd)) {
  Deno.test(`readCurves() of ${what} gives the curve or one sentence`, async () => {
    const path = `${await folder({ [name]: content })}/${name}`;
    if (!(wanted instanceof RegExp)) {
      const [curve, ...others] = (await plain(path, options)).runs;
      assert.deepEqual([curve.losses, others], [wanted, []]);
      return;
    }
    await assert.rejects(readCurves(path, options), (error: Error) => {
      assert.match(error.message, wanted);
      assert.match(error.message, /^Cannot read [^\n]+$/);
      return true;
    });
  });
}

Deno.test("readCurves() names the folder without a log, the list without a file, and the file that is not there", async () => {
  await assert.rejects(readCurves(await folder({ "a.txt": "x" })), /must hold a log/);
  await assert.rejects(readCurves([]), /the list is empty/);
  await assert.rejects(readCurves("/nowhere/at all.csv"), /there is no such file/);
});
