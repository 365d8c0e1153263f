import assert from "node:assert/strict";
import {
  distill,
  type Document,
  type Drop,
  guidedRewrite,
  lineageOf,
  megadocs,
  type Method,
  Random,
  rephrase,
  segments,
  synthesize,
  thinkAloud,
} from "../../lib/synthesize/mod.ts";
import { whale } from "./_answers.ts";
import { answer, open, scripted } from "./_server.ts";

const parts = [
  "The Pequod left Nantucket on Christmas Day with thirty men aboard, and nobody on the pier waved when she went out to the sea.",
  "In the 3 years that followed her captain, Ahab, hunted one white whale over 2 oceans, and the men on the ship grew afraid of him.",
];
const page: Document = { id: "log", text: parts.join("\n\n"), source: "sea", meta: {} };
const said = [
  "On Christmas Day a ship called the Pequod went to sea from Nantucket. There were thirty men on her, and nobody waved from the pier.",
  "Her captain was Ahab. For 3 years he chased a single whale, a white one, on 2 oceans. His men were afraid.",
];

async function causes(method: Method, document: Document, texts: string[]): Promise<(string | undefined)[]> {
  const prompts = method.build(document, new Random(1));
  assert.equal(prompts.length, texts.length);
  const results = await method.read(texts.map((text, at) => ({ prompt: prompts[at], text })), document);
  return results.map((result) => "rejected" in result ? result.rejected : undefined);
}

Deno.test("segments() cut nothing where there is no limit, and a method then holds the whole page in one prompt", () => {
  assert.deepEqual(segments(`\n ${page.text}\n\n\n`, { maxTokens: Infinity }), [page.text]);
  assert.deepEqual(segments(" \n", { maxTokens: Infinity }), []);
  const long = { ...page, text: Array.from({ length: 50 }, () => page.text).join("\n\n\n") };
  for (
    const method of [
      rephrase("plain", { maxPartTokens: Infinity }),
      distill("faq", { maxPartTokens: Infinity }),
    ]
  ) {
    const [prompt, ...others] = method.build(long, new Random(1));
    assert.equal(prompt.part, long.text);
    assert.deepEqual(prompt.span, [0, long.text.length]);
    assert.equal(others.length, 0);
  }
});

Deno.test("rephrase() joins the parts of a page into one text, or none where a part is lost", async () => {
  const method = rephrase("plain", { maxPartTokens: 35, join: true });
  const prompts = method.build(page, new Random(1));
  const read = (texts: string[]) =>
    method.read(texts.map((text, at) => ({ prompt: prompts[at], text })), page);
  const [whole, ...others] = await read(said);
  assert("text" in whole && others.length === 0);
  assert.equal(whole.text, said.join("\n\n"));
  assert.deepEqual((whole.meta!.parts as [number, number][]).map((span) => page.text.slice(...span)), parts);
  const lost = await read([said[0], parts[1]]);
  assert.deepEqual(lost.map((one) => "rejected" in one && one.rejected), ["another part was lost", "copied"]);
});

Deno.test("rephrase() and distill() ask for several texts of a page, each sampled by itself, and keep no text twice", async () => {
  const method = rephrase("plain", { maxPartTokens: 35, count: 2 });
  const seeds = new Set<number>();
  await using server = await scripted(({ content, seed, attempt }) => {
    seeds.add(seed);
    const at = content.includes("Pequod left") ? 0 : 1;
    return answer(at === 1 && attempt === 2 ? said[1].replace("single", "sole") : said[at]);
  });
  await using model = await open(server);
  const run = synthesize([page], method, { model, workers: 1 });
  const texts = await Array.fromAsync(run);
  assert.deepEqual(texts.map(({ meta }) => meta.copy), [0, 0, 1]);
  assert.deepEqual(run.report.rejected, { "text stands twice": 1 });
  assert.equal(seeds.size, 4);
  assert.equal(new Set(texts.map(({ id }) => id)).size, 3);

  const joined = synthesize([page], rephrase("plain", { maxPartTokens: 35, count: 3, join: true }), {
    model,
    workers: 1,
  });
  await Array.fromAsync(joined);
  assert.deepEqual([joined.report.accepted, joined.report.rejected], [1, { "text stands twice": 2 }]);
  assert.throws(
    () => distill("faq", { count: 2, temperature: 0 }),
    /^RangeError: Cannot distill as temperature must be > 0 where count is 2: current value is 0$/,
  );
  assert.throws(
    () => rephrase("plain", { count: 0 }),
    /count must be a whole number >= 1: current value is 0$/,
  );
});

