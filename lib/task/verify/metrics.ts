// deno-lint-ignore-file camelcase -- names of lm-eval
/**
 * The metrics of answers beside the programs that the field has them from, on thousands of odd texts: Unicode's spaces and digits,
 * nothing at all, lists, numbers with commas, LaTeX that is cut off. Every difference is printed.
 * @module
 */
import { fileURLToPath } from "node:url";
import { Random, signTest, wilson } from "../../base/mod.ts";
import {
  benchmarks,
  boxedAnswer,
  dropScores,
  exactMatch,
  gradeChoices,
  hendrycksEquivalent,
  minervaAnswer,
  minervaEquivalent,
  minervaNormal,
  passAtK,
  rouge,
  squadScores,
  triviaQaScores,
} from "../../evaluate/mod.ts";
import { spearman } from "../../select/mod.ts";
import { part } from "./_part.ts";
import { claim, type VerifyRow } from "./_row.ts";

const PEER = fileURLToPath(new URL("../bench/peers/metrics.py", import.meta.url));

/** A metric: arguments as the peer takes them, and what ours makes of them. */
interface Metric {
  draw(random: Random): unknown[];
  // deno-lint-ignore no-explicit-any -- each takes what its own draw gives
  ours(...given: any[]): unknown;
  /** How many cases, as a share of what is asked for: where the peer is slow. @default {1} */
  share?: number;
}

const WORDS = [
  ..."the a an of in Paris paris, U.S. don't Spider-Man spider_man naïve Él É é İstanbul straße ﬁne Σίσυφος"
    .split(" "),
  ..."1,000 1000 1000.0 1e3 3.0 -5 +5 .5 5. 5th $5 1_000 ١٢ ² ½ nan inf 12-13 1/2 007 -0 10% US's running runs ran generalizations"
    .split(" "),
  ..."‘quote’ “double” — – ... !? ` ´ (b) [c] \\frac 漢字 🦕 e\u0301 theatre an. The AN a.b A_B co-op".split(
    " ",
  ),
];
const SPACES = [
  " ",
  " ",
  " ",
  " ",
  "  ",
  "\n",
  "\t",
  "-",
  "\u00a0",
  "\u2003",
  "\u200b",
  "\x1c",
  ", ",
  ". ",
  "",
];

function text(random: Random, most = 8): string {
  const count = random.int(most + 1);
  return Array.from({ length: count }, () => random.pick(WORDS) + random.pick(SPACES)).join("");
}

const list = <T>(random: Random, of: () => T, most = 3): T[] =>
  Array.from({ length: 1 + random.int(most) }, of);

/** An answer near another: as it is, with a part changed, or another altogether. */
function near(random: Random, answer: string, other: () => string): string {
  const kind = random.int(5);
  if (kind === 0) return answer;
  if (kind === 1) {
    return `${random.pick(["the ", " ", "$", ""])}${answer}${random.pick([".", " ", "!", "$", ""])}`;
  }
  if (kind === 2) {
    return answer.replace(random.pick([" ", ",", "1", "a", "\\", "{"]), random.pick(["", " ", "2", "b"]));
  }
  if (kind === 3) return answer.toUpperCase();
  return other();
}

const PARTS = [
  ..."\\frac{1}{2} \\frac12 \\dfrac{3}{4} \\tfrac1{2} \\frac1 \\frac 0.5 .5 1/2 3/4 \\sqrt{2} \\sqrt2 \\sqrt12 2\\sqrt3 \\sqrt \\sqrt[3]{8} x y^2 x^{10} \\pi 2\\pi i"
    .split(" "),
  ..."1,000 10{,}000 1,\\!000 12 -7 +3 007 3.50 50\\% 50% 30^\\circ 90^{\\circ} \\$5 $5$ x=5 k=\\frac{1}{2} y=2x+1 (1,2) [0,1) \\{1,2\\} \\left(3,4\\right] \\infty"
    .split(" "),
  ..."\\text{cm} \\text{(A)} \\text{s} \\mbox{inches} \\textbf{B} \\overline{AB} \\mathrm{th} \\boxed{7} \\cdot \\times + - = \\begin{pmatrix}1\\\\2\\end{pmatrix} \\ldots"
    .split(" "),
  ...[
    "\\text{ units}",
    "5\\text{ cm}",
    "two words",
    "a ",
    "an ",
    " square ",
    "12 inches",
    "7 dollars",
    "3\\text{ and }4",
    "\n",
    "\\ ",
    "\\;",
    "\\!",
  ],
];

