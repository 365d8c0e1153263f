import process from "node:process";

/** What every bench is told. */
export interface BenchOptions {
  /** About how long each measurement takes. */
  seconds: number;
  /** Whether to run installed peers too. */
  peers: boolean;
  /** Whether the bench training breaks a step down instead. @default {false} */
  profile?: boolean | undefined;
  /** Which models the bench training takes. @default all */
  sizes?: readonly string[] | undefined;
}

/** One measurement. */
export interface BenchRow {
  /** What was measured, for example `training, traced step`. */
  name: string;
  /** How much: the median of the rounds where there were several. */
  value: number;
  /** The unit, for example `tokens/s`. */
  unit: string;
  /** CPU-seconds of this process and its children that the measurement took. */
  cpuSeconds?: number;
  /** The other program, where the row is a peer's. */
  peer?: string;
  /** What else the reader must know: sizes, settings, an objective reached. */
  note?: string;
}

/** CPU-seconds of this process so far, user and system. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
