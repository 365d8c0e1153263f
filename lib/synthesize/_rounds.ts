import { must } from "../base/mod.ts";
import { ask, type Asked } from "./_ask.ts";
import type { Endpoint } from "./_endpoint.ts";
import type { Journal } from "./_journal.ts";
import { type CheckedOptions, checkPrompts, type Size, sizeOf, type Task, times } from "./_task.ts";
import type { Method } from "./method.ts";

/** What rounds are asked by. */
export interface Asking {
  method: Method;
  endpoint: Endpoint;
  options: CheckedOptions;
  journal: Journal | undefined;
  /** Called before each round but the first with what it may take, and what all that are left may. @throws to end it there */
  onRound: (now: Size, left: Size) => void;
}

/**
 * Ask all that a method has to ask about a document, round after round: the answers in the order of their prompts. Answers that
 * others follow go to the journal before these are asked, so that a stopped run pays for none of them twice.
 */
export async function askRounds(task: Task, asking: Asking): Promise<Asked[]> {
  const { method, endpoint, options, journal, onRound } = asking;
  const { retries, reasoningTokens, extraTokens, body } = options;
  const { document, stream: name, key, roomy } = task;
  const stream = { name, retries, reasoningTokens, extraTokens, body, roomy };
  const { rounds = 1 } = method;
  const asked: Asked[] = [];
  let { prompts } = task;
  for (let round = 1;; round++) {
    const place = `${key}/${task.round}/${round}`;
    const from = asked.length;
    const kept = method.next && journal?.round(place);
    const known = kept?.length === prompts.length
      ? kept.map((one, at) => ({ ...one, answer: { ...one.answer, prompt: prompts[at] } }))
      : undefined;
    asked.push(
      ...known ??
        await Promise.all(prompts.map((prompt, at) => ask(endpoint, prompt, { ...stream, at: from + at }))),
    );
    const next = await method.next?.(asked.map(({ answer }) => answer), document) ?? [];
    checkPrompts(method.id, next);
    if (next.length === 0) return asked;
    const rule = `next must give no prompts after round ${rounds}, its last`;
    must(`Cannot synthesize by ${method.id}`, rule, `${next.length} prompts`, round < rounds);
    if (!known) {
      const answers = asked.slice(from).map(({ answer: { prompt: _, ...answer }, usage, seed }) => ({
        answer,
        usage,
        seed,
      }));
      await journal?.putRound(place, answers);
    }
    const now = sizeOf(next, options);
    onRound(now, times(now, rounds - round));
    prompts = next;
  }
}
