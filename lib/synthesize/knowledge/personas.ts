import { must, Random, takes, wholeNumber } from "../../base/mod.ts";

/** Options of {@linkcode personas}. */
export interface PersonasOptions {
  /** How many. */
  count: number;
  /** Names the random stream. @default {1} */
  seed?: number | string;
}

/**
 * People who ask, put together by a program from an occupation, a place and what they know of the matter: several thousand, each once. The
 * first so many are the same however many there are.
 *
 * Persona-Hub (arXiv:2406.20094) has a model write a billion of them off web pages; these are ours, and no model's.
 *
 * @throws {RangeError} If there are not so many.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { personas } from "midtrain/synthesize";
 *
 * const [first, second] = personas({ count: 2, seed: 1 });
 * assert.match(first, /^an? .+, who .+$/);
 * assert.notEqual(first, second);
 * ```
 */
export function personas(options: PersonasOptions): string[] {
  const cannot = "Cannot put personas together";
  takes(cannot, options, "count, seed?");
  const { count, seed = 1 } = options;
  wholeNumber(cannot, { count }, ">= 0");
  const all = occupations.length * places.length * levels.length;
  must(cannot, `count must be at most ${all}, as there are no more`, count, count <= all);
  const order = new Random(seed).shuffle(Array.from({ length: all }, (_, at) => at));
  return order.slice(0, count).map((at) => {
    const occupation = occupations[at % occupations.length];
    const rest = Math.floor(at / occupations.length);
    const article = /^[aeiou]/.test(occupation) ? "an" : "a";
    return `${article} ${occupation} ${places[rest % places.length]}, ${
      levels[Math.floor(rest / places.length)]
    }`;
  });
}

const occupations = [
  "accountant",
  "actor",
  "apprentice electrician",
  "architect",
  "baker",
  "beekeeper",
  "bookseller",
  "bus driver",
  "carpenter",
  "chemist",
  "child of eleven",
  "choir leader",
  "civil engineer",
  "court clerk",
  "dairy farmer",
  "dentist",
  "fisher",
  "forester",
  "gardener",
  "geography teacher",
  "grandmother of six",
  "hairdresser",
  "historian",
  "house painter",
  "interpreter",
  "journalist",
  "judge",
  "kindergarten teacher",
  "librarian",
  "locksmith",
  "midwife",
  "museum guide",
  "nurse",
  "office cleaner",
  "paramedic",
  "pharmacist",
  "physicist",
  "police officer",
  "potter",
  "programmer",
  "retired sailor",
  "school cook",
  "sheep farmer",
  "shop assistant",
  "social worker",
  "student of law",
  "tailor",
  "tax adviser",
  "train driver",
  "union secretary",
  "veterinarian",
  "watchmaker",
  "weather forecaster",
  "welder",
];

const places = [
  "at a border crossing",
  "at a school in the suburbs",
  "in a city that was flooded last year",
  "in a former mining town",
  "in a harbour town",
  "in a hospital in the provinces",
  "in a mountain village",
  "in a small family business",
  "in a tower block",
  "in a town where everybody knows everybody",
  "in the capital",
  "in the desert",
  "in the far north",
  "in the rice fields of a river delta",
  "near a nature reserve",
  "new to the country",
  "on a ferry",
  "on an island with one shop",
  "with a long way to work",
  "with three small children",
];

const levels = [
  "who has never heard of the matter",
  "who learnt of it at school and has forgotten most",
  "who reads about it now and then",
  "who has to decide something by it this week",
  "who deals with it at work",
  "who has studied it for years and doubts what others say",
];
