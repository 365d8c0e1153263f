import { inRange, ofKind, takes, wholeNumber } from "../../base/mod.ts";
import type { Document } from "../../data/mod.ts";
import type { Answer, Method, Prompt } from "../method.ts";
import { offeredTools, opening, play, type Played } from "./_play.ts";
import { judged } from "./_trajectory.ts";
import type { Environment } from "./environment.ts";
import { office } from "./office.ts";
import { taskOf } from "./task.ts";

/** Options of {@linkcode playTasks}. */
export interface PlayTasksOptions {
  /** Where the tasks are played. @default {office} */
  // deno-lint-ignore no-explicit-any -- its state is its own
  environment?: Environment<any>;
  /** The most calls of a trajectory; one that needs more is lost. @default {16} */
  maxSteps?: number;
  /** The most tokens of each turn. @default {512} */
  maxTokens?: number;
  /** Sampling temperature. @default {0.7} */
  temperature?: number;
}

/**
 * Trajectories of a model that works on tasks: turn by turn it calls tools, which run on the simulated state, and reads what
 * they give. A trajectory is kept only if the state at its end is the one to which the task's reference program leads
 * (as τ-bench grades, arXiv:2406.12045), whatever the model says of it. Nothing that it calls has an effect anywhere else.
 *
 * Causes of loss: `malformed call` (no JSON, or not what the tool takes; nothing is repaired), `unknown tool`, `forbidden way`,
 * `too many steps`, `endless loop` (one call thrice on one state), `answer without state` (it says that it is done, and
 * nothing has changed), `wrong final state`, and those of every text. A call that a tool refuses is no loss: it is read, and may be
 * mended.
 *
 * The model must take tools: an endpoint that does, or the embedded one, to which they are written as text.
 *
 * A new text is the conversation; `meta` holds `messages` and `tools` in OpenAI's form, `responses` (the parts of the text that the
 * model wrote, as `chatDocuments` of `midtrain/anneal` has them), `steps` and `refused`. `trainingRecords` writes them for trainers. A journal
 * goes by the task's id and instruction.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { agentTasks, type ChatModel, playTasks, synthesize } from "midtrain/synthesize";
 *
 * const tasks = await agentTasks({ count: 1, seed: 1, templates: ["word-problem"] });
 * const usage = { promptTokens: 9, completionTokens: 9 };
 * const model: ChatModel = {
 *   name: "boaster",
 *   chat: () => Promise.resolve({ text: "It is done.", finishReason: "stop", usage, cached: false }),
 * };
 * const run = synthesize(tasks, playTasks(), { model });
 * assert.deepEqual(await Array.fromAsync(run), []);
 * assert.deepEqual(run.report.rejected, { "answer without state": 1 });
 * ```
 */
export function playTasks(options: PlayTasksOptions = {}): Method {
  const cannot = "Cannot play tasks";
  takes(cannot, options, "environment?, maxSteps?, maxTokens?, temperature?");
  const { environment = office, maxSteps = 16, maxTokens = 512, temperature = 0.7 } = options;
  ofKind(cannot, { environment }, "an object with name, tools, canonical");
  wholeNumber(cannot, { maxSteps, maxTokens }, ">= 1");
  inRange(cannot, { temperature }, ">= 0");
  const playedBy = (answers: readonly Answer[], document: Document): Promise<Played> =>
    play(environment, taskOf(document, environment), answers.map(turnOf), { maxCalls: maxSteps });
  const asking = ({ messages }: Pick<Played, "messages">, document: Document): Prompt => ({
    messages,
    maxTokens,
    temperature,
    tools: offeredTools(environment, taskOf(document, environment)),
  });
  return {
    id: "agents/play@1",
    kind: "distill",
    settings: { environment: environment.name, maxSteps },
    rounds: maxSteps + 1,
    build(document) {
      return [asking({ messages: opening(taskOf(document, environment)) }, document)];
    },
    async next(answers, document) {
      if (faultOf(answers) || answers.length > maxSteps) return [];
      const played = await playedBy(answers, document);
      return played.over || played.rejected ? [] : [asking(played, document)];
    },
    async read(answers, document) {
      const fault = faultOf(answers);
      if (fault) return [{ rejected: fault, sample: answers.at(-1)!.text }];
      return [await judged(environment, taskOf(document, environment), await playedBy(answers, document))];
    },
  };
}

/** Why the last answer is no turn, if it is none. What an agent says of its work at the end is no note to a reader. */
function faultOf(answers: readonly Answer[]): string | undefined {
  const { fault } = answers.at(-1)!;
  return fault === "note to the reader" ? undefined : fault;
}

function turnOf({ text, toolCalls = [] }: Answer) {
  return { text, calls: toolCalls };
}
