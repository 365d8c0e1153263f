import { foreignFormat } from "./_formats.ts";
import { columnReaders, parsers, rawDecimals } from "./_columns.ts";
import type { Json } from "./document.ts";

/**
 * The records of a Parquet file, one row group in memory at a time.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {Deno.errors.InvalidData} If it is not a whole Parquet file.
 */
export async function* parquetRecords(path: string): AsyncGenerator<Record<string, Json>> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const { isDirectory } = await Deno.stat(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`Cannot read ${path}: there is no such file`);
  });
  if (isDirectory) {
    throw new Deno.errors.InvalidData(`Cannot read ${path} as it must be a Parquet file: it is a folder`);
  }
  const file = await asyncBufferFromFile(path);
  const head = new Uint8Array(await file.slice(0, Math.min(300, file.byteLength)));
  const format = foreignFormat(head);
  const damaged = (error: unknown) =>
    new Deno.errors.InvalidData(
      `Cannot read ${path} as it must be a whole Parquet file: ${
        format && !format.startsWith("Parquet")
          ? `it is ${format}`
          : file.byteLength < 12
          ? `it has ${file.byteLength} bytes`
          : error instanceof Error
          ? error.message
          : error
      }`,
    );
  const metadata = await parquetMetadataAsync(file).catch((error) => {
    throw damaged(error);
  });
  const rows = (rowStart: number, rowEnd: number, columns?: string[]) =>
    parquetReadObjects({ file, metadata, compressors, parsers, ...columns && { columns }, rowStart, rowEnd })
      .catch((error) => {
        throw damaged(error);
      });
  const readers = await columnReaders(metadata, rows);
  rawDecimals(metadata);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    for (const read of await rows(rowStart, rowEnd)) {
      const record: Record<string, Json> = {};
      for (const name in read) {
        const value = read[name];
        record[name] = typeof value === "string" ? value : readers.get(name)!(value);
      }
      yield record;
    }
    rowStart = rowEnd;
  }
}