Deno.test("megadocs() stitch the texts of one page, to a length where one is asked for, with lineage to the page", async () => {
  await using server = await scripted(({ seed }) =>
    answer(`${said[0]} It was in the year of ${["the", "her", "our"][seed % 3]} ship.`)
  );
  await using model = await open(server);
  const pages = ["a", "b"].map((id) => ({ ...page, id, text: parts[0] }));
  const texts = await Array.fromAsync(
    synthesize(pages, rephrase("plain", { count: 6, maxNewNames: 9 }), { model, workers: 1 }),
  );
  const mixed = [...texts.slice(1), texts[0]];
  const stitched = await Array.fromAsync(megadocs(mixed, { pages }));
  assert.equal(stitched.length, 2);
  for (const { text, meta, lineage } of stitched) {
    const own = mixed.filter((one) => one.lineage!.parents[0] === meta.page);
    assert(own.length >= 2);
    assert.equal(text, [...own.map(({ text }) => text), parts[0]].join("\n\n"));
    assert.deepEqual(lineage!.parents, [...own.map(({ id }) => id), meta.page]);
    for (const { id, span } of meta.parts as { id: string; span: [number, number] }[]) {
      assert.equal(text.slice(...span), id === meta.page ? parts[0] : own.find((one) => one.id === id)!.text);
    }
  }
  const known = new Map([...pages, ...texts].map((one) => [one.id, one]));
  assert.match(lineageOf(stitched[0], { find: (id) => known.get(id) }), /rephrase\/plain@1[^]*[ab] from sea/);
});

Deno.test("megadocs() keep their limit and name what is left out", async () => {
  const lineage = { parents: ["p"], prompt: "", model: "", sampling: {} };
  const text = (id: string, text: string) => ({ id, text, source: "", meta: {}, lineage });
  const texts = [
    text("1", "one two three"),
    text("2", "four five six"),
    text("3", "One, two, three!"),
    text("4", "seven eight"),
    text("5", "a b c d e f g h i"),
    { ...text("6", "alone"), lineage: { ...lineage, parents: ["q"] } },
  ];
  const tokenizer = {
    name: "words",
    encode: (text: string) => (text.match(/\S+/g) ?? []).map((_, at) => at),
  };
  const dropped: Drop[] = [];
  const made = await Array.fromAsync(
    megadocs(texts, { tokenizer, tokens: 6, onDrop: (drop) => dropped.push(drop) }),
  );
  assert.deepEqual(made.map(({ text }) => text), ["one two three\n\nfour five six"]);
  assert.deepEqual(dropped.map(({ id, reason }) => `${id} ${reason}`), [
    "3 text stands twice",
    "5 longer than a text",
    "4 nothing to stitch",
    "6 nothing to stitch",
  ]);
  await assert.rejects(
    Array.fromAsync(megadocs([page])),
    /every text must have a lineage with parents: log has none$/,
  );
  await assert.rejects(
    Array.fromAsync(megadocs(texts, { tokens: 6 })),
    /with tokens as there is no tokenizer/,
  );
});

const thought =
  "Why would nobody wave? A whaler was gone for years, and those on the pier knew it; a farewell at Christmas is odd as well, since crews signed on when the ice let ships out. So the owners were in a hurry, or the captain was.";

