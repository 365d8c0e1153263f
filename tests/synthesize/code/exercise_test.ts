import assert from "node:assert/strict";
import {
  type ChatModel,
  type Document,
  exerciseFromCode,
  lineageOf,
  Random,
  synthesize,
} from "../../../lib/synthesize/mod.ts";

const fenced = (code: string) => `\`\`\`python\n${code}\n\`\`\``;
const task = (name: string) =>
  `Exercise: At the ${name} sea a whale eats four tonnes of krill a day. Write krill(days), which gives the tonnes that it eats in so many whole days.`;
const krill = "def krill(days):\n    if days < 0:\n        raise ValueError(days)\n    return 4 * days";
const tests = "assert krill(2) == 8\nassert krill(0) == 0";

/** What a model answers, and what becomes of it. */
interface Row {
  write: string;
  test?: string;
  mend?: string;
  /** `mended 0` for an accepted text, else the cause. */
  is: string;
}

const good = (name: string) => `${task(name)}\n\n### Solution\n\n${fenced(krill)}`;

const rows: Record<string, Row> = {
  "north": { write: good("north"), test: fenced(tests), is: "mended 0" },
  "south": {
    write: `**Exercise:** ${task("south").slice(10)}\n\n**Solution:**\n${
      fenced(`${krill}\n\nprint(krill(3))`)
    }`,
    test: `Here are the tests:\n\n${
      fenced("def test_krill():\n    assert krill(5) == 20\n\n\n\ndef test_none():\n    assert krill(0) == 0")
    }`,
    is: "mended 0",
  },
  "mended": {
    write: good("mended"),
    test: fenced("assert krill(2) == 9"),
    mend: `The test was wrong.\n\n${fenced(krill)}\n\n${fenced(tests)}`,
    is: "mended 1",
  },
  "vacuous": {
    write: good("vacuous"),
    test: fenced("try:\n    assert krill(2) == 9\nexcept AssertionError:\n    pass"),
    mend: `${fenced(krill)}\n${fenced("assert krill(2) is not None or True")}`,
    is: "vacuous tests",
  },
  "redefined": {
    write: good("redefined"),
    test: fenced(`${krill}\n${tests}`),
    mend: "I am sorry, but I cannot help with that.",
    is: "refused",
  },
  "stubborn": {
    write: good("stubborn"),
    test: fenced("assert krill(2) == 9"),
    mend: `${fenced(krill)}\n${fenced("assert krill(2) == 9")}`,
    is: "tests fail",
  },
  "packages": {
    write: `${task("packages")}\n${
      fenced("import numpy as np\n\ndef krill(days):\n    return np.int64(4) * days")
    }`,
    test: fenced(tests),
    is: "unknown",
  },
  // Attacks: on the verdict, and on the sandbox.
  "equal": {
    write: `${task("equal")}\n${
      fenced("class Any(int):\n    __eq__ = lambda *_: True\n\ndef krill(days):\n    return Any(days)")
    }`,
    test: fenced(tests),
    is: "equality of its own",
  },
  "leaving": {
    write: `${task("leaving")}\n${
      fenced('import os, sys\nprint("ok")\n\ndef krill(days):\n    sys.stdout.flush()\n    os._exit(0)')
    }`,
    test: fenced(tests),
    mend: `${
      fenced(
        "import builtins\nbuiltins.AssertionError = SystemExit\n\ndef krill(days):\n    raise SystemExit(0)",
      )
    }\n${fenced(tests)}`,
    is: "tests fail",
  },
  "reading": {
    write: `${task("reading")}\n${
      fenced('def krill(days):\n    return open("/etc/passwd").read() and __import__("js").Deno')
    }`,
    test: fenced('assert krill(2)\nimport subprocess\nsubprocess.run(["id"])'),
    mend: "No.",
    is: "malformed",
  },
  // What has not the form.
  "no code": { write: task("no"), is: "malformed" },
  "no task": { write: `Solution:\n${fenced(krill)}`, is: "malformed" },
  "no function": { write: `${task("no")}\n${fenced("x = 4 * 2\nassert x == 8")}`, is: "malformed" },
  "no tests": { write: good("tests"), test: "They all pass.", is: "no tests" },
  "marks": { write: `${good("marks")}<|im_end|>`, is: "special tokens" },
  "echo": {
    write: `Let the lines of code below give you an idea for an exercise in Python. ${good("echo")}`,
    is: "prompt echo",
  },
  "copied": {
    write: `${task("copied")}\n${
      fenced(
        "# copied\ndef fuel(hours, ship, load=2, wind=3, waves=4): return hours + ship + load + wind + waves",
      )
    }`,
    is: "copied",
  },
  "foreign": {
    write:
      `Exercise: Ein Wal frisst am Tag vier Tonnen Krill. Schreibe eine Funktion krill(days), die sagt, wie viele Tonnen er in so vielen Tagen frisst.\n\n${
        fenced(krill)
      }`,
    is: "another language",
  },
};

