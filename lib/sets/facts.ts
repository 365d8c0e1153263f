import type { OnProgress } from "../base/mod.ts";

/** Where the files of a set come from. */
export type Origin =
  | {
    /** A folder of a public repository at one commit. */
    kind: "repository";
    /** `OWNER/NAME`. */
    repository: string;
    /** The commit, 40 hexadecimal digits. */
    commit: string;
    /** The folder in it that the set's paths start from, ending in `/`; empty for the root. */
    folder: string;
  }
  | {
    /** Public tables converted to plain text without changing a value; they have no address of their own. */
    kind: "derived";
    /** The folder's name beside the mirror. */
    folder: string;
    /** What was converted. */
    from: string;
  }
  | {
    /** A folder of an installed package. */
    kind: "package";
    /** The package's name. */
    package: string;
    /** The folder in it, ending in `/`. */
    folder: string;
  }
  | {
    /** Numbers typed into the set's own file out of public pages; there is no file to look for. */
    kind: "typed";
    /** Whose pages. */
    from: string;
  };

/** What is known of a set before a file of it is opened. */
export interface SetFacts {
  /** Its name, which its file here has too. */
  readonly name: string;
  /** What it holds, in a line. */
  readonly title: string;
  /** The licence, as its publisher states it. */
  readonly licence: string;
  /** Where its files come from. */
  readonly origin: Origin;
  /** The SHA-256 of each file by its path; none for a package's, whose integrity the lock file holds, and for typed numbers. */
  readonly files: Readonly<Record<string, string>>;
}

/** Options of a set's `file`. */
export interface FindFileOptions {
  /** Whether a file that is on no disk may be downloaded. @default {true} */
  download?: boolean;
  /** Called with a download's progress, in bytes. */
  onProgress?: OnProgress;
  /** Stops a download. */
  signal?: AbortSignal;
}
