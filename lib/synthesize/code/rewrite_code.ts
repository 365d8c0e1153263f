import { bytesPerToken, inRange, ofKind, oneOf, takes, wholeNumber } from "../../base/mod.ts";
import { inPython } from "../_execute.ts";
import { pythonFault } from "../_python.ts";
import { lostAnswer } from "../_text_fault.ts";
import { copiedShare } from "../checks.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "../method.ts";
import { codeIn } from "./_code_in.ts";
import { formatted, lint } from "./_ruff.ts";

/** What a pass of rewriting is for. */
export type CodePass =
  /** Names, types, documentation, structure and errors as a good style guide asks for; what it does stays. */
  | "style"
  /** Nothing that is not in the text or the standard library, better algorithms, and something to learn from what is trivial. */
  | "self-contained";

/** Options of {@linkcode rewriteCode}. */
export interface RewriteCodeOptions {
  /** The passes in their order, each on what the one before wrote. @default {["style", "self-contained"]} */
  passes?: readonly CodePass[];
  /** The lowest lint score of a rewritten text, see `lintPython`. @default {7} */
  minScore?: number;
  /** The most tokens of a file, counted as four bytes each: longer ones are not rewritten, as they are rewritten whole. @default {2000} */
  maxFileTokens?: number;
  /** Sampling temperature. @default {0.3} */
  temperature?: number;
}

/**
 * Python rewritten to learn from, in the manner of SwallowCode (arXiv:2505.02881): a pass for style, then one that makes the
 * text stand alone, each in a round of its own; the prompts are in our words. Let `lintPython` go before, as there.
 *
 * Every pass must give Python that parses, has no undefined names and a lint score of at least `minScore`; what is to stand alone must
 * run to its end in the sandbox, with the standard library only. Accepted texts are formatted by ruff; `meta` holds `lint` with
 * the scores `before` and `after`, and `passes`. Rejected are answers without code (`malformed`), `does not parse`, `undefined names`,
 * `poor style` (with the lint score), `unchanged`, `shortened` (to less than a third), `needs packages`, `code fails`. Whether it does what the file did is
 * not checked: a style pass may rename what others call.
 *
 * @throws {RangeError} If an option is out of range, or a pass is unknown.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type ChatModel, rewriteCode, synthesize } from "midtrain/synthesize";
 *
 * const better = '"""Krill."""\n\nDAILY = 4\n\ndef krill(days: int) -> int:\n    """Tonnes that a whale eats."""\n    return DAILY*days';
 * const model: ChatModel = {
 *   name: "by hand",
 *   chat: () =>
 *     Promise.resolve({
 *       text: `~~~python\n${better}\n~~~`,
 *       finishReason: "stop",
 *       usage: { promptTokens: 100, completionTokens: 40 },
 *       cached: false,
 *     }),
 * };
 * const file = { id: "1", text: "def k(d): return 4*d", source: "code", meta: {} };
 * const [made] = await Array.fromAsync(synthesize([file], rewriteCode(), { model }));
 * assert.match(made.text, /\n\n\ndef krill\(days: int\) -> int:\n[^]*return DAILY \* days\n$/);
 * assert.deepEqual(made.meta.passes, ["style", "self-contained"]);
 * ```
 */
export function rewriteCode(options: RewriteCodeOptions = {}): Method {
  const cannot = "Cannot rewrite code";
  takes(cannot, options, "passes?, minScore?, maxFileTokens?, temperature?");
  const { passes = ["style", "self-contained"], minScore = 7, maxFileTokens = 2000, temperature = 0.3 } =
    options;
  ofKind(cannot, { passes }, "a list of texts");
  wholeNumber(cannot, { "the number of passes": passes.length }, ">= 1");
  for (const pass of passes) oneOf(cannot, { pass }, instructions);
  inRange(cannot, { minScore }, "in [0, 10]");
  wholeNumber(cannot, { maxFileTokens }, ">= 1");
  const ask = (pass: CodePass, code: string): Prompt => ({
    messages: [{
      role: "user",
      content: `${instructions[pass]} ${closing}\n\n\`\`\`python\n${code}\n\`\`\``,
    }],
    maxTokens: 300 + 2 * tokensOf(code),
    temperature,
    step: pass,
    part: code,
  });
  return {
    id: `code/rewrite/${passes.join("+")}@1`,
    settings: { minScore },
    kind: "distill",
    build({ text }) {
      const code = text.replaceAll("\r\n", "\n").trim();
      if (code === "" || tokensOf(code) > maxFileTokens || pythonFault(code) !== undefined) return [];
      return [ask(passes[0], code)];
    },
    ...(passes.length > 1
      ? {
        rounds: passes.length,
        async next(answers) {
          if (answers.length === passes.length || await faultOf(answers.at(-1)!, minScore)) return [];
          return [ask(passes[answers.length], codeIn(answers.at(-1)!).join("\n\n"))];
        },
      }
      : {}),
    async read(answers, document): Promise<(Accepted | Rejected)[]> {
      const last = answers.at(-1)!;
      const fault = await faultOf(last, minScore);
      if (fault) return [fault];
      const text = await formatted(codeIn(last).join("\n\n"));
      if (text.trim() === document.text.trim()) return [{ rejected: "unchanged", sample: text }];
      if (passes.includes("self-contained")) {
        const end = await inPython((run) => run(text));
        if (end === "unknown") return [{ rejected: "needs packages", sample: text }];
        if (end !== "ok") {
          const why = end.failure === "error" ? "" : ` (${end.failure})`;
          return [{ rejected: `code fails${why}`, sample: text }];
        }
      }
      const [before, after] = [await lint(document.text), await lint(text)];
      const scores = { before: Number(before.score.toFixed(2)), after: Number(after.score.toFixed(2)) };
      return [{ text, meta: { lint: scores, passes: [...passes] }, answer: answers.length - 1 }];
    },
  };
}

const instructions: Record<CodePass, string> = {
  "style":
    "Rewrite the Python below so that a demanding reviewer has nothing to say: names that tell what things are, type annotations, a docstring for each module, class and function, comments only where something is not obvious, functions that do one thing, errors that are caught where they can be handled and named otherwise, and no dead code. What it computes stays the same.",
  "self-contained":
    "Rewrite the Python below so that it stands alone and teaches something: whatever it takes from files or packages that are not in the standard library is written out in it or replaced, nothing is read from the network, from files or from input, slow algorithms and unfit data structures give way to better ones, and what is trivial becomes an example that is worth reading. Close with a short demonstration that runs by itself and ends.",
};
const closing = 'Write the whole of it in one fenced block begun with "```python".';

const encoder = new TextEncoder();

function tokensOf(code: string): number {
  return Math.ceil(encoder.encode(code).length / bytesPerToken);
}

/** Why what a pass wrote cannot be used, if so. */
async function faultOf(answer: Answer, minScore: number): Promise<Rejected | undefined> {
  const lostWhole = lostAnswer(answer);
  if (lostWhole) return lostWhole;
  const code = codeIn(answer).join("\n\n");
  const lost = (rejected: string) => ({ rejected, sample: answer.text });
  if (code.trim() === "") return lost("malformed");
  if (copiedShare(code, `${Object.values(instructions).join("\n")}\n${closing}`) > 0) {
    return lost("prompt echo");
  }
  const { fault, score, findings } = await lint(code);
  if (fault !== undefined) return lost("does not parse");
  if (findings.F821) return lost("undefined names");
  if (3 * code.length < answer.prompt.part!.length) return lost("shortened");
  return score < minScore
    ? { rejected: "poor style", sample: `${score.toFixed(2)}: ${answer.text}` }
    : undefined;
}
