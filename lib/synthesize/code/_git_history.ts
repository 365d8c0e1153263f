import type { Buffer } from "node:buffer";
import { must } from "../../base/mod.ts";
import { git } from "./_git.ts";

/** A commit with one parent. */
export interface Commit {
  hash: string;
  parent: string;
  message: string;
}

/** A file that a commit changes. */
export interface Change {
  path: string;
  /** The object that stood there before; none for a new file. */
  before?: string;
  /** The object that stands there now; none for a deleted file. */
  after?: string;
  /** Whether it is a link or another repository, before or now. */
  special: boolean;
}

const HASH = /^(?:[\da-f]{40}|[\da-f]{64})$/;

/**
 * The commits of a repository that nobody trusts. Git runs in a repository of its own, new and without settings, that borrows
 * the objects of the one that is read: its settings, hooks, attributes and remotes are never seen.
 */
export class GitHistory implements AsyncDisposable {
  readonly #own: string;
  readonly #objects: string;
  readonly #head: string;

  private constructor(own: string, objects: string, head: string) {
    this.#own = own;
    this.#objects = objects;
    this.#head = head;
  }

  /**
   * @throws {RangeError} If the folder holds no repository of its own, or that has no such revision.
   * @throws {Error} If git is missing.
   */
  static async open(cannot: string, folder: string, revision: string): Promise<GitHistory> {
    const place = await isFolder(`${folder}/.git`) ? `${folder}/.git` : folder;
    const objects = `${place}/objects`;
    const found = await isFolder(objects) && await textOf(`${place}/HEAD`) !== undefined;
    must(cannot, "its folder must hold a git repository of its own", folder, found);
    const borrows = await textOf(`${objects}/info/alternates`) !== undefined;
    must(cannot, "its objects must lie in the repository alone, as those of a plain clone", folder, !borrows);
    const head = await resolved(place, revision);
    must(cannot, "revision must be a commit, a branch or a tag of it", revision, head !== undefined);
    const own = await Deno.makeTempDir({ prefix: "midtrain-git-" });
    const format = `--object-format=${head!.length === 40 ? "sha1" : "sha256"}`;
    await git(["init", "--bare", "--quiet", "--template=", format, own]);
    const shallow = await textOf(`${place}/shallow`) ?? "";
    if (shallow.trim().split("\n").every((line) => HASH.test(line))) {
      await Deno.writeTextFile(`${own}/shallow`, shallow);
    }
    return new GitHistory(own, await Deno.realPath(objects), head!);
  }

