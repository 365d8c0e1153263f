import { answered, type Loose, type Mistake, page } from "./_mistakes.ts";

const { compareMethods, studentChats, subjectPairs, subjectTeacher }: Loose = await import(
  "midtrain/synthesize"
);
const { methodMeasures }: Loose = await import("midtrain/figure");

const model = subjectTeacher();
const method = subjectPairs();

const mistakes: Mistake[] = [
  [
    () => subjectPairs([page]),
    "Cannot ask for subjects as its options must be an object: current value is a list",
  ],
  [
    () => subjectPairs({ maxPairs: 1 }),
    "Cannot ask for subjects as there is no option maxPairs: known are maxPartTokens, minWords, maxAnswerWords",
  ],
  [
    () => subjectPairs({ maxAnswerWords: 0 }),
    "Cannot ask for subjects as maxAnswerWords must be a whole number >= 1: current value is 0",
  ],
  [
    () => subjectPairs({ minWords: "8" }),
    'Cannot ask for subjects as minWords must be a whole number >= 0: current value is the text "8"',
  ],
  [
    () => studentChats([page], method).next(),
    "Cannot write a student's chats as its options must be an object with documents: current value is undefined",
  ],
  [
    () => studentChats([page], subjectPairs, { documents: [page] }).next(),
    "Cannot write a student's chats as method must be an object with id, build, read: current value is the function subjectPairs",
  ],
  [
    () => studentChats([page], method, { documents: page }).next(),
    "Cannot write a student's chats as documents must be a list of objects with id, text: current value is an object with id, text, source, meta: one alone goes in [ ]",
  ],
  [
    () => studentChats([page], method, { documents: [page] }).next(),
    "Cannot write a student's chats of a as its document must be among documents: current value is no lineage",
  ],
  [
    () => studentChats("accepted.jsonl", method, { documents: [page] }).next(),
    "Cannot write a student's chats as accepted must be a list or another iterable: current value is a text: give the values, not a path or a name",
  ],
  [
    () => studentChats([page], method, { documents: [page], system: 1 }).next(),
    "Cannot write a student's chats as system must be a text: current value is 1",
  ],
  [
    () => compareMethods({ a: method, b: method }, [page]),
    "Cannot compare methods as its options must be an object with model: current value is undefined",
  ],
  [
    () => compareMethods([method, method], page, { model }),
    "Cannot compare methods as methods must be an object: current value is a list",
  ],
  [
    () => compareMethods({ a: method, b: subjectPairs }, [page], { model }),
    "Cannot compare methods as the method of b must be an object with id, build, read: current value is the function subjectPairs",
  ],
  [
    () => compareMethods({ a: method, b: model }, [page], { model }),
    "Cannot compare methods as the method of b must be an object with id, build, read: it lacks id, build, read and has name, chat",
  ],
  [
    () => compareMethods({ a: method }, [page], { model }),
    "Cannot compare methods as there must be two methods: current value is 1",
  ],
  [
    () => compareMethods({ a: method, b: method }, [], { model }),
    "Cannot compare methods as there must be a document: current value is 0",
  ],
  [
    () => compareMethods({ a: method, b: method }, [page], { model, proxy: "1M" }),
    "Cannot compare methods as proxy must be a function: current value is a text: give the function itself",
  ],
  [
    () => compareMethods({ a: method, b: method }, [page], { model, folder: "out" }),
    "Cannot compare methods as there is no option folder: known are model, accept, budget, price, workers, seed, signal, onProgress, judge, judgedPairs, embed, proxy, tokenizer",
  ],
  [
    () => compareMethods({ a: method, b: method }, [page], { model, judgedPairs: 0 }),
    "Cannot compare methods as judgedPairs must be a whole number >= 1: current value is 0",
  ],
  [
    () => methodMeasures({ name: "a", gain: 1 }),
    "Cannot draw methods as data must be a list of objects with name: current value is an object with name, gain: one alone goes in [ ]",
  ],
  [
    () => methodMeasures([{ name: "a", gain: 1 }], { titel: "b" }),
    "Cannot draw methods as there is no option titel: did you mean title?",
  ],
  [() => methodMeasures([]), "Cannot draw methods as there must be a method: there is none"],
];

answered(mistakes);
