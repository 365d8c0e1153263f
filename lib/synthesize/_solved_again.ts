import { Random } from "../base/mod.ts";
import type { Document } from "../data/mod.ts";
import type { Accepted, Answer, Method, Prompt, Rejected } from "./method.ts";

/** How a written problem is held to what is found by solving it again. */
export interface SolvedAgain {
  /** Reads the answer of the first round: a text whose `meta` holds `problem` and `answer`. */
  readProblem: (answer: Answer) => Accepted | Rejected | Promise<Accepted | Rejected>;
  /** Solves the problem from its words alone; none where it is not solved again. */
  solver: Method | undefined;
  /** How many prompts the solver has for a problem. */
  samples: number;
  /** What of the solver's `meta` is kept. */
  keep: readonly string[];
}

/**
 * The rounds and the reading of a method that writes problems with answers in the first round, and has each solved again in the second: by
 * `solve` or `voteSolutions`, which take the answer from `meta` and reject what is another one.
 */
export function solvedAgain(
  { readProblem, solver, samples, keep }: SolvedAgain,
): Pick<Method, "rounds" | "next" | "read"> {
  // Prompts of the first round have no step.
  const isAgain = ({ prompt }: Answer) => prompt.step !== undefined;
  const readFirst = (answers: Answer[]) =>
    Promise.all(
      answers.filter((one) => !isAgain(one)).map(async (one, at) => ({
        ...await readProblem(one),
        answer: at,
      })),
    );
  if (!solver) return { read: readFirst };
  return {
    rounds: 2,
    async next(answers, document): Promise<Prompt[]> {
      if (answers.some(isAgain)) return [];
      return (await readFirst(answers)).flatMap((read, at) =>
        "rejected" in read
          ? []
          : solver.build(problemDocument(read, document, at), new Random(at)).map((prompt) => ({
            ...prompt,
            step: prompt.step ?? "solve",
          }))
      );
    },
    async read(answers, document) {
      const again = answers.filter(isAgain);
      const results: (Accepted | Rejected)[] = [];
      for (const [at, one] of (await readFirst(answers)).entries()) {
        if ("rejected" in one) {
          results.push(one);
          continue;
        }
        const own = again.splice(0, samples);
        const [verdict] = await solver.read(own, problemDocument(one, document, at));
        if ("rejected" in verdict) {
          results.push(verdict);
          continue;
        }
        const found = Object.fromEntries(keep.map((name) => [name, verdict.meta![name]]));
        results.push({ ...one, meta: { ...one.meta, ...found } });
      }
      return results;
    },
  };
}

/** A problem as its solver takes it. */
function problemDocument({ meta }: Accepted, document: Document, at: number): Document {
  return { id: `${document.id}/${at}`, text: String(meta!.problem), source: "", meta: { ...meta } };
}
