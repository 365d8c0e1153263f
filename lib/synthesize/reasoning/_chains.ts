import { cleanAnswer } from "../answer.ts";
import type { Answer, Prompt } from "../method.ts";

// A sample that is not at its end when its tokens are used up goes on in the next round.

const stepOf = (sample: number) => `solution ${sample}`;

/** The first prompt of each sample, so that the answers of later rounds are told apart. */
export function samplesOf(prompt: Prompt, samples: number): Prompt[] {
  return Array.from({ length: samples }, (_, at) => ({ ...prompt, step: stepOf(at) }));
}

/** The answers of each sample, in the order of the rounds. */
function chainsOf(answers: Answer[], samples: number): { answer: Answer; at: number }[][] {
  const found = answers.map((answer, at) => ({ answer, at }));
  return Array.from(
    { length: samples },
    (_, sample) => found.filter(({ answer }) => answer.prompt.step === stepOf(sample)),
  );
}

/** What goes on with the samples that are not at their end; the last round says that it is the last. */
export function nextOfChains(
  answers: Answer[],
  { samples, rounds }: { samples: number; rounds: number },
): Prompt[] {
  return chainsOf(answers, samples).flatMap((chain) => {
    const { answer: { prompt, fault } } = chain.at(-1)!;
    if (fault !== "truncated" || chain.length === rounds) return [];
    const first = chain[0].answer.prompt;
    const said = chain.length === rounds - 1 ? lastRound : goOn;
    const messages = [
      ...first.messages,
      { role: "assistant" as const, content: joined(chain.map(({ answer }) => answer)) },
      { role: "user" as const, content: said },
    ];
    return [{ ...prompt, messages }];
  });
}

/** Each sample as one answer, with the last of its answers that it is made of. */
export function joinedChains(
  answers: Answer[],
  samples: number,
): { answer: Answer; at: number; rounds: number }[] {
  return chainsOf(answers, samples).map((chain) => {
    const { answer, at } = chain.at(-1)!;
    if (chain.length === 1) return { answer, at, rounds: 1 };
    const written = joined(chain.map(({ answer }) => answer));
    return { answer: { ...answer, text: cleanAnswer(written), written }, at, rounds: chain.length };
  });
}

/** What was written in all rounds; but for the last, whole lines or sentences of it. */
function joined(answers: Answer[]): string {
  return answers.map(({ text, written = text, fault }) =>
    fault === "truncated" ? wholeLines(written) : written
  )
    .join("\n");
}

function wholeLines(text: string): string {
  const line = text.trimEnd().lastIndexOf("\n");
  if (line > 0) return text.slice(0, line).trimEnd();
  const [, sentences] = /^([^]*[.!?])\s/.exec(text) ?? [];
  return sentences ?? text.trimEnd();
}

const goOn = "Go on where you stopped, and repeat nothing.";
const lastRound =
  "Go on where you stopped, and repeat nothing. There is little room left: come to the answer now, and close as you were told.";
