import { OPEN, type Page } from "./page.ts";
import { GAP, ITEM, type Pass, SEEN } from "./pass.ts";

/** Items of lists are marked, and stand close, whatever they are made of. */
export const lists: Pass = {
  name: "lists",
  apply(page, { places, steps, markers }) {
    const { count, kinds, tags, names } = page;
    const isList = names.map((name) => name === "ul" || name === "ol");
    const ordered = names.indexOf("ol");
    const item = names.indexOf("li");
    const items = page.mentions(/reversed/i) ? itemsOf(page) : undefined;
    const open: List[] = [];
    for (let i = 0; i < count; i++) {
      if (tags[i] === 0 || places[i] !== SEEN) continue;
      const opens = kinds[i] === OPEN;
      if (!opens && isList[tags[i]]) open.pop();
      if (open.length > 0) steps[i] &= ~GAP;
      if (opens && isList[tags[i]]) open.push(listOf(page, i, tags[i] === ordered, items));
      if (tags[i] !== item) continue;
      steps[i] |= ITEM;
      if (!opens) continue;
      const list = open.at(-1);
      // Indented by two for each list around it; a bomb of lists stays at a margin.
      const indent = "  ".repeat(Math.min(Math.max(open.length - 1, 0), 8));
      markers.set(i, indent + (list?.ordered ? `${numberOf(page, i, list)} ` : "- "));
    }
  },
};

/** A list that is open: what its next item is numbered, how the numbers go on, and how they are written. */
interface List {
  ordered: boolean;
  next: number;
  step: 1 | -1;
  type: string;
}

function listOf(page: Page, list: number, ordered: boolean, items?: Int32Array): List {
  const value = (name: string) => page.valuesOf(list, name)[0];
  const start = wholeOf(value("start"));
  const reversed = value("reversed") !== undefined;
  const type = value("type") ?? "";
  // A list that counts down ends at 1.
  const next = start ?? (ordered && reversed && items ? items[list] : 1);
  return { ordered, next, step: reversed ? -1 : 1, type };
}

/** How many items each list has of its own, by its opening tag. */
function itemsOf({ count, kinds, tags, names, parents }: Page): Int32Array {
  const item = names.indexOf("li");
  const items = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    if (tags[i] === item && kinds[i] === OPEN && parents[i] >= 0) items[parents[i]]++;
  }
  return items;
}

/** What an item is numbered: its own value, else one on from the item before. */
function numberOf(page: Page, item: number, list: List): string {
  const number = wholeOf(page.valuesOf(item, "value")[0]) ?? list.next;
  list.next = number + list.step;
  const type = page.valuesOf(item, "type")[0] ?? list.type;
  return `${written(number, type)}.`;
}

function wholeOf(value: string | undefined): number | undefined {
  const number = Number.parseInt(value ?? "", 10);
  return Number.isSafeInteger(number) && Math.abs(number) < 2 ** 31 ? number : undefined;
}

/** A number as HTML's five types of lists write it. */
function written(number: number, type: string): string {
  if (number >= 1 && (type === "a" || type === "A")) {
    let letters = "";
    for (let left = number; left > 0; left = Math.floor((left - 1) / 26)) {
      letters = String.fromCharCode(97 + (left - 1) % 26) + letters;
    }
    return type === "a" ? letters : letters.toUpperCase();
  }
  if (number >= 1 && number < 4000 && (type === "i" || type === "I")) {
    let left = number;
    let roman = "";
    for (const [value, letters] of romans) for (; left >= value; left -= value) roman += letters;
    return type === "i" ? roman : roman.toUpperCase();
  }
  return String(number);
}

const romans = [
  ...[[1000, "m"], [900, "cm"], [500, "d"], [400, "cd"], [100, "c"], [90, "xc"], [50, "l"], [40, "xl"], [
    10,
    "x",
  ]],
  ...[[9, "ix"], [5, "v"], [4, "iv"], [1, "i"]],
] as [number, string][];
