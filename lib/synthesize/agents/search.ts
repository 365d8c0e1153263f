import { bm25 } from "./_bm25.ts";
import { type Environment, objectSchema, textSchema, ToolRefusal } from "./environment.ts";

/** A small corpus: pages with titles that differ. */
export type SearchState = { pages: { title: string; text: string }[] };

/** Pages that one search shows. */
const MOST_FOUND = 5;
/** Characters of each that it shows. */
const EXCERPT = 100;

/** A search over a small corpus (BM25), and its pages to open. Nothing changes them. */
export const pageSearch: Environment<SearchState> = {
  name: "search@1",
  canonical: ({ pages }) => pages,
  tools: [
    {
      name: "search",
      description: `Search the pages; shows the titles and beginnings of at most ${MOST_FOUND}.`,
      parameters: objectSchema({ query: textSchema("Words to look for") }),
      run({ pages }, { query }) {
        const found = bm25(`${query}`, pages.map(({ title, text }) => `${title}\n${text}`)).slice(
          0,
          MOST_FOUND,
        );
        const shown = found.map((at) => ({
          title: pages[at].title,
          begins: pages[at].text.slice(0, EXCERPT),
        }));
        return { observation: shown };
      },
    },
    {
      name: "open_page",
      description: "Read a page.",
      parameters: objectSchema({ title: textSchema("Its title, as the search shows it") }),
      run({ pages }, { title }) {
        const page = pages.find((page) => page.title === title);
        if (!page) throw new ToolRefusal(`there is no page ${JSON.stringify(title)}`);
        return { observation: page.text };
      },
    },
  ],
};