  /** Commits of one parent, the newest first. */
  async commits(most: number): Promise<Commit[]> {
    const parents = ["--min-parents=1", "--max-parents=1"];
    const said = await this.#git([
      ...["log", "-z", ...parents, `--max-count=${most}`, "--format=%H%n%P%n%B", this.#head, "--"],
    ]);
    return `${said}`.split("\0").filter((one) => one !== "").map((one) => {
      const [hash, parent, ...message] = one.split("\n");
      return { hash, parent, message: message.join("\n") };
    });
  }

  /** What a commit changes, in the order of paths. */
  async changes({ hash, parent }: Commit): Promise<Change[]> {
    const said = await this.#git(["diff-tree", "-r", "--raw", "-z", "--no-renames", parent, hash]);
    const parts = `${said}`.split("\0");
    return Array.from({ length: Math.floor(parts.length / 2) }, (_, at): Change => {
      const [oldMode, newMode, before, after] = parts[2 * at].slice(1).split(" ");
      const modes = [oldMode, newMode].filter((mode) => mode !== "000000");
      return {
        path: parts[2 * at + 1],
        ...(oldMode === "000000" ? {} : { before }),
        ...(newMode === "000000" ? {} : { after }),
        special: modes.some((mode) => !/^100(?:644|755)$/.test(mode)),
      };
    });
  }

  /** The plain files of a commit: their objects and sizes in bytes, by path. */
  async files(hash: string): Promise<Map<string, { object: string; bytes: number }>> {
    const said = await this.#git(["ls-tree", "-r", "-z", "-l", hash]);
    return new Map(
      `${said}`.split("\0").flatMap((row) => {
        const found = /^100\d{3} blob ([\da-f]+) +(\d+)\t([^]+)$/.exec(row);
        return found ? [[found[3], { object: found[1], bytes: Number(found[2]) }]] : [];
      }),
    );
  }

  /** The texts of objects; those that are none, as they hold zeros or no UTF-8, are left out. */
  async texts(objects: readonly string[]): Promise<Map<string, string>> {
    const wanted = [...new Set(objects)];
    const texts = new Map<string, string>();
    if (wanted.length === 0) return texts;
    const said = await this.#git(["cat-file", "--batch"], `${wanted.join("\n")}\n`);
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    for (let at = 0; at < said.length;) {
      const end = said.indexOf("\n", at);
      const [object, kind, size] = said.subarray(at, end).toString().split(" ");
      if (kind !== "blob") throw new Error(`Cannot read the object ${object} of a repository: it is ${kind}`);
      const bytes = said.subarray(end + 1, end + 1 + Number(size));
      at = end + 2 + bytes.length;
      if (bytes.includes(0)) continue;
      try {
        texts.set(object, decoder.decode(bytes));
      } catch {
        // No text.
      }
    }
    return texts;
  }

  /** What a commit changes in some files, as a patch in git's form without the names of objects. */
  async patch({ hash, parent }: Commit, paths: readonly string[]): Promise<string> {
    if (paths.length === 0) return "";
    const plain = ["--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"];
    const prefixes = ["--src-prefix=a/", "--dst-prefix=b/"];
    const said = await this.#git(["diff-tree", "-p", ...plain, ...prefixes, parent, hash, "--", ...paths]);
    return `${said}`.replace(/^index [\da-f]+\.\.[\da-f]+(?: \d+)?\n/gm, "");
  }

  /** Remove what it wrote. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#own, { recursive: true });
  }

  async #git(args: string[], input = ""): Promise<Buffer> {
    const env = { GIT_DIR: this.#own, GIT_OBJECT_DIRECTORY: this.#objects };
    const said = await git(args, { input, env });
    if (said === undefined) {
      throw new Error(`Cannot read commits as git ${args[0]} fails: the repository is damaged`);
    }
    return said;
  }
}

/** The files that patches make of files, applied by git in a folder that is no repository; undefined where one does not apply. */
export async function patched(
  files: ReadonlyMap<string, string>,
  patches: readonly string[],
): Promise<Map<string, string> | undefined> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "midtrain-patch-" }));
  try {
    for (const [path, text] of files) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    const env = { GIT_CEILING_DIRECTORIES: folder.replace(/\/[^/]*$/, "") };
    for (const input of patches.filter((one) => one !== "")) {
      const done = await git(["apply", "--whitespace=nowarn", "-"], { input, folder, env });
      if (done === undefined) return undefined;
    }
    return new Map(await textsBelow(folder, ""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function textsBelow(folder: string, below: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    if (isDirectory) found.push(...await textsBelow(folder, `${below}${name}/`));
    else found.push([`${below}${name}`, await Deno.readTextFile(`${folder}/${below}${name}`)]);
  }
  return found;
}

/** The commit that a revision names, read from the files of the repository. */
async function resolved(place: string, revision: string): Promise<string | undefined> {
  if (HASH.test(revision)) return revision;
  const head = (await textOf(`${place}/HEAD`))!.trim();
  if (revision === "HEAD" && HASH.test(head)) return head;
  const names = revision === "HEAD"
    ? [head.replace(/^ref: /, "")]
    : [`refs/heads/${revision}`, `refs/tags/${revision}`];
  const packed = await textOf(`${place}/packed-refs`) ?? "";
  for (const name of names) {
    if (!/^refs\/[\w.\/+-]+$/.test(name) || name.includes("..")) continue;
    const loose = (await textOf(`${place}/${name}`))?.trim();
    const hash = loose ?? packed.split("\n").find((line) => line.endsWith(` ${name}`))?.split(" ")[0];
    if (hash !== undefined && HASH.test(hash)) return hash;
  }
  return undefined;
}

/** Whether there is a folder, itself and not a link to one. */
async function isFolder(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(({ isDirectory }) => isDirectory, () => false);
}

/** What a plain file holds; undefined where there is none, or it is a link. */
async function textOf(path: string): Promise<string | undefined> {
  const { isFile } = await Deno.lstat(path).catch(() => ({ isFile: false }));
  return isFile ? await Deno.readTextFile(path) : undefined;
}
