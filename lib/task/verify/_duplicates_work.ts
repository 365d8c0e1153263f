/**
 * Near-duplicates of made documents in a process of its own, to be watched and killed:
 * `_duplicates_work.ts DOCUMENTS WORKERS FOLDER`. It prints what it has done as lines of JSON.
 * @module
 */
// deno-lint-ignore-file no-console
import { createHash } from "node:crypto";
import { mix32 } from "../../base/mod.ts";
import type { Document } from "../../data/mod.ts";
import { removeNearDuplicates } from "../../select/mod.ts";

/** How far the work has come, or what came of it. */
export interface Line {
  /** What is done. */
  label: string;
  /** How much of it. */
  done: number;
  /** Memory of the process now, and the most so far, in bytes. */
  resident: number;
  peak: number;
  seconds: number;
  /** At the end: how many stay and go, how many should, and a hash of the ids of those that stay. */
  end?: { found: string; expected: string; sha256: string };
}

const word = (i: number) => (mix32(i) >>> 4).toString(36);
const phrases = Array.from(
  { length: 1 << 16 },
  (_, i) => `${word(3 * i)} ${word(3 * i + 1)} ${word(3 * i + 2)} `,
);

/** One of thirty words in ten phrases, or, of every ten the last, an earlier one with a word more. */
function textOf(i: number): string {
  if (i % 10 === 9) return `${textOf(mix32(i) % i - mix32(i) % i % 10)} ${word(i)}`;
  let text = "";
  let state = mix32(i + 1);
  for (let phrase = 0; phrase < 10; phrase++) {
    state = mix32(state + phrase);
    text += phrases[state >>> 16];
  }
  return text;
}

function* documentsOf(count: number): Generator<Document> {
  for (let i = 0; i < count; i++) {
    const id = mix32(i).toString(16).padStart(8, "0") + mix32(i ^ 0x5bd1e995).toString(16).padStart(8, "0");
    yield { id, text: textOf(i), source: "made", meta: {} };
  }
}

if (import.meta.main) {
  const [count, workers] = Deno.args.map(Number);
  const folder = Deno.args[2];
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const line = (label: string, done: number, end?: Line["end"]) => {
    const status = Deno.readTextFileSync("/proc/self/status");
    const bytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) * 1024;
    const said: Line = { label, done, resident: bytes("VmRSS"), peak: bytes("VmHWM"), seconds: seconds() };
    console.log(JSON.stringify(end ? { ...said, end } : said));
  };
  const hash = createHash("sha256");
  let stay = 0;
  let before = 0;
  const documents = { [Symbol.iterator]: () => documentsOf(count) };
  const onProgress = ({ label, done }: { label: string; done: number }) => {
    if (label === "bands sorted" || performance.now() - before > 200) line(label, done);
    else return;
    before = performance.now();
  };
  const given = workers > 0 ? { workers } : {};
  for await (const { id } of removeNearDuplicates(documents, { ...given, folder, onProgress })) {
    hash.update(id);
    if (++stay % Math.ceil(count / 20) === 0) line("given", stay);
  }
  const copies = Math.floor(count / 10);
  line("given", stay, {
    found: `${stay} and ${count - stay}`,
    expected: `${count - copies} and ${copies}`,
    sha256: hash.digest("hex").slice(0, 16),
  });
}