const formula = (random: Random) =>
  Array.from({ length: 1 + random.int(3) }, () => random.pick(PARTS)).join(
    random.pick(["", "", "", " ", "+"]),
  );

const VALUES =
  "\\frac{1}{2} \\frac12 0.5 0.50 1/2 2/4 3 12 -7 2\\sqrt3 \\sqrt{12} \\sqrt[3]{8} 2^{3} 8 \\pi x y^2 (x+1) 1,000 1000 |-3| \\dfrac{6}{8}"
    .split(" ");

/** What sympy reads to its end: a list it reads up to the first comma, whatever stands behind. */
const expression = (random: Random) =>
  Array.from({ length: 1 + random.int(2) }, () => random.pick(VALUES)).join(
    random.pick(["+", "-", "\\cdot "]),
  );

const boxed = (random: Random) =>
  Array.from(
    { length: 1 + random.int(4) },
    () =>
      random.pick([
        formula(random),
        `\\boxed{${formula(random)}}`,
        "\\boxed 5$",
        "\\fbox{3}",
        "\\boxed{",
        "}",
        "so $",
        "\\boxed{\\boxed{1}}",
      ]),
  ).join(random.pick(["", " "]));

function worked(random: Random): string {
  const number = () =>
    random.pick(["5", "1,000", "-3", "18.00", "$7.50", "0", "3.", "12,5", "2/3", "1e3", "."]);
  const parts = ["#### ", "####", "The answer is ", "\n", " so ", "= ", "$", "%", " dollars", ". "];
  return Array.from({ length: random.int(7) }, () => random.pick(parts) + (random.int(2) ? number() : ""))
    .join("");
}

const rule = (benchmark: string, name: string) => benchmarks[benchmark].rules![name];