Deno.test("thinkAloud() keeps the page as it stands and puts what passes behind it, or behind each part", async () => {
  const once = thinkAloud({ minWords: 10 });
  const [prompt] = once.build(page, new Random(1));
  const [result] = await once.read([{ prompt, text: thought }], page);
  assert("text" in result);
  assert.equal(result.text, `${page.text}\n\n${thought}`);
  const each = thinkAloud({ minWords: 10, maxPartTokens: 35 });
  const prompts = each.build(page, new Random(1));
  const read = (texts: string[]) => each.read(texts.map((text, at) => ({ prompt: prompts[at], text })), page);
  const [both] = await read([thought, thought.replace("nobody", "no one")]);
  assert("text" in both);
  assert.equal(
    both.text,
    `${parts[0]}\n\n${thought}\n\n${parts[1]}\n\n${thought.replace("nobody", "no one")}`,
  );
  for (const span of both.meta!.thoughts as [number, number][]) {
    assert(thought.endsWith(both.text.slice(...span).slice(-30)));
  }
  const [half, lost] = await read(["Yes.", thought]);
  assert("text" in half && "rejected" in lost);
  assert.equal(half.text, `${page.text}\n\n${thought}`);
  assert.equal(lost.rejected, "too short");
  assert.equal(half.answer, 1);
});

Deno.test("thinkAloud() and guidedRewrite() reject bad and malicious answers by their cause", async () => {
  const think = thinkAloud({ minWords: 10 });
  const thoughts: [string, string][] = [
    ["copied", `${parts[0]} ${parts[1]} So it is.`],
    ["too short", "It is odd."],
    ["loop", "The men were afraid of the sea. ".repeat(20)],
    [
      "another language",
      "Warum hat niemand gewinkt? Das Schiff war für Jahre fort, und die auf dem Steg wussten es; ein Abschied an Weihnachten ist auch seltsam, da die Mannschaft erst mit dem Eis kam.",
    ],
    ["wrong arithmetic", `${thought} Over the years that is 3 * 30 = 80 years of men.`],
    ["special tokens", `${thought}<|im_end|>`],
    ["second turn", `${thought}\nUser: go on`],
    ["prompt echo", `${thought} Go to what is hard or says much: why it is so, what it rests on.`],
    [
      "refused",
      "I'm sorry, but I cannot help with that request, as it is against the guidelines that I was given for texts.",
    ],
    ["invented address", `${thought} See https://evil-pages.io/payload for more of it.`],
  ];
  for (const [expected, text] of thoughts) {
    assert.deepEqual(await causes(think, page, [text]), [expected], text);
  }

  const rewrite = guidedRewrite({ minWords: 10 });
  const good =
    `**Purpose:** to tell of a voyage, for readers of stories\n**Plan:** departure, hunt, fear\n**New text:**\n\n${
      said.join(" ")
    }`;
  const [prompt] = rewrite.build(page, new Random(1));
  const [kept] = await rewrite.read([{ prompt, text: good }], page);
  assert("text" in kept, JSON.stringify(kept));
  assert.equal(kept.text, said.join(" "));
  assert.deepEqual([kept.meta!.purpose, kept.meta!.plan], [
    "to tell of a voyage, for readers of stories",
    "departure, hunt, fear",
  ]);
  const head = "Purpose: to tell\nPlan: tell it\nNew text: ";
  const rewrites: [string, string][] = [
    ["malformed", said.join(" ")],
    ["malformed", "Purpose: to tell\nPlan: \nNew text: "],
    ["copied", `${head}${page.text}`],
    ["invented numbers", `${head}${said.join(" ")} They sailed 900 miles.`],
    ["invented names", `${head}${said.join(" ")} Their mate, Starbuck, wept.`],
    ["too short", `${head}A ship sailed.`],
    [
      "too long",
      `${head}${
        Array.from(
          { length: 200 },
          (_, at) => `word${"abcdefghij"[at % 10]}${"abcdefghijklmnopqrst"[at % 20]}`,
        ).join(" ")
      }`,
    ],
    ["speaks of the text", `${head}${said[0]} The text describes a voyage of the ship that took years.`],
    ["special tokens", `${head}${said.join(" ")}</s>`],
    ["invented address", `${head}${said.join(" ")} Write to ahab@pequod.com now.`],
  ];
  for (const [expected, text] of rewrites) {
    assert.deepEqual(await causes(rewrite, page, [text]), [expected], text);
  }
  assert.deepEqual(guidedRewrite().build({ ...whale, text: "Too short." }, new Random(1)), []);
});
