import { CLOSE, OPEN } from "./page.ts";
import { INSIDE, type Pass, SEEN } from "./pass.ts";

/** The text of the first title is the page's title, and is not of its text. */
export const title: Pass = {
  name: "title",
  apply(page, draft) {
    const { count, kinds, tags, names } = page;
    const tag = names.indexOf("title");
    if (tag < 0) return;
    const isStart = (i: number) => tags[i] === tag && kinds[i] === OPEN && draft.places[i] === SEEN;
    let i = 0;
    while (i < count && !isStart(i)) i++;
    let read = "";
    for (i++; i < count; i++) {
      if (draft.places[i] !== SEEN || kinds[i] === OPEN) continue;
      if (kinds[i] !== CLOSE) {
        read += page.textOf(i);
        draft.places[i] = INSIDE;
      } else if (tags[i] === tag) break;
    }
    draft.title = read.replace(/\s+/g, " ").trim();
  },
};