const files: Document[] = Object.keys(rows).map((name) => ({
  id: name,
  text:
    `# ${name}\ndef fuel(hours, ship, load=2, wind=3, waves=4): return hours + ship + load + wind + waves\n`,
  source: "code",
  meta: {},
}));

/** Answers by the row whose name stands in what was written so far. */
function scripted(asked: string[] = []): ChatModel {
  return {
    name: "scripted",
    chat({ messages: [{ content }] }) {
      asked.push(content);
      const step = content.startsWith("Write tests") ? "test" : content.startsWith("Let") ? "write" : "mend";
      const name = step === "write"
        ? /^# (.*)$/m.exec(content)![1]
        : Object.keys(rows).find((one) => content.includes(`At the ${one.replace("no ", "")} sea`))!;
      const usage = { promptTokens: 10, completionTokens: 10 };
      return Promise.resolve({ text: rows[name][step]!, finishReason: "stop", usage, cached: false });
    },
  };
}

Deno.test("exerciseFromCode() keeps what runs and tests, mends what does not agree, and names what is lost", async () => {
  const asked: string[] = [];
  const drops = new Map<string, string>();
  const run = synthesize(files, exerciseFromCode({ lines: [2, 2] }), {
    model: scripted(asked),
    onDrop: ({ id, reason }) => drops.set(id, reason),
  });
  const made = await Array.fromAsync(run);
  const outcome = Object.fromEntries([
    ...made.map(({ lineage, meta }) => [lineage!.parents[0], `mended ${meta.mended}`]),
    ...drops,
  ]);
  assert.deepEqual(outcome, Object.fromEntries(Object.entries(rows).map(([name, { is }]) => [name, is])));
  const [north, south] = made;
  const problem = task("north").slice(10);
  assert.equal(
    north.text,
    `Exercise: ${problem}\n\n${fenced(krill)}\n\nTests:\n\n${fenced(tests)}`,
  );
  assert.deepEqual(north.meta, {
    parentSource: "code",
    problem,
    answer: krill,
    tests,
    broken: 4,
    caught: 4,
    mended: 0,
    parts: [[0, files[0].text.length]],
  });
  assert.match(String(south.meta.tests), /== 20\n\n\n\ndef test_none/);
  assert.doesNotMatch(String(south.meta.answer), /print/);
  assert.match(
    lineageOf(north, { find: (id) => files.find((file) => file.id === id) }),
    /code\/exercise@1[^]*north from code/,
  );
  // Tests are written without the solution in sight.
  const testing = asked.filter((content) => content.startsWith("Write tests"));
  assert(testing.length > 5 && testing.every((content) => !content.includes("return 4 * days")));
  assert(testing[0].endsWith("To be tested:\ndef krill(days):"));
});

Deno.test("exerciseFromCode() draws its lines by seed and document, among those that say something", () => {
  const text = `${"\n".repeat(20)}${Array.from({ length: 40 }, (_, at) => `x_${at} = ${at}`).join("\n")}`;
  const method = exerciseFromCode();
  const lines = (seed: number) => {
    const [{ part, span }] = method.build({ id: "1", text, source: "", meta: {} }, new Random(seed));
    assert.equal(text.slice(...span!).trimEnd(), part);
    return part!;
  };
  const drawn = Array.from({ length: 60 }, (_, seed) => lines(seed));
  assert.equal(drawn[3], lines(3));
  assert(new Set(drawn).size > 50);
  assert(drawn.every((part) => /x_/.test(part) && part.split("\n").length <= 15));
  assert.deepEqual(method.build({ id: "1", text: " \n\n", source: "", meta: {} }, new Random(1)), []);
});
