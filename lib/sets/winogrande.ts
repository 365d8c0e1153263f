import { documentId, readJsonl } from "../data/mod.ts";
import { type PublicSet, publicSet } from "./public_set.ts";

/** A sentence with a gap that one of two names fills. */
export interface WinograndeSentence {
  /** Made of its split and its place there: the set names none. */
  id: string;
  /** The sentence, with `_` for the gap. */
  sentence: string;
  /** The two names. */
  choices: [string, string];
  /** Which of them is right, from 0. */
  answer: number;
  /** The split. */
  split: "validation";
}

/** WinoGrande XL's 1,267 validation sentences (arXiv 1907.10641). */
export const winogrande: PublicSet<WinograndeSentence> = publicSet({
  name: "winogrande",
  title: "WinoGrande XL, validation: pronouns to resolve",
  licence: "CC-BY",
  origin: { kind: "derived", folder: "winogrande", from: "allenai/winogrande" },
  files: {
    "winogrande_xl.validation.jsonl": "b9bb62a45b0fda63a7d5e001c67cba8747611a6d91a482c30c3572259bab8482",
  },
  async *read(set) {
    let at = 0;
    for await (const record of readJsonl(await set.file("winogrande_xl.validation.jsonl"))) {
      const { sentence, option1, option2, answer } = record as Record<string, string>;
      yield {
        id: documentId("winogrande/validation", at++),
        sentence,
        choices: [option1, option2],
        answer: Number(answer) - 1,
        split: "validation",
      };
    }
  },
});
