import type { Random } from "../../base/mod.ts";

// Facts that nobody knows, in words that no test of long contexts uses: what is learnt from them is to look back, not the
// wording of a benchmark.

const given =
  "Adaeze Bertil Chiara Dagny Emre Fjodor Gwendal Hedda Ignacio Jolanta Kaveh Liesel Marwan Nerea Otakar Pilar"
    .split(" ");
const family =
  "Ahlgren Bessette Cotrufo Dlamini Eriksrud Farkas Gudjonsen Hollander Ivanisin Jaskolka Kuznets Lindqvist Mbeki"
    .split(" ");
const things = [
  "bicycle",
  "boat",
  "garden shed",
  "lantern",
  "library card",
  "locker",
  "piano",
  "rowing club",
  "suitcase",
  "typewriter",
];

/** Somebody, of whom there are some two hundred. */
export function person(random: Random): string {
  return `${random.pick(given)} ${random.pick(family)}`;
}

/** Something that has a number. */
export function thing(random: Random): string {
  return random.pick(things);
}

/** A number of four or five digits. */
export function number(random: Random): string {
  return String(1000 + random.int(90_000));
}

/** So many different draws, none of which is to be avoided. */
export function different(
  count: number,
  draw: () => string,
  avoid: (drawn: string) => boolean = () => false,
): string[] {
  const found = new Set<string>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 1000 * count) throw new RangeError(`Cannot draw ${count} different facts: there are too few`);
    const drawn = draw();
    if (!avoid(drawn)) found.add(drawn);
  }
  return [...found];
}
