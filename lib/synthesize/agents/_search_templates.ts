import type { Random } from "../../base/mod.ts";
import { arithmeticProblems } from "../arithmetic.ts";
import { between, call, people, some, type Template } from "./_draft.ts";

const places = [
  "Harbour Museum",
  "Glass Library",
  "Hill Observatory",
  "Old Mint",
  "Paper Mill",
  "Rope Works",
  "Salt House",
];

interface Place {
  name: string;
  founded: number;
  director: string;
  ticket: number;
  opens: number;
}

/** Pages on places that there are nowhere, so that no model knows them. */
function guide(random: Random): { found: Place[]; search: { pages: { title: string; text: string }[] } } {
  const found = some(random, places, 5).map((name) => ({
    name,
    founded: between(random, 1840, 1990),
    director: random.pick(people),
    ticket: between(random, 3, 19),
    opens: between(random, 8, 11),
  }));
  const pages = found.map(({ name, founded, director, ticket, opens }) => ({
    title: name,
    text:
      `The ${name} was founded in ${founded}. Its visitors come from near and far, and most stay for an hour. ${director} directs it. A ticket costs ${ticket} euros, and the doors open at ${opens}:00 every day but Monday.`,
  }));
  return { found, search: { pages } };
}

/** A fact, looked up. */
const lookUp: Template = (random) => {
  const { found, search } = guide(random);
  const place = random.pick(found);
  const [question, answer] = random.pick<[string, string | number]>([
    [`In which year was the ${place.name} founded?`, place.founded],
    [`Who directs the ${place.name}?`, place.director],
    [`How many euros does a ticket to the ${place.name} cost?`, place.ticket],
  ]);
  return {
    instruction: `${question} Look it up and hand in the answer alone.`,
    state: { search, answer: { answer: null } },
    reference: [
      call("search", { query: place.name }),
      call("open_page", { title: place.name }),
      call("submit_answer", { answer }),
    ],
  };
};

/** Two facts and what they make together. */
const compare: Template = (random) => {
  const { found, search } = guide(random);
  const [a, b] = some(random, found, 2).toSorted((a, b) => a.founded - b.founded);
  const visitors = between(random, 2, 9);
  const [question, expression, answer] = random.pick<[string, string, number]>([
    [
      `How many years lie between the foundation of the ${a.name} and that of the ${b.name}?`,
      `${b.founded} - ${a.founded}`,
      b.founded - a.founded,
    ],
    [
      `How many euros do ${visitors} people pay who visit both the ${a.name} and the ${b.name}?`,
      `${visitors} * (${a.ticket} + ${b.ticket})`,
      visitors * (a.ticket + b.ticket),
    ],
  ]);
  return {
    instruction: `${question} Look the facts up, compute, and hand in the number.`,
    state: { search, calculator: {}, answer: { answer: null } },
    reference: [
      ...[a, b].flatMap(({ name }) => [call("search", { query: name }), call("open_page", { title: name })]),
      call("calculate", { expression }),
      call("submit_answer", { answer }),
    ],
  };
};

/** A visit in the calendar, at the hour that the page says. */
const planVisit: Template = (random) => {
  const { found, search } = guide(random);
  const { name, opens } = random.pick(found);
  const day = random.pick(["2026-03-03", "2026-03-04", "2026-03-05"]);
  const start = `${day}T${String(opens).padStart(2, "0")}:00`;
  const title = `Visit to the ${name}`;
  const events = [{ id: 1, title: "Dentist", start: `${day}T16:00`, minutes: 30 }];
  return {
    instruction:
      `Find out when the ${name} opens, and put "${title}" into my calendar on ${day} at that hour, for 90 minutes.`,
    state: { search, calendar: { today: "2026-03-02", events } },
    reference: [
      call("search", { query: `${name} opens` }),
      call("open_page", { title: name }),
      call("create_event", { title, start, minutes: 90 }),
    ],
  };
};

/** A word problem, computed and not guessed. */
const compute: Template = (random) => {
  const [{ meta }] = arithmeticProblems({ count: 1, seed: random.uint32() });
  return {
    instruction: `${meta.problem} Use the calculator and hand in the number.`,
    state: { calculator: {}, answer: { answer: null } },
    reference: [
      call("calculate", { expression: meta.program }),
      call("submit_answer", { answer: meta.answer }),
    ],
  };
};

export const searchTemplates: Record<string, Template> = {
  "look-up": lookUp,
  "compare-facts": compare,
  "plan-visit": planVisit,
  "word-problem": compute,
};
