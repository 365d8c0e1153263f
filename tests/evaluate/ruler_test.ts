import assert from "node:assert/strict";
import {
  checkBenchmark,
  ruler,
  type RulerItem,
  type RulerOptions,
  type RulerTask,
} from "../../lib/evaluate/mod.ts";

/** Words and marks as tokens: they add up over sentences, and lengths are those of small texts. */
const tokenizer = {
  name: "words",
  encode: (text: string) => (text.match(/\w+|[^\w\s]/g) ?? []).map(() => 0),
};

const TASKS: RulerTask[] = [
  "niah-single",
  "niah-single-noise",
  "niah-single-uuid",
  "niah-multikey",
  "niah-multikey-needles",
  "niah-multikey-uuids",
  "niah-multivalue",
  "niah-multiquery",
  "vt",
  "cwe",
  "fwe",
];

function items(options: Omit<RulerOptions, "tokenizer">): Promise<RulerItem[]> {
  return Array.fromAsync(ruler({ tokenizer, ...options }).items());
}

Deno.test("every text fills its length to the sentence and never exceeds it", async () => {
  for (const task of TASKS) {
    const room = { vt: 30, cwe: 120, fwe: 50 }[task as string] ?? 128;
    for (const { context, tokens, prompt } of await items({ task, contexts: [1024, 4096], samples: 3 })) {
      assert.equal(tokens, tokenizer.encode(prompt).length);
      assert(tokens <= context - room && tokens > context - room - 250, `${task} ${context}: ${tokens}`);
    }
  }
});

Deno.test("the needle that is asked for stands at its depth, in the same text", async () => {
  const found = await items({ task: "niah-multikey", contexts: [4096], depths: [0, 0.25, 1], samples: 5 });
  for (const { prompt, answers, depth } of found) {
    const text = prompt.split("\n")[1];
    const at = tokenizer.encode(text.slice(0, text.indexOf(answers[0]))).length /
      tokenizer.encode(text).length;
    assert(Math.abs(at - depth!) < 0.03, `${at} for ${depth}`);
    assert.equal(prompt.match(/One of the special magic numbers/g)!.length, 4);
  }
  const [first, , , , , second] = found;
  assert.deepEqual(first.answers, second.answers);
});

Deno.test("lines that are all alike, and nothing but needles, hide one needle at its depth", async () => {
  for (const task of ["niah-single-noise", "niah-multikey-needles", "niah-multikey-uuids"] as const) {
    for (
      const { prompt, answers, depth } of await items({
        task,
        contexts: [2048],
        depths: [0, 0.5, 1],
        samples: 2,
      })
    ) {
      const lines = prompt.split("\n").slice(1, -1);
      const at = lines.findIndex((line) => line.includes(answers[0]));
      assert.equal(at, Math.round(depth! * (lines.length - 1)));
      const key = /magic \w+ for (\S+) is/.exec(lines[at])![1];
      assert.equal(lines.filter((line) => line.includes(` ${key} `)).length, 1);
      assert.equal(new Set(lines).size, task === "niah-single-noise" ? 2 : lines.length);
      if (task === "niah-multikey-uuids") {
        assert.match(answers[0], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
      }
    }
  }
});

Deno.test("what is asked for can be worked out from the text alone", async () => {
  for (const { prompt, answers } of await items({ task: "vt", contexts: [1024], samples: 5 })) {
    const value = /assigned the value (\d+)/.exec(prompt)![1];
    const known = new Set<string>();
    for (const [, name, from] of prompt.matchAll(/VAR ([A-Z]+) = (?:VAR )?([A-Z]+|\d+)/g)) {
      if (from === value || known.has(from)) known.add(name);
    }
    assert.deepEqual([...known], answers);
  }
  for (
    const [task, pattern, count] of [["cwe", /\d+\. (\p{Ll}+)/gu, 10], [
      "fwe",
      /\b([a-z]{6})\b(?=.*\n)/g,
      3,
    ]] as const
  ) {
    for (const { prompt, answers } of await items({ task, contexts: [2048, 10_000], samples: 2 })) {
      const text = prompt.slice(
        prompt.indexOf(task === "cwe" ? "1. " : "words. "),
        prompt.indexOf("\nQuestion"),
      );
      const counts = Map.groupBy([...`${text}\n`.matchAll(pattern)].map(([, word]) => word), (word) => word);
      const ranked = [...counts].sort(([, a], [, b]) => b.length - a.length).map(([word, all]) =>
        [word, all.length] as const
      );
      assert.deepEqual(new Set(ranked.slice(0, count).map(([word]) => word)), new Set(answers));
      assert(ranked[count - 1][1] > ranked[count][1]);
    }
  }
});

Deno.test("gold answers get full marks, and naming everything does not get the exact one", async () => {
  for (const task of TASKS) {
    const benchmark = ruler({ task, tokenizer, contexts: [1024], samples: 3 });
    const rows = await checkBenchmark(benchmark);
    assert.deepEqual(rows.map(({ gold, silent }) => [gold, silent]), [[1, 0], [1, 0], [1, 0]]);
    for await (const item of benchmark.items()) {
      const wordy = `${item.prompt.split("\n").join(" ")} ${item.answers.join(" ")}`;
      // Elsewhere nothing else in the text looks like an answer.
      if (["niah-multikey", "niah-multikey-needles", "niah-multikey-uuids", "cwe", "fwe"].includes(task)) {
        assert.equal((await benchmark.rules!.exact.grade(item, wordy)).score, 0);
      }
      const half = item.answers.slice(0, Math.ceil(item.answers.length / 2));
      const { score } = await benchmark.rules!["string match all"].grade(item, half.join(", "));
      assert.equal(score, half.length / item.answers.length);
    }
  }
});

Deno.test("a length that the text does not fill, or that has no room, is refused", async () => {
  const documents = [{
    text: Array.from(
      { length: 200 },
      (_, i) => `Word ${"abcdefghij"[i % 10]}${"klmnopqrst"[Math.floor(i / 10) % 10]}xyz${"uvw"[i % 3]}.`,
    ).join(" "),
  }];
  await assert.rejects(items({ task: "niah-single", contexts: [20_000], documents }), {
    message:
      /^Cannot generate a long text as every context must be one that the documents fill, \d+ tokens: current value is/,
  });
  await assert.rejects(items({ task: "niah-single", contexts: [150] }), {
    message:
      /^Cannot generate a long text as every context must leave room for \d+ tokens of question: current value is 22$/,
  });
  await assert.rejects(items({ task: "niah-single", contexts: [1024], documents: [{ text: "Short." }] }), {
    message:
      "Cannot generate a long text as documents must hold 100 different words or more: current value is 0",
  });
});
