import { writeFully } from "../base/mod.ts";
import { fieldsOf } from "./_record_bytes.ts";
import { readMembers } from "./_members.ts";
import { readWarc } from "./warc.ts";
import { warcBytes, type WarcRecordToWrite } from "./write_warc.ts";

/** What an archive holds of an address. */
export interface Stored {
  /** Where it leads, where the server said so. */
  location?: string;
  /** What a later request is made conditional on. */
  etag?: string;
  lastModified?: string;
  date: string;
}

/** An archive that grows record by record, and is gone on with after a kill. */
export class WarcFile {
  /** The last capture of each address. */
  stored: Map<string, Stored> = new Map();
  #file: Deno.FsFile;
  #writing: Promise<void> = Promise.resolve();

  /** Whether it was empty when it was opened. */
  readonly isNew: boolean;

  constructor(file: Deno.FsFile, isNew: boolean) {
    this.#file = file;
    this.isNew = isNew;
  }

  /**
   * Open an archive, or make one. What a kill left of a last record is cut off.
   *
   * @throws {Deno.errors.InvalidData} If the file is no archive that is compressed record by record.
   * @throws {Deno.errors.Busy} If another process writes it.
   */
  static async open(path: string): Promise<WarcFile> {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    try {
      if (!await file.tryLock(true)) {
        throw new Deno.errors.Busy(`Cannot write ${path} as another process writes it`);
      }
      const { size } = await file.stat();
      const end = size === 0 ? 0 : await wholeBytes(path);
      const open = new WarcFile(file, end === 0);
      if (end < size) await file.truncate(end);
      if (end > 0) {
        for await (const record of readWarc(path, { maxRecordBytes: 1 << 16 })) open.#note(record);
      }
      await file.seek(end, Deno.SeekMode.Start);
      return open;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Write records one behind the other. */
  append(records: WarcRecordToWrite[]): Promise<void> {
    const written = this.#writing.then(async () => {
      for (const record of records) await writeFully(this.#file, warcBytes(record, true));
      for (const record of records) this.#note(record);
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.sync();
    this.#file.close();
  }

  #note({ type, url, content, date }: WarcRecordToWrite): void {
    if (!url || type !== "response") return;
    const head = new TextDecoder("latin1").decode(content.subarray(0, 1 << 16)).split(/\r?\n\r?\n/)[0];
    const { location, etag, "last-modified": lastModified } = fieldsOf(head);
    this.stored.set(url, {
      date,
      ...location !== undefined && / 3\d\d/.test(head.slice(0, 12)) && { location },
      ...etag !== undefined && { etag },
      ...lastModified !== undefined && { lastModified },
    });
  }
}

/** Where the last whole record of an archive ends. */
async function wholeBytes(path: string): Promise<number> {
  let end = 0;
  try {
    for await (const piece of readMembers(path, 0)) end = piece.end ?? end;
  } catch (error) {
    // What is damaged amid whole records is no trace of a kill.
    if (!/has no end|there is no member/.test((error as Error).message) || end === 0) throw error;
  }
  return end;
}
