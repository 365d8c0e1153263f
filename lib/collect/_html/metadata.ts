import { jsonLdOf } from "./json_ld.ts";
import { CLOSE, OPEN, type Page } from "./page.ts";

/** What a page says of itself, beside its title and language; absent where it says nothing. */
export interface Metadata {
  /** Who wrote it, several parted by commas. */
  author?: string;
  /** When it was published: a day, or a moment in UTC where the page names its zone. */
  published?: string;
  /** The address that it says is its own. */
  canonicalUrl?: string;
  /** The name of the site. */
  site?: string;
}

const authors = [
  "author",
  "article:author",
  "dc.creator",
  "dc.author",
  "dcterms.creator",
  "citation_author",
  "parsely-author",
  "sailthru.author",
  "byl",
];
const dates = [
  ...[
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
  ],
  ...[
    "dcterms.date",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "publishdate",
  ],
  ...["pubdate", "publication_date", "date"],
];

/** Read what a page says of itself: its JSON-LD before its `meta`, these before what stands in its text. */
export function metadataOf(page: Page, url: string | undefined): Metadata {
  const { count, kinds, tags, names } = page;
  const [meta, link, script, time, base] = ["meta", "link", "script", "time", "base"].map((name) =>
    names.indexOf(name)
  );
  const mayHaveItems = page.mentions(/itemprop|rel\s*=\s*["']?author/i);
  const said = new Map<string, string[]>();
  const add = (name: string, value: string | undefined) => {
    const words = (value ?? "").replace(/\s+/g, " ").trim();
    if (words === "" || words.length > 2000) return;
    const values = said.get(name) ?? [];
    if (values.length < 20) said.set(name, [...values, words]);
  };
  const jsonLd: string[] = [];
  let jsonUnits = 0;
  for (let i = 0; i < count; i++) {
    const tag = tags[i];
    if (tag === 0 || kinds[i] === CLOSE) continue;
    const isNamed = tag === meta || tag === link || tag === script || tag === time || tag === base;
    if (!isNamed && !mayHaveItems) continue;
    const attributes = new Map<string, string>();
    page.eachAttribute(i, (name, value) => {
      if (attributes.size < 20 && !attributes.has(name)) attributes.set(name, value);
    });
    if (tag === meta) {
      const given = `${attributes.get("name") ?? ""} ${attributes.get("property") ?? ""} ${
        attributes.get("itemprop") ?? ""
      }`;
      for (const name of new Set(given.toLowerCase().split(/\s+/))) {
        if (name) add(name, attributes.get("content"));
      }
      const equivalent = (attributes.get("http-equiv") ?? "").toLowerCase();
      if (equivalent) add(`http-equiv ${equivalent}`, attributes.get("content"));
    } else if (tag === base) add("base", attributes.get("href"));
    else if (tag === link) {
      if (/(?:^|\s)canonical(?:\s|$)/i.test(attributes.get("rel") ?? "")) {
        add("canonical", attributes.get("href"));
      }
    } else if (tag === script) {
      const isJson = /^\s*application\/ld\+json/i.test(attributes.get("type") ?? "");
      // A script's content is one piece of text, cut at each entity.
      let content = "";
      for (let j = i + 1; isJson && j < count && tags[j] === 0 && jsonUnits < 1 << 20; j++) {
        const text = page.textOf(j);
        content += text;
        jsonUnits += text.length;
      }
      if (content !== "") jsonLd.push(content);
    } else {
      if (tag === time) add(attributes.has("pubdate") ? "time pubdate" : "time", attributes.get("datetime"));
      const property = (attributes.get("itemprop") ?? "").toLowerCase();
      if (property === "datepublished") {
        add("item published", attributes.get("datetime") ?? attributes.get("content") ?? textIn(page, i));
      } else if (property === "author" && !/^(?:meta|link)$/.test(names[tag])) {
        add("item author", attributes.get("content") ?? textIn(page, i));
      } else if (/(?:^|\s)author(?:\s|$)/i.test(attributes.get("rel") ?? "")) {
        add("rel author", textIn(page, i));
      }
    }
  }
  const { author, published, site } = jsonLdOf(jsonLd);
  const all = (names: readonly string[]) => names.flatMap((name) => said.get(name) ?? []);
  const isName = (words: string) => !/^(?:https?:|www\.|@)|\/\//i.test(words) && words.length <= 200;
  const first = authors.map((name) => (said.get(name) ?? []).filter(isName)).find((found) =>
    found.length > 0
  );
  const byText = [...all(["item author"]), ...all(["rel author"])].filter((words) =>
    isName(words) && words.length <= 100
  );
  const people = author ?? first ?? byText.slice(0, 1);
  const itsOwn = addressOf([...all(["canonical"]), ...all(["og:url"])], all(["base"])[0], url);
  const day =
    [published ?? "", ...all(dates), ...all(["item published", "time pubdate", "time"])].map(dateOf).find(
      Boolean,
    ) ??
      dateIn(url ?? itsOwn);
  const siteName = all(["og:site_name"])[0] ?? site ?? all(["application-name", "citation_journal_title"])[0];
  return {
    ...(people.length > 0 ? { author: [...new Set(people.map(withoutBy))].join(", ") } : {}),
    ...(day ? { published: day } : {}),
    ...(itsOwn ? { canonicalUrl: itsOwn } : {}),
    ...(siteName ? { site: siteName } : {}),
  };
}

function withoutBy(name: string): string {
  return name.replace(/^by:?\s+/i, "");
}

/** The text that an element begins with, at most a line of it. */
function textIn(page: Page, piece: number): string {
  let text = "";
  for (let i = piece + 1; i < Math.min(page.count, piece + 20) && text.length < 300; i++) {
    if (page.kinds[i] === CLOSE && page.parents[i] === piece) break;
    if (page.tags[i] === 0) text += page.textOf(i);
    else if (page.kinds[i] === OPEN && /^(?:script|style)$/.test(page.names[page.tags[i]])) break;
  }
  return text;
}

/** The first whole address; one that is not whole is taken from the base or the page's own. */
function addressOf(
  found: readonly string[],
  base: string | undefined,
  url: string | undefined,
): string | undefined {
  for (const address of found) {
    const whole = URL.parse(address, URL.parse(base ?? "", url)?.href ?? url);
    if (whole && /^https?:$/.test(whole.protocol)) return whole.href;
  }
  return undefined;
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/**
 * A date as ISO 8601 has it: the day, or the moment in UTC where a zone is named. A day that could be read in two ways, as
 * 01/02/2024, is none, and so is what no calendar has.
 */
export function dateOf(words: string): string | undefined {
  const text = words.trim();
  const iso =
    /^(\d{4})[-/.]?(\d{2})(?:[-/.]?(\d{2}))?(?:[T ]+(\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?(?![\d])/i
      .exec(text);
  if (iso) {
    const [, year, month, day, clock, zone] = iso;
    if (day === undefined) {
      return /^\d{4}[-/.]\d{2}$/.test(text) && isDay(year, month, "01") ? `${year}-${month}` : undefined;
    }
    if (!isDay(year, month, day)) return undefined;
    if (clock === undefined || zone === undefined) return `${year}-${month}-${day}`;
    const offset = /^[+-]/.test(zone) ? zone.replace(/(\d{2}):?(\d{2})$/, "$1:$2") : "Z";
    const moment = new Date(`${year}-${month}-${day}T${clock}${offset}`);
    return Number.isNaN(moment.getTime())
      ? `${year}-${month}-${day}`
      : moment.toISOString().replace(".000Z", "Z");
  }
  const named =
    /^(?:[a-z]{3,9}\.?,?\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3,9})\.?,?\s+(\d{4})|([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}))\b/i
      .exec(text);
  if (!named) return undefined;
  const [year, name, day] = [
    named[3] ?? named[6],
    named[2] ?? named[4],
    (named[1] ?? named[5]).padStart(2, "0"),
  ];
  const month = months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  const written = String(month).padStart(2, "0");
  return month > 0 && isDay(year, written, day) ? `${year}-${written}-${day}` : undefined;
}

function isYear(year: string): boolean {
  return Number(year) >= 1000 && Number(year) <= 2999;
}

function isDay(year: string, month: string, day: string): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // 31 April is 1 May to JavaScript.
  return isYear(year) && !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(`${year}-${month}-${day}`);
}

/** The day in an address such as `/2024/01/31/title`. */
function dateIn(url: string | undefined): string | undefined {
  const found = /\/((?:19|20)\d{2})[/-](\d{2})[/-](\d{2})(?:[/_-]|$)/.exec(
    URL.parse(url ?? "")?.pathname.slice(0, 2000) ?? "",
  );
  return found && isDay(found[1], found[2], found[3]) ? found.slice(1).join("-") : undefined;
}
