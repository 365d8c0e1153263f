import type { Document } from "../../data/mod.ts";
import {
  buildIndex,
  decontaminate,
  type EvaluationItem,
  plant,
  type Planting,
  plantKinds,
  type RuleOptions,
} from "../../decontaminate/mod.ts";
import { gsm8k, gsm8kDocument, mmlu, sotu, spamAssassin } from "../../sets/mod.ts";
import { askDocumentPeer } from "./_document_peer.ts";
import { type BenchOptions, type BenchRow, cpuSeconds } from "./_row.ts";

/** Items that are planted, and with the mirror those that are sought beside them. */
const PLANTED = 100;
const PEER_WORDS = 13;

/** What a program found of the copies, and what it took. */
interface Found {
  cpuSeconds: number;
  /** For each planted copy whether its document was called. */
  found: boolean[];
}

/**
 * Decontamination over real mails, speeches and, with the data mirror, worked problems, which are formulaic and of the kind
 * that is sought: megabytes of text a CPU-second, with the recall on planted copies. With `peers`, datatrove's n-gram
 * decontamination on the same documents and items.
 */
export async function benchDecontamination({ peers }: BenchOptions): Promise<BenchRow[]> {
  const { items, documents, what } = await given();
  const some = items.filter(({ question }) => question.split(/\s+/).length >= PEER_WORDS).slice(0, PLANTED);
  const planting = plant(some, documents);
  const index = buildIndex(items);
  const rows: BenchRow[] = [];
  const rules: Record<string, RuleOptions> = {
    "n-grams, default": {},
    [`n-grams of ${PEER_WORDS}, any`]: { n: PEER_WORDS, threshold: 0 },
    "longest common subsequence": { rule: "lcs" },
  };
  for (const [name, rule] of Object.entries(rules)) {
    const called = new Set<string>();
    const onContamination = (_: unknown, { id }: Document) => called.add(id);
    // The index's tables are made at the first document.
    await Array.fromAsync(decontaminate([documents[0]], index, rule));
    const start = cpuSeconds();
    for await (const _ of decontaminate(planting.documents, index, { ...rule, onContamination }));
    const spent = cpuSeconds() - start;
    const found = planting.planted.map(({ document }) => called.has(document));
    rows.push(row(name, planting, { cpuSeconds: spent, found }, what));
  }
  if (!peers) return rows;
  const answer = await askDocumentPeer<Found>("decontamination.py", {
    n: PEER_WORDS,
    questions: items.map(({ question }) => question),
    hosts: planting.planted.map(({ document }) => document),
  }, planting.documents);
  if (answer) {
    rows.push({ ...row(`n-grams of ${PEER_WORDS}, any`, planting, answer, what), peer: "datatrove" });
  }
  return rows;
}

async function given(): Promise<{ items: EvaluationItem[]; documents: Document[]; what: string }> {
  const documents = await Array.fromAsync(spamAssassin.read({ limit: 2000 }));
  for await (const speech of sotu.read()) if (documents.push(speech) === 2100) break;
  const items: EvaluationItem[] = [];
  if (await gsm8k.available()) {
    for await (const problem of gsm8k.read({ split: "train" })) documents.push(gsm8kDocument(problem));
    for await (const { id, question, answer } of gsm8k.read({ split: "test" })) {
      items.push({ id, question, answer, benchmark: "gsm8k" });
    }
  }
  if (await mmlu.available()) {
    for await (const { id, question, choices, answer } of mmlu.read({ split: "test" })) {
      items.push({ id, question, answer: choices[answer], benchmark: "mmlu" });
    }
  }
  if (items.length === 0) {
    for await (const { id, text } of sotu.read()) {
      items.push({ id, question: text.slice(0, 300), benchmark: "speeches" });
    }
    documents.splice(2000);
  }
  return {
    items,
    documents,
    what: `${documents.length} mails, speeches, worked problems; ${items.length} items`,
  };
}

function row(name: string, { documents, planted }: Planting, found: Found, what: string): BenchRow {
  const bytes = documents.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  const recall = plantKinds.map((kind) => {
    const here = planted.flatMap((copy, i) => copy.kind === kind ? [found.found[i]] : []);
    return `${kind} ${here.filter(Boolean).length} of ${here.length}`;
  });
  return {
    name: `decontamination, ${name}`,
    value: bytes / 1e6 / found.cpuSeconds,
    unit: "MB/CPU-s",
    cpuSeconds: found.cpuSeconds,
    note: `${what}; copies found: ${recall.join(", ")}`,
  };
}
