import { bytesPerToken, ofKind, oneOf, takes, wholeNumber } from "../../base/mod.ts";
import { type Document, documentId, type OnDrop } from "../../data/mod.ts";
import { inPython } from "../_execute.ts";
import { textFault } from "../_text_fault.ts";
import { wordsOf } from "../checks.ts";
import { type Change, type Commit, GitHistory, patched } from "./_git_history.ts";
import { moved, testsIn, type TestsMoved } from "./_python_tests.ts";

/** Options of {@linkcode issuePatchPairs}. */
export interface IssuePatchPairsOptions {
  /** Where reading begins: a commit's whole hash, a branch or a tag. @default {"HEAD"} */
  revision?: string;
  /** The most commits that are read, the newest first. @default {1000} */
  maxCommits?: number;
  /** The most tokens of a text, counted as four bytes each. @default {8000} */
  maxTokens?: number;
  /** Messages of fewer words tell no issue. @default {5} */
  minWords?: number;
  /** Whether only commits are taken whose tests ran, and failed before. @default {false} */
  tested?: boolean;
  /** Called with every commit that is left out. */
  onDrop?: OnDrop;
}

const id = "code/issue-patch@1";

/**
 * Issues with the patches that resolve them, out of a git history: a commit's message tells the issue, the files that it
 * changes are shown as they were before, and its patch is the answer (commits as instructions: OctoPack, arXiv:2308.07124; the
 * parts and their names as in SWE-bench, arXiv:2310.06770).
 *
 * Git applies every patch to the files from before, in a folder of its own, and must give the commit's files. Where a commit
 * brings tests in Python, these run in the sandbox, which has the standard library only: on the files before it with its tests added, one at least must fail
 * that passes on the files after, and none the other way round. `meta` holds `issue`, `answer` (the patch), `question` (the issue with the files), `testPatch`,
 * `repository`, `commit`, `baseCommit`, `paths`, `executed` (whether tests ran), `failToPass` and `passToPass` (tests by pytest's names), and
 * `responses`, the patch's place. There are no parents, as no document was read; no model wrote it.
 *
 * The repository may be anybody's: its settings, hooks, attributes and remotes are not read, nothing is fetched, and nothing in it runs outside the
 * sandbox. Commits that are left out have their cause: `no message` (too short, or written by a tool), `no code`, `links`, `binary`, `unsafe path`, `too long`, `patch
 * does not apply`, `too large to run`, `tests pass before`, `tests fail after`, `tests are stopped`, with `tested` `tests did not run`, and the
 * faults of every text.
 *
 * @param folder The folder of a plain clone, or of a bare one.
 * @throws {RangeError} While iterating: if there is no repository, or no such revision.
 * @throws {Error} While iterating: if git is missing, or the repository is damaged.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { issuePatchPairs } from "midtrain/synthesize";
 *
 * const folder = await Deno.makeTempDir();
 * const git = (...args: string[]) => new Deno.Command("git", { args: ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args] }).output();
 * await git("init");
 * for (const eats of ["3 * days", "4 * days"]) {
 *   await Deno.writeTextFile(`${folder}/krill.py`, `def krill(days):\n    return ${eats}\n`);
 *   await git("add", "krill.py");
 *   await git("commit", "-m", "A whale eats four tonnes of krill a day, and not three");
 * }
 * const [pair] = await Array.fromAsync(issuePatchPairs(folder));
 * assert.match(pair.text, /^Issue: A whale eats four[^]*\n-    return 3 \* days\n\+    return 4 \* days\n/);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function* issuePatchPairs(
  folder: string,
  options: IssuePatchPairsOptions = {},
): AsyncGenerator<Document> {
  const cannot = "Cannot read issues and patches";
  takes(cannot, options, "revision?, maxCommits?, maxTokens?, minWords?, tested?, onDrop?");
  const { revision = "HEAD", maxCommits = 1000, maxTokens = 8000, minWords = 5, tested = false, onDrop } =
    options;
  ofKind(cannot, { folder, revision }, "a text");
  oneOf(cannot, { tested }, [true, false]);
  wholeNumber(cannot, { maxCommits, maxTokens }, ">= 1");
  wholeNumber(cannot, { minWords }, ">= 0");
  const repository = (await Deno.realPath(folder).catch(() => folder)).replace(/\/\.git$/, "").split("/").at(
    -1,
  )!;
  await using history = await GitHistory.open(cannot, folder, revision);
  for (const commit of await history.commits(maxCommits)) {
    const result = await pairOf(history, commit, { maxTokens, minWords, tested });
    if (typeof result === "string") {
      const excerpt = commit.message.slice(0, 200);
      onDrop?.({ id: commit.hash, source: repository, stage: id, reason: result, excerpt });
      continue;
    }
    const { question, answer, ...meta } = result;
    const opening = `Issue: ${question}\n\nPatch:\n\n`;
    const text = `${opening}${answer}`;
    yield {
      id: documentId(id, commit.hash),
      text,
      source: id,
      meta: {
        ...{ repository, commit: commit.hash, baseCommit: commit.parent, question, answer },
        ...{ ...meta, responses: [[opening.length, text.length]] },
      },
      lineage: { parents: [], prompt: id, model: "none", sampling: {} },
    };
  }
}

/** A pair, without where it comes from. */
interface Pair {
  question: string;
  answer: string;
  issue: string;
  testPatch: string;
  paths: string[];
  executed: boolean;
  failToPass: string[];
  passToPass: string[];
}

