import { CLOSE, OPEN } from "./page.ts";
import { type Pass, SEEN, TAKEN_BACK } from "./pass.ts";

/** A list whose every word is a link (related pages, breadcrumbs) stands in an article without being of it. */
export const linkLists: Pass = {
  name: "link lists",
  apply(page, { places, steps }) {
    const { count, kinds, tags, names } = page;
    const isList = names.map((name) => name === "ul" || name === "ol");
    const link = names.indexOf("a");
    // The lists that are open, and how many characters were read before each, and how many of them in links.
    const open: { at: number; read: number; linked: number }[] = [];
    let inLink = false;
    let read = 0;
    let linked = 0;
    for (let i = 0; i < count; i++) {
      if (places[i] !== SEEN) continue;
      if (tags[i] === 0) {
        const size = page.textOf(i).trim().length;
        read += size;
        if (inLink) linked += size;
      } else if (tags[i] === link) inLink = kinds[i] === OPEN;
      else if (isList[tags[i]] && kinds[i] === OPEN) open.push({ at: i, read, linked });
      else if (isList[tags[i]] && kinds[i] === CLOSE) {
        const list = open.pop();
        if (!list || read === list.read || linked - list.linked < 0.9 * (read - list.read)) continue;
        steps[list.at] |= TAKEN_BACK;
        steps[i] |= TAKEN_BACK;
      }
    }
  },
};
