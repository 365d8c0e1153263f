import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quantile } from "../../base/mod.ts";
import { available } from "../../native/mod.ts";
import { regmix } from "../../sets/mod.ts";
import { askPeer } from "../_peer.ts";
import { furthest, ourRegressions, type RegMixAnswer, regMixRequest } from "../_regressions.ts";
import type { BenchOptions, BenchRow } from "./_row.ts";
import { Contestant } from "./_contestant.ts";

/** Rows of the table that is grouped. */
const ROWS = 20_000_000;

/** How often each side regresses, and groups. */
const ROUNDS = 3;
const SCANS = 21;

/**
 * RegMix's thirteen regressions, and a table of 20 million documents grouped by domain. With `peers`, Python's lightgbm and Polars
 * do the same in the same run; `MIDTRAIN_PEER_PYTHON` names a Python that has them.
 */
export async function benchMix(options: BenchOptions): Promise<BenchRow[]> {
  return [...await regressions(options), ...await grouping(options)];
}

async function regressions({ peers }: BenchOptions): Promise<BenchRow[]> {
  if (!await regmix.available() || !await available("lightgbm")) return [];
  const request = await regMixRequest();
  const name = "mix, 13 RegMix regressions";
  const row = (seconds: number, note: string): BenchRow => ({
    name,
    value: seconds,
    unit: "CPU s",
    cpuSeconds: seconds,
    note,
  });
  const rounds: { ours: RegMixAnswer; theirs?: RegMixAnswer & { version: string } }[] = [];
  // In turn, so that a busy minute is both sides'.
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await ourRegressions(request);
    rounds.push(peers ? { ours, theirs: await askPeer("mix_lightgbm.py", request) } : { ours });
  }
  const ours = quantile(rounds.map((round) => round.ours.cpuSeconds), 0.5);
  const trees = rounds[0].ours.rounds.reduce((sum, n) => sum + n, 0);
  const rows = [
    row(ours, `${trees.toLocaleString("en")} trees kept, 512 rows, one thread, median of ${ROUNDS}`),
  ];
  const { theirs } = rounds[0];
  if (theirs) {
    const seconds = quantile(rounds.map((round) => round.theirs!.cpuSeconds), 0.5);
    const far = furthest(rounds[0].ours, theirs);
    rows.push({
      ...row(
        seconds,
        `ours takes ${(ours / seconds).toFixed(2)} times theirs; predictions differ by at most ${far}`,
      ),
      peer: `lightgbm ${theirs.version}`,
    });
  }
  return rows;
}

/** What a process has held so far. */
interface Loaded {
  peakBytes: number;
}

/** One grouping. */
interface Grouped extends Loaded {
  seconds: number;
  cpuSeconds: number;
  tokens: number[];
}

async function grouping({ peers }: BenchOptions): Promise<BenchRow[]> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "documents.parquet");
  try {
    await writeDocuments(path);
    await using workers = new AsyncDisposableStack();
    const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const python = Deno.env.get("MIDTRAIN_PEER_PYTHON") ?? "python3";
    const ours = workers.use(
      new Contestant("scanPools", Deno.execPath(), ["run", "-A", file("_scan_pools_worker.ts"), path]),
    );
    const theirs = peers
      ? workers.use(
        new Contestant(
          `Polars beside (MIDTRAIN_PEER_PYTHON must name a Python that has it; now ${python})`,
          python,
          [file("peers/mix_polars.py"), path],
        ),
      )
      : undefined;
    const loaded = await ours.answer<Loaded>();
    const theirsLoaded = await theirs?.answer<Loaded & { version: string }>();
    const rounds: { ours: Grouped; theirs?: Grouped }[] = [];
    // In turn, as a machine's speed changes within seconds; the first round meets cold caches.
    for (let round = 0; round <= SCANS; round++) {
      const our = await ours.answer<Grouped>({});
      const their = await theirs?.answer<Grouped>({});
      if (their && their.tokens.join() !== our.tokens.join()) {
        throw new Error("Cannot compare as the sums of tokens differ");
      }
      if (round > 0) rounds.push(their ? { ours: our, theirs: their } : { ours: our });
    }
    const megabytes = ({ peakBytes }: Loaded) => (peakBytes / 1e6).toFixed(0);
    const row = (loaded: Loaded, grouped: Grouped[], note: string): BenchRow => ({
      name: "mix, 20 million documents by domain",
      value: ROWS / quantile(grouped.map(({ seconds }) => seconds), 0.5),
      unit: "documents/s",
      cpuSeconds: quantile(grouped.map(({ cpuSeconds }) => cpuSeconds), 0.5),
      note: `${megabytes(grouped.at(-1)!)} MB at most, ${megabytes(loaded)} before the first scan; ${note}`,
    });
    const rows = [row(loaded, rounds.map(({ ours }) => ours), `24 domains, Parquet, median of ${SCANS}`)];
    if (!theirsLoaded) return rows;
    const times = rounds.map(({ ours, theirs }) => ours.cpuSeconds / theirs!.cpuSeconds);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(times, q).toFixed(2));
    rows.push({
      ...row(
        theirsLoaded,
        rounds.map(({ theirs }) => theirs!),
        `ours takes ${middle} times their CPU-seconds (quartiles ${low}-${high})`,
      ),
      peer: `Python Polars ${theirsLoaded.version}`,
    });
    return rows;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A table of documents: 24 domains of unequal size, a count of tokens, a score. */
async function writeDocuments(path: string): Promise<void> {
  const { default: polars } = await import("nodejs-polars");
  const { col, lit, Int64 } = polars;
  const id = col("id");
  const domains = polars.DataFrame({
    key: Array.from({ length: 24 }, (_, i) => i),
    domain: Array.from({ length: 24 }, (_, i) => `domain ${String(i).padStart(2, "0")}`),
  }).withColumn(col("key").cast(Int64));
  await polars.DataFrame({ one: [0] }).lazy().select(polars.intRange(0, ROWS).alias("id")).select(
    id.multiplyBy(lit(2654435761)).modulo(lit(1000003)).modulo(lit(24)).cast(Int64).alias("key"),
    id.multiplyBy(lit(40503)).modulo(lit(8191)).plus(lit(16)).cast(Int64).alias("tokens"),
    id.multiplyBy(lit(7919)).modulo(lit(10007)).div(lit(10007)).alias("score"),
  ).join(domains.lazy(), { on: "key", how: "left" }).select("domain", "tokens", "score").sinkParquet(path)
    .collect();
}
