import type { Pass } from "./pass.ts";

/** The caption of a figure stands in an article without being of it. */
export const captions: Pass = {
  name: "captions",
  apply(page, { unwanted }) {
    const caption = page.names.indexOf("figcaption");
    if (caption < 0) return;
    for (let i = 0; i < page.count; i++) if (page.tags[i] === caption) unwanted[i] = 1;
  },
};
