import type { ChoicesAsked } from "../benchmark.ts";
import type { ChoiceQuestion } from "./_olmes.ts";

/** Whose forms these are. */
export const LM_EVAL = "lm-eval 0.4.13";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The texts of the answers behind the question; examples parted by an empty line, an answer by a space. */
export function textOfChoices(
  { cue }: { cue: string },
): (item: ChoiceQuestion, shots: readonly ChoiceQuestion[]) => ChoicesAsked {
  return ({ question, choices, gold }, shots) => {
    const front = shots.map((shot) => `${shot.question}${cue} ${shot.choices[shot.gold]}`);
    const context = [...front, question + cue].join("\n\n");
    return { choices: choices.map((choice) => ({ context, continuation: ` ${choice}` })), gold };
  };
}

/** The letters of the answers, listed below the question. */
export function lettersOfChoices(
  { description }: { description: (item: ChoiceQuestion) => string },
): (item: ChoiceQuestion, shots: readonly ChoiceQuestion[]) => ChoicesAsked {
  const listed = ({ question, choices }: ChoiceQuestion) =>
    [question, ...choices.map((choice, i) => `${LETTERS[i]}. ${choice}`), "Answer:"].join("\n");
  return (item, shots) => {
    const front = shots.map((shot) => `${listed(shot)} ${LETTERS[shot.gold]}`);
    const context = description(item) + [...front, listed(item)].join("\n\n");
    return {
      choices: item.choices.map((_, i) => ({ context, continuation: ` ${LETTERS[i]}` })),
      gold: item.gold,
    };
  };
}
