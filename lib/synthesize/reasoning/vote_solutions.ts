import { inRange, must, oneOf, takes, wholeNumber } from "../../base/mod.ts";
import { problemOf } from "../_problem.ts";
import type { Accepted, Answer, Method, Rejected } from "../method.ts";
import { joinedChains, nextOfChains, samplesOf } from "./_chains.ts";
import { forms, sameAnswer, type SolutionForm, type Solved } from "./_solution_forms.ts";

/** Options of {@linkcode voteSolutions}. */
export interface VoteSolutionsOptions {
  /** In which form the problem is solved, and by what a solution is verified. @default {"arithmetic"} */
  form?: SolutionForm;
  /** How often it is solved. @default {5} */
  samples?: number;
  /** More than this share of the samples must come to one answer. @default {0.5} */
  agreement?: number;
  /** How many different solutions with that answer are kept. @default {1} */
  keep?: number;
  /** The most tokens of a solution in one round. @default {400} */
  maxTokens?: number;
  /** In how many rounds a solution that is longer goes on: `rounds * maxTokens` is its budget. Programs have one. @default {1} */
  rounds?: number;
  /** Sampling temperature; above 0, as equal samples always agree. @default {0.7} */
  temperature?: number;
}

/**
 * A problem solved several times, each solution verified, and the answer on which most of them agree
 * (self-consistency, arXiv:2203.11171). Only what holds has a vote: a solution whose equations are wrong, whose answer follows from none of them, or
 * whose program fails counts against agreement. Where `meta.answer` is known, the answer must be that one too.
 *
 * Long chains: with `rounds` above 1, a solution that is cut at `maxTokens` goes on in the next round from its last whole line, and in the last
 * one is told to come to the answer (as budget forcing does, arXiv:2501.19393). One that does not is `truncated`, and has no vote.
 *
 * Reads `meta.problem`, else the text. An accepted text is `Question: …`, the solution and `Answer: …`; `meta` holds `problem`, `solution`, `answer` (a number where it is one), `agreement`
 * (the share of all samples), `votes` (how many came to each answer) and `rounds` (of this solution). With `keep` there are as many texts as there are different solutions with that
 * answer: other equations, other words, another program. Rejected is a problem as `no agreement`, also where two answers have equally many votes, as `wrong answer`, or, where no sample has a vote,
 * by what most samples fail by.
 *
 * `solve` asks for one expression instead of a solution: cheaper, with nothing to learn from but the answer.
 *
 * Samples of the embedded model of 135M parameters, at the small setting of notebook 16, agree on nothing.
 *
 * @throws {RangeError} If an option is out of range.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Random, voteSolutions } from "midtrain/synthesize";
 *
 * const page = { id: "1", text: "Ada has 13 eggs and buys 25. How many has she?", source: "sums", meta: {} };
 * const method = voteSolutions({ samples: 3 }), prompts = method.build(page, new Random(1));
 * const texts = ["13 + 25 = 38\nAnswer: 38", "25 + 13 = 39\nAnswer: 39", "Both make 25 + 13 = 38.\nAnswer: 38"];
 * const [result] = await method.read(texts.map((text, at) => ({ prompt: prompts[at], text })), page);
 * assert("text" in result);
 * assert.deepEqual([result.meta!.answer, result.meta!.votes], [38, { 38: 2 }]);
 * ```
 */
export function voteSolutions(options: VoteSolutionsOptions = {}): Method {
  const cannot = "Cannot vote on solutions";
  takes(cannot, options, "form?, samples?, agreement?, keep?, maxTokens?, rounds?, temperature?");
  const { form = "arithmetic", samples = 5, agreement = 0.5, keep = 1, maxTokens = 400 } = options;
  const { rounds = 1, temperature = 0.7 } = options;
  oneOf(cannot, { form }, Object.keys(forms));
  wholeNumber(cannot, { samples, keep, maxTokens, rounds }, ">= 1");
  inRange(cannot, { agreement }, "in [0, 1)");
  inRange(cannot, { temperature }, "finite and >= 0");
  must(cannot, "rounds must be 1 where programs are written", rounds, form !== "python" || rounds === 1);
  must(cannot, "temperature must be > 0 where samples vote", temperature, samples === 1 || temperature > 0);
  const { instruction, example, read, write } = forms[form];
  return {
    id: `reasoning/vote-${form}@1`,
    settings: { agreement, keep, rounds },
    kind: "evolve",
    build(document) {
      const part = problemOf(document);
      if (part === "") return [];
      const messages = [
        { role: "user" as const, content: `${instruction}\n\nProblem:\n${example.problem}` },
        { role: "assistant" as const, content: example.solution },
        { role: "user" as const, content: `${instruction}\n\nProblem:\n${part}` },
      ];
      return samplesOf({ messages, maxTokens, temperature, part }, samples);
    },
    ...(rounds > 1
      ? {
        rounds,
        next: (answers: Answer[]) => nextOfChains(answers, { samples, rounds }),
      }
      : {}),
    async read(answers, document) {
      const problem = problemOf(document);
      const chains = joinedChains(answers, samples);
      const solved = await read(chains.map(({ answer }) => answer), problem);
      const sample = solved.map((one, at) =>
        `${chains[at].answer.text}\n→ ${"failure" in one ? one.failure : one.answer}`
      ).join("\n\n");
      const lost = (rejected: string): Rejected[] => [{ rejected, sample }];
      const ballot = await votesOf(solved);
      const [first, second] = ballot;
      if (first === undefined) return lost(commonest(solved));
      const share = first.voters.length / samples;
      if (share <= agreement || second?.voters.length === first.voters.length) return lost("no agreement");
      const known = document.meta.answer;
      const compared = typeof known === "number" || typeof known === "string";
      if (compared && !await sameAnswer(first.answer, String(known))) return lost("wrong answer");
      const votes = Object.fromEntries(ballot.map(({ answer, voters }) => [answer, voters.length]));
      const { answer } = first;
      return different(first.voters, keep).map(({ solution, at }): Accepted => ({
        text: `Question: ${problem}\n${write(solution)}\nAnswer: ${answer}`,
        meta: {
          problem,
          solution,
          answer: Number.isFinite(Number(answer)) ? Number(answer) : answer,
          agreement: share,
          votes,
          rounds: chains[at].rounds,
        },
        answer: chains[at].at,
      }));
    },
  };
}

interface Voter {
  solution: string;
  key: string;
  /** Which sample it is. */
  at: number;
}

/** The answers with those who came to them, most votes first; of as many, the one that came first. */
async function votesOf(solved: Solved[]): Promise<{ answer: string; voters: Voter[] }[]> {
  const votes: { answer: string; voters: Voter[] }[] = [];
  for (const [at, one] of solved.entries()) {
    if ("failure" in one) continue;
    const { answer, solution, key } = one;
    let place: { answer: string; voters: Voter[] } | undefined;
    for (const known of votes) if (!place && await sameAnswer(known.answer, answer)) place = known;
    if (!place) votes.push(place = { answer, voters: [] });
    place.voters.push({ solution, key, at });
  }
  return votes.toSorted((a, b) => b.voters.length - a.voters.length);
}

function commonest(solved: Solved[]): string {
  const causes = Map.groupBy(solved, (one) => "failure" in one ? one.failure : "");
  return [...causes].toSorted(([, a], [, b]) => b.length - a.length)[0][0];
}

/** The first so many that differ. */
function different(voters: Voter[], count: number): Voter[] {
  const seen = new Map<string, Voter>();
  for (const voter of voters) if (!seen.has(voter.key)) seen.set(voter.key, voter);
  return [...seen.values()].slice(0, count);
}
