import { answered, type Loose, type Mistake } from "./_mistakes.ts";

const { readingComprehension }: Loose = await import("midtrain/synthesize");

const mistakes: Mistake[] = [
  [
    () => readingComprehension("span"),
    "Cannot ask for reading comprehension as its options must be an object: current value is a text",
  ],
  [
    () => readingComprehension({ kinds: "span" }),
    "Cannot ask for reading comprehension as kinds must be a list of texts: current value is a text: give the values, not a path or a name",
  ],
  [
    () => readingComprehension({ kinds: ["cloze"] }),
    "Cannot ask for reading comprehension as kind must be one of span, yes-no, choice, explanation: current value is cloze",
  ],
  [
    () => readingComprehension({ kinds: ["span", "span"] }),
    'Cannot ask for reading comprehension as kinds must differ: "span" stands twice',
  ],
  [
    () => readingComprehension({ kinds: [] }),
    "Cannot ask for reading comprehension as the number of kinds must be a whole number >= 1: current value is 0",
  ],
];

answered(mistakes);