/** What a commit gives, or why it gives nothing. */
async function pairOf(
  history: GitHistory,
  commit: Commit,
  { maxTokens, minWords, tested }: Required<
    Pick<IssuePatchPairsOptions, "maxTokens" | "minWords" | "tested">
  >,
): Promise<Pair | string> {
  const issue = issueIn(commit.message);
  if (wordsOf(issue).length < minWords || byTool.test(issue)) return "no message";
  const changes = await history.changes(commit);
  const [fixing, testing] = [false, true].map((wanted) =>
    changes.filter(({ path }) => isTest(path) === wanted)
  );
  if (!fixing.some(({ path }) => languages.test(path))) return "no code";
  if (changes.some(({ special }) => special)) return "links";
  if (!changes.every(({ path }) => isSafe(path))) return "unsafe path";
  const texts = await history.texts(changes.flatMap(({ before = [], after = [] }) => [before, after].flat()));
  const base = side(changes, "before", texts);
  const goal = side(changes, "after", texts);
  if (!base || !goal) return "binary";
  const [answer, testPatch] = await Promise.all(
    [fixing, testing].map((some) => history.patch(commit, some.map(({ path }) => path))),
  );
  const shown = fixing.flatMap(({ path }) => base.has(path) ? [fenced(path, base.get(path)!)] : []);
  const question = [issue, ...shown].join("\n\n");
  if (encoder.encode(question + answer).length > bytesPerToken * maxTokens) return "too long";
  const fault = textFault(issue, "") ?? textFault(answer, [...base.values()].join("\n"));
  if (fault) return fault;
  const made = await patched(base, [testPatch, answer]);
  if (made === undefined || !sameFiles(made, goal)) return "patch does not apply";
  const ran = await testsOf(history, commit, testing, goal);
  if (typeof ran === "string") return ran;
  const executed = ran.fault === undefined;
  if (ran.fault !== undefined && (ran.fault !== "tests did not run" || tested)) return ran.fault;
  const { failToPass, passToPass } = ran;
  const paths = fixing.map(({ path }) => path);
  return { question, answer, issue, testPatch, paths, executed, failToPass, passToPass };
}

/** What the tests of a commit say of it, which run on all its files. */
async function testsOf(
  history: GitHistory,
  commit: Commit,
  testing: readonly Change[],
  goal: ReadonlyMap<string, string>,
): Promise<TestsMoved | string> {
  const tests = testing.flatMap(({ path }) =>
    /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(path) && goal.has(path)
      ? testsIn(path, goal.get(path)!)
      : []
  );
  if (tests.length === 0) return { failToPass: [], passToPass: [], fault: "tests did not run" };
  const [old, now] = await Promise.all([commit.parent, commit.hash].map((hash) => history.files(hash)));
  const all = [...old, ...now].filter(([path]) => isSafe(path));
  if (all.reduce((sum, [, { bytes }]) => sum + bytes, 0) > 2 * MOST_BYTES) return "too large to run";
  const texts = await history.texts(all.map(([, { object }]) => object));
  const placed = (files: typeof old) =>
    new Map(
      [...files].flatMap(([path, { object }]) =>
        isSafe(path) && texts.has(object) ? [[path, texts.get(object)!]] : []
      ),
    );
  const before = placed(old);
  for (const { path } of testing) {
    before.delete(path);
    if (goal.has(path)) before.set(path, goal.get(path)!);
  }
  return await inPython((run) => moved(run, tests, { before, after: placed(now) }));
}

/** The files of a repository whose tests run have so many bytes at most. */
const MOST_BYTES = 2_000_000;

const encoder = new TextEncoder();

/** One side of changes as texts by path; undefined where one is none. */
function side(
  changes: readonly Change[],
  which: "before" | "after",
  texts: ReadonlyMap<string, string>,
): Map<string, string> | undefined {
  const found = changes.flatMap(({ path, [which]: object }) =>
    object === undefined ? [] : [[path, texts.get(object)] as const]
  );
  return found.every((one): one is [string, string] => one[1] !== undefined) ? new Map(found) : undefined;
}

function sameFiles(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}

/** Messages that a tool wrote, and those that say what git does. */
const byTool = /^(?:merge|revert|bump|release|version|fixup!|squash!|\[?bot\]?)\b/i;

/** What a message says, without its trailers and the numbers of a tracker that nobody can look up. */
function issueIn(message: string): string {
  return message.replaceAll("\r\n", "\n")
    .replace(/^[A-Za-z][\w-]*-(?:by|id|from|to|on)[:=].*$/gim, "")
    .replace(
      /^(?:fix(?:e[sd])?|(?:close|resolve)[sd]?|refs?|see|issue|pr|bug):? +(?:[\w./-]*#\d+|https?:\S+)[\s,.]*$/gim,
      "",
    )
    .replace(/[ \t]*\((?:[\w-]+\/[\w-]+)?(?:#|gh-|bpo-)\d+\)/gi, "")
    .replace(/\n{3,}/g, "\n\n").trim();
}

const languages =
  /\.(?:py|pyi|js|mjs|cjs|jsx|ts|tsx|c|h|cc|cpp|hpp|cs|java|kt|scala|go|rs|swift|rb|php|pl|lua|r|jl|hs|ml|ex|erl|dart|sh|sql)$/i;

/** Whether a file tests others, by the names of most languages. */
function isTest(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|testing|specs?)\/|(?:^|\/)(?:test_[^/]*|conftest\.py)$|[._-](?:tests?|spec)\.\w+$/i
    .test(path);
}

/** Whether a path stays where it is put, on every system. */
function isSafe(path: string): boolean {
  return path !== "" && !/[\\\0:]|^\/|\/$/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !/^\.git$/i.test(part));
}

/** A file in a fence that nothing in it ends. */
function fenced(path: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${path}:\n\n${fence}\n${text.replace(/\n?$/, "\n")}${fence}`;
}
