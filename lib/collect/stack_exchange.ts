import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { inRange, must, ofKind, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { type Document, documentId, type OnDrop, readBytes } from "../data/mod.ts";
import { elementsOf } from "./_elements.ts";
import { Questions } from "./_exchange_comments.ts";
import { Groups } from "./_exchange_groups.ts";
import { Names } from "./_exchange_names.ts";
import { numberOf, type Row, rowOf, textOf } from "./_exchange_rows.ts";
import { about, headingOf, type Post, postOf, tagsOf } from "./_exchange_thread.ts";

/** Options of {@linkcode readStackExchange}. */
export interface ReadStackExchangeOptions {
  /**
   * Called with each post that is left out, and why: a score, a question without answers, another kind of post, or damage.
   * Without it the first damaged row throws.
   */
  onDrop?: OnDrop;
  /** What a document is: a question with all its answers, or with one. @default {"thread"} */
  form?: "thread" | "pair";
  /** How the text is written, as `htmlToText` does; in Markdown the title is a heading. @default {"text"} */
  format?: "text" | "markdown";
  /**
   * Whether each post is followed by the comments on it, as `Comments.xml` beside the posts has them; that takes four bytes
   * of memory a post.
   *
   * @default {false}
   */
  comments?: boolean;
  /** The least score of a question. @default {any} */
  minScore?: number;
  /** The least score of an answer; the accepted one stays. @default {any} */
  minAnswerScore?: number;
  /** How many answers of a question are kept: the accepted one, then those of the highest scores. @default {Infinity} */
  maxAnswers?: number;
  /** The number of the last question of an earlier run: reading goes on behind it. */
  after?: number;
  /** The site's host, for addresses. @default {what the path says, for example math.stackexchange.com} */
  site?: string;
  /** What documents name as their source. @default {the site, else the path} */
  source?: string;
  /** The folder for what does not fit in memory: as much as the posts take. @default {the system's} */
  folder?: string;
  /** How many bytes of posts are held before they are written there. @default {268435456} */
  maxHeldBytes?: number;
  /** The longest row that is read, in bytes; a longer one is never held. @default {16777216} */
  maxRowBytes?: number;
}

const names =
  "onDrop?, form?, format?, comments?, minScore?, minAnswerScore?, maxAnswers?, after?, site?, source?, folder?, " +
  "maxHeldBytes?, maxRowBytes?";
const stage = "collect/stack-exchange";

/**
 * Read the questions of a dump of Stack Exchange with their answers as Documents, in the order of their numbers: the title,
 * the question, and after `Answer:` each answer, the accepted one first, then by score. HTML becomes text by `htmlToText`, so
 * that code keeps its lines. `meta` holds `questionId`, `title`, `tags`, `url`, `license`, `attribution` and, of the question
 * and each answer, `score`, `author`, `date`, `license` and `url`, and `comments` where these are asked for.
 *
 * A dump lists posts by their numbers, so that answers stand far from their questions: they are grouped on disk, and memory
 * holds `maxHeldBytes` and the names of the users that are asked for. To go on after an interruption give as `after` the
 * `questionId` of the last document; what was read is read again, and not written.
 *
 * An archive in 7z must be unpacked (`7z x FILE`): what reads it in JavaScript (7z-wasm) holds whole files in memory.
 *
 * @param path `Posts.xml`, plain or compressed, or its folder, in which `Users.xml` gives the authors' names and
 * `Comments.xml` the comments.
 * @throws {Deno.errors.InvalidData} If there is no such file in the folder, it is no dump, or damaged or cut off.
 * @throws {SyntaxError} If a row is damaged and there is no `onDrop`.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readStackExchange } from "midtrain/collect";
 *
 * const folder = await Deno.makeTempDir();
 * const rows = [
 *   `<row Id="1" PostTypeId="1" AcceptedAnswerId="3" Score="5" Title="Why?" Tags="&lt;tea&gt;" Body="&lt;p&gt;Why tea?" />`,
 *   `<row Id="2" PostTypeId="2" ParentId="1" Score="9" Body="&lt;p&gt;It is hot." />`,
 *   `<row Id="3" PostTypeId="2" ParentId="1" Score="4" Body="&lt;p&gt;It is good." />`,
 * ];
 * await Deno.writeTextFile(`${folder}/Posts.xml`, `<posts>\n${rows.join("\n")}\n</posts>`);
 * const [document] = await Array.fromAsync(readStackExchange(folder, { maxAnswers: 1 }));
 * assert.equal(document.text, "Why?\n\nWhy tea?\n\nAnswer:\n\nIt is good.");
 * assert.deepEqual(document.meta.tags, ["tea"]);
 * ```
 */
export async function* readStackExchange(
  path: string,
  options: ReadStackExchangeOptions = {},
): AsyncGenerator<Document> {
  takes("Cannot read a dump", options, names);
  ofKind("Cannot read a dump", { path }, "a text");
  const { form = "thread", minScore = -Infinity, minAnswerScore = -Infinity, maxAnswers = Infinity } =
    options;
  const {
    format = "text",
    comments = false,
    after = -1,
    folder = tmpdir(),
    maxHeldBytes = 256 << 20,
    maxRowBytes = 16 << 20,
  } = options;
  const cannot = `Cannot read ${path}`;
  oneOf(cannot, { form }, ["thread", "pair"]);
  oneOf(cannot, { format }, ["text", "markdown"]);
  for (const name of ["minScore", "minAnswerScore"] as const) {
    if (options[name] !== undefined) wholeNumber(cannot, { [name]: options[name] }, ">= -1000000000");
  }
  inRange(cannot, { maxAnswers }, ">= 1");
  wholeNumber(cannot, { after }, ">= -1");
  wholeNumber(cannot, { maxHeldBytes, maxRowBytes }, ">= 1");
  must(cannot, "comments must be true or false", comments, typeof comments === "boolean");
  ofKind(cannot, { folder, site: options.site ?? "", source: options.source ?? "" }, "a text");
  const posts = await postsOf(path);
  const site = options.site ?? siteOf(posts);
  const source = options.source ?? (site || path);
  const drop = (position: number | string, reason: string, excerpt: string): void => {
    options.onDrop?.({
      id: documentId(source, position),
      source,
      stage,
      reason,
      excerpt: excerpt.slice(0, 200),
    });
  };
  const users = new Names();
  const questions = comments ? new Questions() : undefined;
  const how = { maxRowBytes, onDrop: options.onDrop && drop };
  using groups = new Groups(folder, maxHeldBytes);

  for await (const { row, bytes } of rowsOf(posts, "posts", how)) {
    const id = numberOf(row, "Id")!;
    const type = row.get("PostTypeId");
    if (type !== "1" && type !== "2") {
      drop(id, `post of type ${type ?? "unknown"}`, textOf(row, "Body"));
      continue;
    }
    const question = type === "1" ? id : numberOf(row, "ParentId");
    if (question === undefined) drop(id, "answer without a question", textOf(row, "Body"));
    else {
      questions?.set(id, question);
      if (question <= after) continue;
      groups.add(question, bytes);
      users.ask(numberOf(row, "OwnerUserId"));
    }
  }
  if (questions) {
    for await (const { row, bytes } of rowsOf(await commentsOf(posts), "comments", how)) {
      const question = questions.of(numberOf(row, "PostId"));
      if (question === undefined) {
        drop(`comment ${row.get("Id")}`, "comment without a question or answer", textOf(row, "Text"));
      } else if (question > after) {
        groups.add(question, bytes);
        users.ask(numberOf(row, "UserId"));
      }
    }
  }
  await readNames(posts, users, how);

  for (const [questionId, rows] of groups) {
    const read = rows.map((bytes) => rowOf(bytes) as Row);
    const asked = read.find((row) => row.get("PostTypeId") === "1");
    const answers = read.filter((row) => row.get("PostTypeId") === "2");
    const remarks = Map.groupBy(
      read.filter((row) => !row.has("PostTypeId")),
      (row) => numberOf(row, "PostId")!,
    );
    const leave = (row: Row, reason: string) => {
      drop(numberOf(row, "Id")!, reason, textOf(row, "Title") || textOf(row, "Body"));
      for (const comment of remarks.get(numberOf(row, "Id")!) ?? []) {
        drop(`comment ${comment.get("Id")}`, "comment on a post left out", textOf(comment, "Text"));
      }
    };
    for (const row of read) if (row !== asked && row.get("PostTypeId") === "1") leave(row, "question twice");
    if (!asked) {
      for (const row of answers) leave(row, "answer without a question");
      continue;
    }
    const accepted = numberOf(asked, "AcceptedAnswerId");
    const scoreOf = (row: Row) => numberOf(row, "Score") ?? 0;
    const isAccepted = (row: Row) => numberOf(row, "Id") === accepted;
    if (scoreOf(asked) < minScore) {
      leave(asked, `score below ${minScore}`);
      for (const row of answers) leave(row, "question left out");
      continue;
    }
    answers.sort((a, b) =>
      Number(isAccepted(b)) - Number(isAccepted(a)) || scoreOf(b) - scoreOf(a) ||
      numberOf(a, "Id")! - numberOf(b, "Id")!
    );
    const kept: Row[] = [];
    for (const row of answers) {
      if (!isAccepted(row) && scoreOf(row) < minAnswerScore) {
        leave(row, `answer of a score below ${minAnswerScore}`);
      } else if (kept.length >= maxAnswers) leave(row, `beyond the best ${maxAnswers}`);
      else kept.push(row);
    }
    const post = (row: Row): Promise<Post> =>
      postOf(row, {
        ...{ site, accepted, format, author: users.get(numberOf(row, "OwnerUserId")) },
        remarks: (remarks.get(numberOf(row, "Id")!) ?? []).map((row) => {
          return { row, author: users.get(numberOf(row, "UserId")) };
        }),
      });
    const question = await post(asked);
    const told: Post[] = [];
    for (const row of kept) {
      const answer = await post(row);
      if (answer.text === "") leave(row, "no text");
      else told.push(answer);
    }
    if (told.length === 0) {
      leave(asked, answers.length === 0 ? "no answers" : "no answers left");
      continue;
    }
    const title = textOf(asked, "Title").trim();
    const heading = await headingOf(title, format);
    const documents = form === "pair" ? told.map((answer) => [answer]) : [told];
    for (const of of documents) {
      const all = [question, ...of];
      const told = all.flatMap((post) => [post, ...post.comments]);
      const authors = [...new Set(told.map(({ author }) => author).filter((author) => author))];
      yield {
        id: documentId(source, form === "pair" ? `${questionId} ${of[0].id}` : questionId),
        text: [heading, question.text, ...of.map(({ text }) => `Answer:\n\n${text}`)].filter((text) => text)
          .join("\n\n"),
        source,
        meta: {
          title,
          questionId,
          tags: tagsOf(asked),
          url: question.url,
          // Text under several versions goes on under the last of them.
          license: told.map(({ license }) => license).sort().at(-1)!,
          attribution: [`"${title}"`, authors.join(", "), question.url].filter((part) => part).join(", "),
          question: about(question),
          answers: of.map(about),
        },
      };
    }
  }
}

/** The file of posts that a path means. */
async function postsOf(path: string): Promise<string> {
  if (!(await Deno.stat(path).catch(() => undefined))?.isDirectory) return path;
  const files = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
  const posts =
    files.filter((name) => /^posts\.xml(?:\.\w+)?$/i.test(name) && !/\.7z$/i.test(name)).sort()[0];
  if (posts !== undefined) return join(path, posts);
  const archive = files.find((name) => /\.7z$/i.test(name));
  throw new Deno.errors.InvalidData(
    `Cannot read ${path} as it must hold Posts.xml, plain or compressed: it holds ${
      archive
        ? `${archive}, whose members must be unpacked first: 7z x ${archive}`
        : files.slice(0, 3).join(", ") || "nothing"
    }`,
  );
}

/** The site that a path names, as the archives are called: `math.stackexchange.com`, `stackoverflow.com-Posts`. */
function siteOf(posts: string): string {
  const path = resolve(posts);
  const named = /^((?:[a-z0-9-]+\.)+(?:com|net|org))(?:-|$)/i;
  return named.exec(basename(path))?.[1] ?? named.exec(basename(dirname(path)))?.[1] ?? "";
}

interface RowOptions {
  maxRowBytes: number;
  onDrop?: ((position: string, reason: string, excerpt: string) => void) | undefined;
}

/** The rows of a file of the dump that have a number. */
async function* rowsOf(
  path: string,
  root: string,
  { maxRowBytes, onDrop }: RowOptions,
): AsyncGenerator<{ row: Row; bytes: Uint8Array }> {
  const wanted = `${root[0].toUpperCase()}${root.slice(1)}.xml of a dump of Stack Exchange`;
  await checkHead(path, root, wanted);
  const marks = { opening: "<row ", closing: "/>", root: `</${root}>`, quoted: true };
  const onDamage = onDrop &&
    ((offset: number, message: string) => onDrop(`stream ${offset}`, "damaged", message));
  for await (
    const { bytes, offset, fault } of elementsOf(path, { marks, wanted, maxBytes: maxRowBytes, onDamage })
  ) {
    const row = fault ?? rowOf(bytes);
    if (typeof row !== "string" && numberOf(row, "Id") !== undefined) {
      yield { row, bytes };
      continue;
    }
    const reason = typeof row === "string" ? row : "a row without an Id";
    if (!onDrop) {
      throw new SyntaxError(
        `Cannot read ${path} as a row from byte ${offset} on is ${reason}; onDrop passes over such rows`,
      );
    }
    onDrop(`byte ${offset}`, reason, new TextDecoder().decode(bytes.subarray(0, 200)));
  }
}

/** Refuse a file that does not begin as the dump does. */
async function checkHead(path: string, root: string, wanted: string): Promise<void> {
  let head = "";
  for await (const part of readBytes(path, { wanted })) {
    head += new TextDecoder().decode(part.subarray(0, 4096));
    if (head.length >= 200) break;
  }
  if (new RegExp(`^\\ufeff?\\s*(?:<\\?xml[^>]*>\\s*)?<${root}[\\s/>]`).test(head)) return;
  throw new Deno.errors.InvalidData(
    `Cannot read ${path} as it must be ${wanted}: it ${
      head === "" ? "is empty" : `begins with ${JSON.stringify(head.slice(0, 40))}`
    }`,
  );
}

/** Read the names of users that lie beside the posts, if they do. */
async function readNames(posts: string, users: Names, options: RowOptions): Promise<void> {
  users.ready();
  const file = await besideOf(posts, "users");
  if (file === undefined) return;
  for await (const { row } of rowsOf(file, "users", options)) {
    users.set(numberOf(row, "Id"), textOf(row, "DisplayName"));
  }
}

/** The comments that must lie beside the posts. */
async function commentsOf(posts: string): Promise<string> {
  const file = await besideOf(posts, "comments");
  if (file !== undefined) return file;
  throw new Deno.errors.InvalidData(
    `Cannot read the comments as Comments.xml must lie beside ${posts}, plain or compressed: it does not`,
  );
}

/** Another file of the dump, beside its posts. */
async function besideOf(posts: string, name: "users" | "comments"): Promise<string | undefined> {
  const beside = /^(.*?)posts(\.xml(?:\.\w+)?)$/i.exec(basename(posts));
  if (!beside) return;
  const folder = dirname(posts);
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const file = files.find((file) =>
    file.toLowerCase().startsWith(`${beside[1]}${name}.xml`.toLowerCase()) && !/\.7z$/i.test(file)
  );
  return file === undefined ? undefined : join(folder, file);
}
