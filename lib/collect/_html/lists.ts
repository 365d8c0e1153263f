import { OPEN } from "./page.ts";
import { GAP, ITEM, type Pass, SEEN } from "./pass.ts";

/** Items of lists are marked, and stand close, whatever they are made of. */
export const lists: Pass = {
  name: "lists",
  apply({ count, kinds, tags, names }, { places, steps, markers }) {
    const isList = names.map((name) => name === "ul" || name === "ol");
    const ordered = names.indexOf("ol");
    const item = names.indexOf("li");
    const open: { ordered: boolean; items: number }[] = [];
    for (let i = 0; i < count; i++) {
      if (tags[i] === 0 || places[i] !== SEEN) continue;
      const opens = kinds[i] === OPEN;
      if (!opens && isList[tags[i]]) open.pop();
      if (open.length > 0) steps[i] &= ~GAP;
      if (opens && isList[tags[i]]) open.push({ ordered: tags[i] === ordered, items: 0 });
      if (tags[i] !== item) continue;
      steps[i] |= ITEM;
      if (!opens) continue;
      const list = open.at(-1);
      if (list) list.items++;
      // Indented by two for each list around it; a bomb of lists stays at a margin.
      const indent = "  ".repeat(Math.min(Math.max(open.length - 1, 0), 8));
      markers.set(i, indent + (list?.ordered ? `${list.items}. ` : "- "));
    }
  },
};
