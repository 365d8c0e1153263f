import type { Json } from "../data/mod.ts";
import { isLogprob, readEcho } from "./_read_echo.ts";
import { RequestError } from "./errors.ts";
import type { RatedToken } from "./model.ts";

/** How far the probabilities that a row names may add up beyond 1: servers round. */
const SLACK = 1e-3;

/** The question of a text's tokens and the `top` likeliest in the place of each. */
export function nextTokensBody(prompt: string | readonly number[], top: number): { [key: string]: Json } {
  const given = typeof prompt === "string" ? prompt : [...prompt];
  // The last is vLLM's: texts do not tell all ids apart.
  return {
    ...{ prompt: given, max_tokens: 1, temperature: 0, echo: true, logprobs: top },
    return_tokens_as_token_ids: true,
  };
}

/**
 * The answer to it.
 *
 * @throws {RequestError} If it does not name each token, with the `top` likeliest of all but the first.
 */
export function readNextTokens(said: Json, top: number, address: string): RatedToken[] {
  const refuse = (reason: string) =>
    new RequestError(
      `Cannot take the likeliest tokens from ${address} as it does not echo a prompt with them: ${reason}`,
      { code: "no_prompt_logprobs" },
    );
  const { tokens, names, top: rows } = readEcho(said, refuse);
  return Array.from({ length: tokens }, (_, i) => {
    const name: unknown = names[i];
    if (typeof name !== "string") throw refuse(`token ${i} has no name`);
    if (i === 0) return { token: idOrText(name), top: [] };
    const likeliest = Object.entries(rows[i] ?? {}).sort(([, a], [, b]) => b - a).slice(0, top);
    if (likeliest.length < top) {
      throw refuse(`${likeliest.length} of ${top} are given in place of token ${i}`);
    }
    const wrong = likeliest.find(([, logprob]) => !isLogprob(logprob));
    if (wrong) throw refuse(`in place of token ${i} the log-probability of ${wrong[0]} is ${wrong[1]}`);
    const sum = likeliest.reduce((sum, [, logprob]) => sum + Math.exp(logprob), 0);
    if (sum > 1 + SLACK) throw refuse(`the probabilities in place of token ${i} add up to ${sum.toFixed(3)}`);
    return { token: idOrText(name), top: likeliest.map(([name, logprob]) => [idOrText(name), logprob]) };
  });
}

function idOrText(name: string): number | string {
  const [, id] = /^token_id:(\d+)$/.exec(name) ?? [];
  return id === undefined ? name : Number(id);
}