const METRICS: Record<string, Metric> = {
  "SQuAD": {
    draw: (random) => {
      const answers = random.int(9) === 0 ? [] : list(random, () => text(random, 4));
      return [near(random, answers[0] ?? "", () => text(random, 5)), answers];
    },
    ours: (...given: Parameters<typeof squadScores>) => Object.values(squadScores(...given)),
  },
  "TriviaQA": {
    draw: (random) => {
      const answers = list(random, () => text(random, 4));
      return [near(random, answers[0], () => text(random, 5)), answers];
    },
    ours: (...given: Parameters<typeof triviaQaScores>) => Object.values(triviaQaScores(...given)),
  },
  "DROP": {
    draw: (random) => {
      const one = () => random.int(2) ? text(random, 3) : list(random, () => text(random, 3), 4);
      const answers = list(random, one);
      return [random.int(2) ? answers[0] : one(), answers];
    },
    ours: (...given: Parameters<typeof dropScores>) => Object.values(dropScores(...given)),
  },
  "exact match": {
    draw: (random) => {
      const answers = list(random, () => text(random, 3));
      const options = {
        ignore_case: !random.int(2),
        ignore_punctuation: !random.int(2),
        ignore_numbers: !random.int(2),
      };
      return [near(random, answers[0], () => text(random, 3)), answers, options];
    },
    ours: (prediction: string, answers: string[], options: Record<string, boolean>) =>
      exactMatch(prediction, answers, {
        ignoreCase: options.ignore_case,
        ignorePunctuation: options.ignore_punctuation,
        ignoreNumbers: options.ignore_numbers,
      }),
  },
  "ROUGE": {
    draw: (random) => {
      const references = list(random, () => text(random, 20));
      return [near(random, references[0], () => text(random, 20)), references, !random.int(2)];
    },
    ours: (prediction: string, references: string[], stemmed: boolean) =>
      Object.values(rouge(prediction, references, { stemmed })).map(({ precision, recall, f1 }) => [
        ...[precision, recall, f1],
      ]),
  },
  "MATH, Hendrycks": {
    draw: (random) => {
      const answer = formula(random);
      return [near(random, answer, () => formula(random)), answer];
    },
    ours: (a: string, b: string) => hendrycksEquivalent(a, b, { reading: "lm-eval" }),
  },
  "MATH, boxed": { draw: (random) => [boxed(random)], ours: boxedAnswer },
  "MATH, Minerva's spelling": { draw: (random) => [formula(random)], ours: minervaNormal },
  "MATH, Minerva's answer": {
    draw: (random) => [
      random.pick(["", "so\n", "Final Answer: The final answer is 3. I hope it is correct.\n"]) +
      random.pick(["Final Answer: The final answer is ", "The final answer is ", "final answer: "]) +
      formula(random) +
      random.pick([". I hope it is correct.", ".", "", ". I hope", " I hope it is correct.", ".\n"]),
    ],
    ours: minervaAnswer,
  },
  "MATH, Minerva": {
    draw: (random) => {
      const answer = expression(random);
      const written = random.int(2) ? answer : expression(random);
      return [random.pick(["", "$", " ", "x="]) + written + random.pick(["", ".", "$", " ", " cm"]), answer];
    },
    ours: minervaEquivalent,
    share: 0.2,
  },
  "GSM8K": {
    draw: (
      random,
    ) => [worked(random), `Some steps.\n#### ${random.pick(["5", "1000", "-3", "18", "7", "0"])}`],
    ours: (written: string, gold: string) =>
      ["lm-eval strict-match", "lm-eval flexible-extract"].map((name) => {
        const answer = gold.split("#### ")[1];
        return (rule("gsm8k", name).grade({ answer }, written) as { score: number }).score;
      }),
  },
  "BBH": {
    draw: (random) => {
      const answer = random.pick(["(A)", "True", "no", "valid", "7", "] )", "a b c", "é"]);
      const said = random.pick([answer, answer, text(random, 2)]);
      const lead = random.pick(["So the answer is ", "the answer is ", "answer: ", "The answer is ", ""]);
      return [
        text(random, 3) + lead + said + random.pick([".", "", ".\n", " .", "\nthe answer is no."]),
        answer,
      ];
    },
    ours: (written: string, answer: string) =>
      (rule("bbh", "lm-eval get-answer").grade({ answer }, written) as { score: number }).score,
  },
  "pass@k": {
    draw: (random) => {
      const samples = 1 + random.int(300);
      return [samples, random.int(samples + 1), 1 + random.int(samples)];
    },
    ours: (samples: number, correct: number, k: number) => passAtK({ samples, correct, k }),
  },
  "choices": {
    draw: (random) => {
      const texts = Array.from({ length: 2 + random.int(4) }, () => text(random, 4).trim() || "x");
      return [texts.map(() => -30 * random.next()), texts, random.int(texts.length)];
    },
    ours: (logs: number[], texts: string[], gold: number) => {
      const choices = texts.map((choice) => ({ context: "Answer:", continuation: ` ${choice}` }));
      const { scores } = gradeChoices(
        { choices, gold },
        logs.map((logLikelihood) => ({ logLikelihood, tokens: 1 })),
      );
      return [scores.acc, scores.acc_norm, scores.acc_bytes];
    },
  },
  "signs": { draw: (random) => [random.int(60), 1 + random.int(60)], ours: signTest },
  "Wilson": {
    draw: (random) => {
      const n = 1 + random.int(500);
      return [random.int(n + 1), n];
    },
    ours: (right: number, n: number) => {
      const { low, high } = wilson(right, n);
      return [low, high];
    },
  },
  "Spearman": {
    draw: (random) => {
      const n = 4 + random.int(20);
      const values = () => Array.from({ length: n }, () => random.int(12));
      return [values(), values()];
    },
    ours: (a: number[], b: number[]) => spearman(a, b).estimate,
    share: 0.2,
  },
};

