import { basename } from "node:path";
import { readBytes } from "../../data/mod.ts";
import { readWarc, writeWarc } from "../../collect/mod.ts";
import { askPeer, MissingPeer } from "../_peer.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** A file that is read, how, and what Python reads it by. */
interface Reading {
  name: string;
  path: string;
  /** Reads it once; gives how many bytes came out. */
  read: () => Promise<number>;
  peers: string[];
}

/**
 * A web archive read record by record, and bzip2 and xz decompressed, in megabytes that come out in a CPU-second. With `peers`,
 * warcio and FastWARC read the same archive in Python, and its own bz2 and lzma the same files. The files are made of pages; bzip2 and
 * xz need these programs, and have no row where they are not installed.
 */
export async function benchArchives(
  pages: readonly string[],
  { seconds, peers }: BenchOptions,
): Promise<BenchRow[]> {
  const folder = await Deno.makeTempDir({ prefix: "midtrain-bench-" });
  try {
    const readings = await made(folder, pages);
    const rows: BenchRow[] = [];
    for (const { name, path, read, peers: programs } of readings) {
      const row = (units: number, cpu: number, peer?: string): BenchRow => ({
        name,
        value: units / 1e6 / cpu,
        unit: "MB/CPU-s",
        cpuSeconds: cpu,
        note: `${basename(path)}, ${(Deno.statSync(path).size / 1e6).toFixed(1)} MB`,
        ...peer !== undefined && { peer },
      });
      const start = cpuSeconds();
      let units = 0;
      do units += await read(); while (cpuSeconds() - start < seconds);
      rows.push(row(units, cpuSeconds() - start));
      for (const peer of peers ? programs : []) {
        const answer = await askArchives({ path, peer, seconds });
        if (answer) rows.push(row(answer.bytes, answer.cpuSeconds, peer));
      }
    }
    return rows;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Write the files that are read. */
async function made(folder: string, pages: readonly string[]): Promise<Reading[]> {
  const warc = `${folder}/pages.warc.gz`;
  await writeWarc(
    warc,
    pages.map((page, at) => ({
      type: "response" as const,
      url: `http://pages.example/${at}`,
      date: "2026-01-02T03:04:05Z",
      content: new TextEncoder().encode(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n${page}`),
    })),
  );
  const readings: Reading[] = [{
    name: "WARC, gzip by record",
    path: warc,
    peers: ["warcio", "fastwarc"],
    read: async () => {
      let units = 0;
      for await (const { content } of readWarc(warc)) units += content.length;
      return units;
    },
  }];
  const text = `${folder}/pages.txt`;
  await Deno.writeTextFile(text, pages.join("\n"));
  for (const [program, extension, peer] of [["bzip2", "bz2", "bz2"], ["xz", "xz", "lzma"]]) {
    if (!await compressed(program, text)) continue;
    const path = `${text}.${extension}`;
    const read = async () => {
      let units = 0;
      for await (const part of readBytes(path)) units += part.length;
      return units;
    };
    readings.push({ name: program, path, read, peers: [peer] });
  }
  return readings;
}

async function compressed(program: string, path: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["-k", path] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function askArchives(
  request: { path: string; peer: string; seconds: number },
): Promise<{ bytes: number; cpuSeconds: number } | undefined> {
  try {
    return await askPeer("archives.py", request);
  } catch (error) {
    if (error instanceof MissingPeer) return undefined;
    throw error;
  }
}
