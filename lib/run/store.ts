import { dirname, join } from "node:path";
import { exists, explainFullDisk, ofKind, writeAtomic } from "../base/mod.ts";

/**
 * Where a plan keeps what it knows and makes: a folder that all workers see, or an object store. There is no database and no
 * lock: what two may write at once is made by {@linkcode Store.create}, which only one of them can.
 */
export interface Store {
  /** A folder's path, or `s3://BUCKET/PREFIX`. */
  readonly address: string;
  /** What a key holds, or `undefined`. */
  read(key: string): Promise<string | undefined>;
  /** Make a key, whole or not at all. @returns Whether it was made: false where there is one already. */
  create(key: string, content: string): Promise<boolean>;
  /** Make a key, or put another content into it, whole or not at all. */
  write(key: string, content: string): Promise<void>;
  /** The names in a folder, in order; none where there is no such folder. */
  names(key: string): Promise<string[]>;
  /** Remove a key, or all that lies in a folder. */
  remove(key: string): Promise<void>;
  /** A new folder of this machine, in which what is to stand at a key is made. */
  open(key: string): Promise<string>;
  /** Put what was made into the store, before anything says that it is there. */
  keep(key: string, folder: string): Promise<void>;
  /** Let go of what was opened, after it was kept or given up. */
  close(folder: string): Promise<void>;
  /** A file of this machine that holds what a key holds; `folder` is where a copy may lie. */
  fetch(key: string, folder: string): Promise<string>;
}

/**
 * A folder as a store: what is made takes its name by a link, which only one can make.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { folderStore } from "midtrain/run";
 *
 * const store = folderStore(await Deno.makeTempDir());
 * const made = await Promise.all(["a", "b", "c"].map((text) => store.create("done/00000.json", text)));
 * assert.equal(made.filter(Boolean).length, 1);
 * ```
 */
export function folderStore(address: string): Store {
  ofKind("Cannot open a store", { address }, "a text");
  const at = (key: string) => join(address, key);
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw explainStore(error, address);
    }
  };
  return {
    address,
    async read(key) {
      try {
        return await Deno.readTextFile(at(key));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw explainStore(error, address);
      }
    },
    create: (key, content) => explained(() => createFile(at(key), content)),
    write: (key, content) => explained(() => writeAtomic(at(key), content)),
    async names(key) {
      try {
        const names = (await Array.fromAsync(Deno.readDir(at(key)))).map(({ name }) => name);
        return names.filter((name) => !name.startsWith(".")).sort();
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw explainStore(error, address);
      }
    },
    async remove(key) {
      await Deno.remove(at(key), { recursive: true }).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw explainStore(error, address);
      });
    },
    open: (key) => explained(async () => (await Deno.mkdir(at(key), { recursive: true }), at(key))),
    keep: (_key, folder) => explained(() => flushFiles(folder)),
    close: () => Promise.resolve(),
    fetch: (key) => Promise.resolve(at(key)),
  };
}

/** Make a file whole under a name that nobody else has taken. */
async function createFile(path: string, content: string): Promise<boolean> {
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true });
  const partial = join(folder, `.${crypto.randomUUID()}.partial`);
  try {
    {
      using file = await Deno.open(partial, { write: true, createNew: true });
      await file.write(new TextEncoder().encode(content));
      await file.sync();
    }
    await Deno.link(partial, path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    // Some file systems know no links; there the rename of one of two that come in the same moment is lost.
    if (!isWithoutLinks(error) || await exists(path)) throw error;
    await Deno.rename(partial, path);
    return true;
  } finally {
    await Deno.remove(partial).catch(() => {});
  }
}

function isWithoutLinks(error: unknown): boolean {
  const { code } = error as { code?: string };
  return error instanceof Deno.errors.NotSupported || code === "EPERM" || code === "ENOTSUP" ||
    code === "EMLINK";
}

/** What a disk says, with what it means for the work at hand. */
export function explainStore(error: unknown, address: string): unknown {
  if (error instanceof Deno.errors.PermissionDenied) {
    return new Deno.errors.PermissionDenied(`Cannot write to ${address} as there is no permission to`, {
      cause: error,
    });
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return new Deno.errors.NotADirectory(
      `Cannot use ${address} as it must be a folder: a file stands there`,
      {
        cause: error,
      },
    );
  }
  if ((error as { code?: string })?.code === "EROFS") {
    return new Error(`Cannot write to ${address} as its disk is read-only`, { cause: error });
  }
  return explainFullDisk(error, `Cannot write to ${address}`);
}

async function flushFiles(folder: string): Promise<void> {
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await flushFiles(path);
    else if (isFile) {
      using file = await Deno.open(path, { write: true });
      await file.sync();
    }
  }
}
