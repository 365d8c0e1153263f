import type { Arguments, Template } from "./arguments.ts";

/** A date of a year, month and day that are given by place, from one on; in the order of the language's template. */
function date(given: Arguments, from: number): string {
  const [year, month, day] = [given.of(from), given.of(from + 1), given.of(from + 2)];
  if (!/^\d+$/.test(month)) return [day, month, year].filter((part) => part).join(" ");
  const name = months[Number(month) - 1];
  if (name === undefined) return year;
  if (!/^\d+$/.test(day)) return `${name} ${year}`;
  const dayFirst = /^(?:y|yes|true|1)$/i.test(given.of("df"));
  return dayFirst ? `${Number(day)} ${name} ${year}` : `${name} ${Number(day)}, ${year}`;
}

const months = ("January February March April May June July August September October November December")
  .split(" ");

/** Whole years from one date, by year, month and day, to another. */
function years(given: Arguments, later: number, earlier: number): string {
  const [a, b] = [earlier, later].map((from) => [0, 1, 2].map((i) => Number(given.of(from + i))));
  if (![...a, ...b].every((part) => Number.isInteger(part) && part > 0)) return "";
  const whole = b[0] - a[0] - (b[1] < a[1] || b[1] === a[1] && b[2] < a[2] ? 1 : 0);
  return String(whole);
}

const plain: Template = (given) => date(given, 1);
const died: Template = (given) => {
  const age = years(given, 1, 4);
  return date(given, 1) + (age && ` (aged ${age})`);
};
const about: Template = (given) => `c. ${given.list().join(" – c. ")}`;

/** What templates show that are made of dates, by their names. */
export const dates: Record<string, Template> = {
  "birth date, birth date and age, bda, dob, start date, start date and age, end date, end date and age, death date, release date, release date and age, date of birth, birth-date and age, birth-date, death-date, start-date, end-date, film date, launch date, opening date, date table sorting, dts, date":
    (given) => given.count === 1 ? given.of(1) : plain(given, { language: "", title: "" }),
  "birth year and age, birth year, death year": (given) => given.of(1),
  "death date and age, dda, death date and given age": died,
  "death-date and age, death year and age": (given) => given.of(1),
  "circa, c., ca, ca., approx": (given) => given.count > 0 ? about(given, { language: "", title: "" }) : "c.",
  "floruit, fl.": (given) => `fl. ${given.list().join(" – ")}`.trim(),
  "reign, r.": (given) => `r. ${given.list().join("–")}`,
  "born in": (given) => `born ${given.of(1)}`,
  "b.": (given) => `b. ${given.of(1)}`,
  "d.": (given) => `d. ${given.of(1)}`,
  "as of": (given) => {
    const alternative = given.of("alt");
    if (alternative) return alternative;
    const word = /^(?:y|yes|on)$/i.test(given.of("lc")) ? "as of" : "As of";
    return `${given.of("since") ? word.replace("as of", "since").replace("As of", "Since") : word} ${
      asOf(given)
    }`;
  },
  "age, age in years, ayd": (given) => years(given, 4, 1),
  "bce, bc": (given) => `${given.of(1)} BCE`,
  "ce, ad": (given) => `${given.of(1)} CE`,
  "year": (given) => given.of(1),
};

function asOf(given: Arguments): string {
  const [year, month, day] = given.list();
  const name = month && /^\d+$/.test(month) ? months[Number(month) - 1] : month;
  return [day && String(Number(day) || day), name, year].filter((part) => part).join(" ");
}
