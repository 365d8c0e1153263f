import { spamAssassin } from "../../sets/mod.ts";
import { type Document, documentId } from "../../data/mod.ts";
import { Random } from "../../base/mod.ts";
import { nearDuplicateClusters } from "../../select/mod.ts";
import { askDocumentPeer } from "./_document_peer.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** FineWeb's: 112 hashes over 5 words, a pair is proposed when one of 14 bands of 8 agrees. */
const SIGNATURE = { shingleWords: 5, bands: 14, rows: 8 };
/** Of 100 words, this many change in a copy: Jaccard similarities from 0.95 down to 0.6. */
const EDITS = [0.5, 1, 1.5, 2, 3, 4];

/** A mail and its edited copy. */
interface Copy {
  original: string;
  copy: string;
  jaccard: number;
}

/** What a program found of the copies, and what it took. */
interface Found {
  cpuSeconds: number;
  /** For each planted copy whether it was found. */
  found: boolean[];
}

/**
 * Near-duplicates over real mails with planted copies, in megabytes of text a CPU-second, with the recall on what was planted:
 * the first call of a process, half of which is V8's compiling, and in the note the second, as a larger corpus is read.
 * With `peers`: rensa and datasketch with the same number of hashes and bands, each on the same documents.
 */
export async function benchDuplicates({ peers }: BenchOptions): Promise<BenchRow[]> {
  const mails = await Array.fromAsync(spamAssassin.read());
  return await nearDuplicates(mails, peers);
}

async function nearDuplicates(mails: readonly Document[], peers: boolean): Promise<BenchRow[]> {
  const { documents, copies } = copied(mails);
  const start = cpuSeconds();
  const { clusters } = await nearDuplicateClusters(documents, SIGNATURE);
  const spent = cpuSeconds() - start;
  // So little text is read before V8 has compiled what reads it.
  const before = cpuSeconds();
  await nearDuplicateClusters(documents, SIGNATURE);
  const compiled = megabytes(documents) / (cpuSeconds() - before);
  const cluster = new Map<string, string>();
  for (const { kept, removed } of clusters) {
    for (const { id } of [{ id: kept }, ...removed]) cluster.set(id, kept);
  }
  const found = copies.map(({ original, copy }) =>
    cluster.has(copy) && cluster.get(copy) === cluster.get(original)
  );
  const rows = (by: string | undefined, { cpuSeconds, found }: Found, also: string): BenchRow => {
    const recall = (low: number, high: number) => {
      const here = copies.flatMap(({ jaccard }, i) => jaccard >= low && jaccard < high ? [found[i]] : []);
      return `${here.filter(Boolean).length} of ${here.length}`;
    };
    return {
      name: "near-duplicates",
      ...(by ? { peer: by } : {}),
      value: megabytes(documents) / cpuSeconds,
      unit: "MB/CPU-s",
      cpuSeconds,
      note: `${documents.length} mails, 112 hashes; copies found at Jaccard >= 0.9: ${recall(0.9, 1.1)}, ` +
        `0.8-0.9: ${recall(0.8, 0.9)}, 0.7-0.8: ${recall(0.7, 0.8)}; ${also}`,
    };
  };
  const result = [
    rows(
      undefined,
      { cpuSeconds: spent, found },
      `every pair compared in full; called again, compiled: ${compiled.toFixed(1)} MB/CPU-s`,
    ),
  ];
  if (!peers) return result;
  for (const peer of ["rensa", "datasketch"]) {
    const answer = await askDocumentPeer<Found>("duplicates.py", { peer, ...SIGNATURE, copies }, documents);
    if (answer) result.push(rows(peer, answer, "pairs as proposed, not compared"));
  }
  return result;
}

/** The mails with edited copies of some of them, and how alike each copy is. */
function copied(mails: readonly Document[]): { documents: Document[]; copies: Copy[] } {
  const random = new Random("copies");
  const documents = [...mails];
  const copies: Copy[] = [];
  for (const mail of random.shuffle(mails)) {
    if (copies.length === 600) break;
    const words = mail.text.split(/\s+/).filter((word) => word);
    if (words.length < 100) continue;
    const rate = EDITS[copies.length % EDITS.length] / 100;
    const edited = words.map((word) => random.next() < rate ? `w${random.int(1e6)}` : word);
    const copy = { ...mail, id: documentId("copy", mail.id), text: edited.join(" ") };
    documents.push(copy);
    copies.push({ original: mail.id, copy: copy.id, jaccard: jaccard(shingles(words), shingles(edited)) });
  }
  return { documents, copies };
}

function shingles(words: readonly string[]): Set<string> {
  const lower = words.map((word) => word.toLowerCase());
  return new Set(lower.slice(4).map((_, i) => lower.slice(i, i + 5).join(" ")));
}

function jaccard(a: Set<string>, b: Set<string>): number {
  const both = a.intersection(b).size;
  return both / (a.size + b.size - both);
}

function megabytes(documents: readonly Document[]): number {
  const encoder = new TextEncoder();
  return documents.reduce((sum, { text }) => sum + encoder.encode(text).length, 0) / 1e6;
}