export default part({
  help: `metrics of answers beside lm-eval, rouge_score, torchmetrics and scipy, on odd texts
[NAME ...]   which: NAMES; default: all
--cases N    how many texts a metric; default 3000, about two minutes
MIDTRAIN_PEER_PYTHON must name a Python with them:
  python3 -m venv DIR && DIR/bin/pip install "lm-eval[math]==0.4.13" rouge-score scipy torch torchmetrics && export MIDTRAIN_PEER_PYTHON=DIR/bin/python`,
  flags: { cases: { min: 1 } },
  names: Object.keys(METRICS),
  async *verify({ cases = 3000 }, names, say) {
    const given = Object.fromEntries(names.map((name) => {
      const { draw, share = 1 } = METRICS[name];
      const random = new Random(`metrics/${name}`);
      return [name, Array.from({ length: Math.ceil(cases * share) }, () => draw(random))];
    }));
    const { libraries, scores } = await ask(given);
    for (const name of names) {
      yield row(name, libraries[name], { given: given[name], theirs: scores[name] }, say);
    }
  },
});

interface Answer {
  libraries: Record<string, string>;
  scores: Record<string, unknown[]>;
}

async function ask(given: Record<string, unknown[][]>): Promise<Answer> {
  const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
  const child = new Deno.Command(python, {
    args: [PEER],
    env: { HF_HUB_OFFLINE: "1" },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  // One that lacks a library ends before it has read all.
  const written = writer.write(new TextEncoder().encode(JSON.stringify(given))).then(() => writer.close())
    .catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await written;
  if (success) return JSON.parse(new TextDecoder().decode(stdout));
  const last = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  throw new Error(`Cannot verify as ${python} failed: ${last}`);
}

function row(
  name: string,
  library: string,
  { given, theirs }: { given: unknown[][]; theirs: unknown[] },
  say: (line: string) => void,
): VerifyRow {
  const raised = theirs.filter((found) => found === "error").length;
  const other = given.flatMap((args, i) => {
    if (theirs[i] === "error") return [];
    const ours = METRICS[name].ours(...args);
    return alike(ours, theirs[i]) ? [] : [{ args, ours, theirs: theirs[i] }];
  });
  for (const { args, ours, theirs } of other.slice(0, 10)) {
    say(
      `${name}: ${JSON.stringify(args)} gives ${JSON.stringify(ours)} here, ${JSON.stringify(theirs)} there`,
    );
  }
  const compared = given.length - raised;
  return claim(`${name}: texts that get the same`, library, {
    theirs: `${compared}`,
    ours: `${compared - other.length}`,
    allowed: raised > 0 ? `all; it raises on ${raised}` : "all",
    holds: other.length === 0 && compared > 0,
  });
}

/** Whether two values are the same, numbers to a millionth: some are in float32. */
function alike(ours: unknown, theirs: unknown): boolean {
  if (Array.isArray(ours)) {
    return Array.isArray(theirs) && ours.length === theirs.length &&
      ours.every((own, i) => alike(own, theirs[i]));
  }
  if (typeof ours === "string" || ours === null) {
    return theirs === ours || Number.isNaN(ours) && theirs === null;
  }
  if (theirs === null) return Number.isNaN(ours);
  return Math.abs(Number(ours) - Number(theirs)) < 1e-6;
}
