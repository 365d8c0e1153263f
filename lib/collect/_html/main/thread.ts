import { CLOSE, OPEN } from "../page.ts";
import { POST } from "./names.ts";
import type { Sums } from "./sums.ts";

const address = new RegExp(
  "[/.](?:forums?|threads?|topics?|questions?|discussions?|bbs|viewtopic|showthread|viewthread|ans(?:wers?)?|faq|qa|t|d)" +
    "(?:[/.?]|$)|/r/\\w+/comments",
  "i",
);
const programs = new RegExp(
  "discourse|phpbb|vbulletin|xenforo|discuz|mybb|flarum|bbpress|invision|vanilla|nodebb|smf|kunena|punbb|simple machines|" +
    "woltlab|misago|talkyard|phpwind",
  "i",
);
const pageNames =
  /\b(?:forum|bbpress|phpbb|viewtopic|question-page|topic|thread|viewthread|xf|ips|discourse|dwqa|discussion)/i;
const siteNames = new RegExp(
  "\\bforums?\\b|\\bforo\\b|\\bfórum\\b|форум|论坛|論壇|贴吧|社区|社區|问答|掲示板|フォーラム|\\bbbs\\b|" +
    "stack ?exchange|stack overflow|reddit|quora|知乎",
  "i",
);

/**
 * Whether a page says that it is a thread of posts, questions or answers: by its address, its program, its kind, the name of its
 * site, or the words that it names its parts by.
 */
export function looksLikeThread(sums: Sums): boolean {
  const { page, draft, forumWords, saysThread } = sums;
  const { count, tags, names } = page;
  const title = draft.title;
  const parts = title.split(/[|–—·_-]/).map((part) => part.trim());
  if (parts.some((part) => part.length <= 24 && siteNames.test(part)) || /\br\/\w+$/.test(title)) return true;
  if (saysThread) return true;
  // Three words of forums: one or two stand in any page.
  if (bitCount(forumWords) >= 3) return true;
  if (asksAndAnswers(sums)) return true;
  const [meta, link, body, html] = ["meta", "link", "body", "html"].map((name) => names.indexOf(name));
  for (let i = 0; i < count; i++) {
    const tag = tags[i];
    if (
      tag === 0 || page.kinds[i] === CLOSE || tag !== meta && tag !== link && tag !== body && tag !== html
    ) continue;
    const of = (name: string) => page.valuesOf(i, name)[0] ?? "";
    if (tag === meta) {
      const name = (of("name") || of("property")).toLowerCase();
      const content = of("content").slice(0, 500);
      if (name === "og:url" && isThread(content)) return true;
      if (name === "og:site_name" && siteNames.test(content)) return true;
      if (name === "generator" && programs.test(content)) return true;
    } else if (tag === link) {
      if (/canonical/i.test(of("rel")) && isThread(of("href").slice(0, 500))) return true;
    } else if (tag === body || tag === html) {
      if (pageNames.test(`${of("class")} ${of("id")}`.slice(0, 1000))) return true;
    }
  }
  return false;
}

function isThread(url: string): boolean {
  return address.test(url.replace(/^https?:\//, ""));
}

function bitCount(bits: number): number {
  let count = 0;
  for (; bits > 0; bits &= bits - 1) count++;
  return count;
}

/** Whether one element is named a question and more than one an answer, but no list of frequent questions. */
function asksAndAnswers({ page, bits }: Sums): boolean {
  const { count, kinds } = page;
  let questions = 0;
  let answers = 0;
  for (let i = 0; i < count; i++) {
    if (kinds[i] !== OPEN || !(bits[i] & POST)) continue;
    const names = [...page.valuesOf(i, "class"), ...page.valuesOf(i, "id")].join(" ").slice(0, 1000)
      .toLowerCase().split(/\s+/);
    if (names.includes("question")) questions++;
    else if (names.includes("answer")) answers++;
  }
  return questions === 1 && answers > 1;
}
