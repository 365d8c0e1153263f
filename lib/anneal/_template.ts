import { must } from "../base/mod.ts";
import { kindOf, type Part } from "./_tokenizer_json.ts";

/** The ids that stand around a text on request, as a model was trained to see them. */
export interface Template {
  before: readonly number[];
  after: readonly number[];
}

const NONE: Template = { before: [], after: [] };

/** By the names that `tokenizer.json` gives them. */
const POST_PROCESSORS: Readonly<Record<string, (part: Part, cannot: string) => Template>> = {
  // It moves what tokens are said to stand for, and no id.
  ByteLevel: () => NONE,
  TemplateProcessing: templateProcessing,
  BertProcessing: ({ cls, sep }, cannot) => pairOf(cls, sep, cannot),
  RobertaProcessing: ({ cls, sep }, cannot) => pairOf(cls, sep, cannot),
  Sequence: ({ processors }, cannot) => {
    must(cannot, "the processors of Sequence must be a list", processors, Array.isArray(processors));
    const templates = (processors as Part[]).map((part) => templateOf(part, cannot));
    return {
      before: templates.toReversed().flatMap(({ before }) => before),
      after: templates.flatMap(({ after }) => after),
    };
  },
};

/**
 * What the `post_processor` of a `tokenizer.json` puts around a text.
 *
 * @throws {RangeError} If it is of a kind that is not read here.
 */
export function templateOf(part: Part | null, cannot: string): Template {
  return part === null ? NONE : kindOf(POST_PROCESSORS, part, "post_processor", cannot)(part, cannot);
}

interface Piece {
  SpecialToken?: { id: string };
  Sequence?: { id: string };
}

function templateProcessing({ single, special_tokens: tokens }: Part, cannot: string): Template {
  const pieces = single as Piece[];
  const at = Array.isArray(pieces) ? pieces.findIndex(({ Sequence }) => Sequence?.id === "A") : -1;
  must(cannot, "the single of TemplateProcessing must have a Sequence A", single, at >= 0);
  const idsOf = (pieces: readonly Piece[]) =>
    pieces.flatMap(({ SpecialToken }) => {
      const ids = (tokens as Record<string, { ids?: unknown }>)?.[SpecialToken?.id ?? ""]?.ids;
      must(
        cannot,
        "a SpecialToken of TemplateProcessing must have ids",
        SpecialToken?.id,
        Array.isArray(ids),
      );
      return ids as number[];
    });
  return { before: idsOf(pieces.slice(0, at)), after: idsOf(pieces.slice(at + 1)) };
}

function pairOf(cls: unknown, sep: unknown, cannot: string): Template {
  const idOf = (pair: unknown) => {
    const id = Array.isArray(pair) ? pair[1] : undefined;
    must(cannot, "the cls and sep of its post_processor must have ids", pair, Number.isSafeInteger(id));
    return id as number;
  };
  return { before: [idOf(cls)], after: [idOf(sep)] };
}
