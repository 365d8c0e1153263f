import { OPEN } from "./page.ts";
import { BREAK, END, GAP, type Pass, SEEN } from "./pass.ts";

const paragraphs = new Set(
  "p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dl article section header footer main nav aside figure hr form"
    .split(" "),
);
const lines = new Set(
  "div li tr dt dd br caption figcaption address option summary details legend thead tbody tfoot title body head html"
    .split(" "),
);

/** Where lines end, and where paragraphs do. */
export const blocks: Pass = {
  name: "blocks",
  apply({ count, kinds, tags, names }, { places, steps }) {
    const stepsOf = names.map((name) => paragraphs.has(name) ? END | GAP : lines.has(name) ? END : 0);
    const br = names.indexOf("br");
    for (let i = 0; i < count; i++) {
      if (tags[i] === 0 || places[i] !== SEEN) continue;
      steps[i] |= tags[i] === br && kinds[i] === OPEN ? BREAK : stepsOf[tags[i]];
    }
  },
};
