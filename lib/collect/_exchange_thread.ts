import { type Comment, commentOf } from "./_exchange_comments.ts";
import { htmlToText } from "./html.ts";
import { numberOf, type Row, textOf } from "./_exchange_rows.ts";

/** A question or an answer as text, with what its licence asks to be told. */
export interface Post {
  id: number;
  text: string;
  score: number;
  isAccepted: boolean;
  author: string;
  date: string;
  license: string;
  url: string;
  /** The remarks on it, the first written first; their licence is that of their day. */
  comments: (Comment & { license: string })[];
}

/** A post of a row, with the comments on it, each behind `Comment:`. */
export async function postOf(
  row: Row,
  { site, author, accepted, format, remarks = [] }: {
    site: string;
    author: string;
    accepted?: number | undefined;
    format: "text" | "markdown";
    /** Rows of comments on it, with their authors. */
    remarks?: readonly { row: Row; author: string }[];
  },
): Promise<Post> {
  const id = numberOf(row, "Id")!;
  const date = textOf(row, "CreationDate");
  const isQuestion = row.get("PostTypeId") === "1";
  const { text } = await htmlToText(textOf(row, "Body"), { keep: "all", format });
  const comments = remarks.map(({ row, author }) => {
    const comment = commentOf(row, author);
    return { ...comment, license: licenseOf(row.get("ContentLicense"), comment.date) };
  }).sort((a, b) => a.id - b.id);
  return {
    id,
    text: text === ""
      ? ""
      : [text, ...comments.flatMap(({ text }) => text ? [`Comment: ${text}`] : [])].join("\n\n"),
    comments,
    score: numberOf(row, "Score") ?? 0,
    isAccepted: id === accepted,
    author: author || textOf(row, "OwnerDisplayName"),
    date,
    license: licenseOf(row.get("ContentLicense"), date),
    url: site && `https://${site}/${isQuestion ? "q" : "a"}/${id}`,
  };
}

/** A question's title as it stands over it. */
export async function headingOf(title: string, format: "text" | "markdown"): Promise<string> {
  if (format === "text") return title;
  const html = `<h1>${title.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</h1>`;
  return (await htmlToText(html, { keep: "all", format })).text;
}

/**
 * The licence of a post by its SPDX identifier: the one that the row says, else by its date: 2.5 to 2011-04-07, 3.0 to
 * 2018-05-01, then 4.0 (stackoverflow.com/help/licensing).
 */
function licenseOf(said: string | undefined, date: string): string {
  const version = /^CC BY-SA (\d\.\d)$/.exec(said ?? "")?.[1] ??
    (date < "2011-04-08" ? "2.5" : date < "2018-05-02" ? "3.0" : "4.0");
  return `CC-BY-SA-${version}`;
}

/** The tags of a question, which stand there as `<a><b>` or as `|a|b|`. */
export function tagsOf(row: Row): string[] {
  return textOf(row, "Tags").split(/[<>|]+/).filter((tag) => tag !== "");
}

/** What a post's licence asks to be told, for `meta`. */
export function about({ id, score, isAccepted, author, date, license, url, comments }: Post): {
  id: number;
  score: number;
  isAccepted: boolean;
  author: string;
  date: string;
  license: string;
  url: string;
  comments?: { id: number; score: number; author: string; date: string; license: string }[];
} {
  const remarks = comments.map(({ text: _, ...remark }) => remark);
  return {
    ...{ id, score, isAccepted, author, date, license, url },
    ...remarks.length > 0 && { comments: remarks },
  };
}
