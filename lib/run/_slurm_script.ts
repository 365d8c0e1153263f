/** What a job asks of Slurm, and how it begins. */
export interface SlurmJob {
  /** Its name in the queue. */
  name: string;
  /** Further lines of `#SBATCH`, without that word. */
  asks: readonly string[];
  /** Where what it says goes. */
  output: string;
  /** Shell lines before the work, such as `module load`. */
  setup: string;
  /** The worker's command, quoted. */
  worker: string;
}

/** So many seconds before its time is up a job is told, and so many times it is put back into the queue. */
const NOTICE_SECONDS = 120;
const MOST_RESTARTS = 20;

/**
 * The script of an array, whose task works on the shards of its line. When its time is up the worker leaves its shard, and the
 * task goes back into the queue: the shards that are done stay done.
 */
export function arrayScript(job: SlurmJob, folder: string, tasks: readonly (readonly number[])[]): string {
  return `${head(job)}
#SBATCH --array=0-${tasks.length - 1}
#SBATCH --signal=B:USR1@${NOTICE_SECONDS}
#SBATCH --requeue
#SBATCH --open-mode=append
${job.setup}
SHARDS=(
${tasks.map((shards) => `  "${shards.join(" ")}"`).join("\n")}
)
again() {
  kill -USR1 $! 2>/dev/null
  # A wait that a signal has interrupted may end too early.
  while kill -0 $! 2>/dev/null; do wait $!; done
  # The variable is not set in the first start.
  if [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MOST_RESTARTS} ]; then scontrol requeue "$SLURM_JOB_ID"; fi
  exit 0
}
trap again USR1
${job.worker} shards ${quoted(folder)} \${SHARDS[$SLURM_ARRAY_TASK_ID]} &
wait $!
`;
}

/** The script of a merge. */
export function mergeScript(job: SlurmJob, folder: string): string {
  return `${head(job)}
${job.setup}
exec ${job.worker} merge ${quoted(folder)}
`;
}

function head({ name, asks, output }: SlurmJob): string {
  const lines = [`--job-name=${name}`, `--output=${output}`, "--kill-on-invalid-dep=yes", ...asks];
  return ["#!/bin/bash", ...lines.map((line) => `#SBATCH ${line}`)].join("\n");
}

/** A word that the shell takes as it is. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Tasks of so many shards each, the largest first, in arrays that Slurm takes. */
export function arraysOf(
  shards: readonly number[],
  { shardsPerTask, maxArraySize }: { shardsPerTask: number; maxArraySize: number },
): number[][][] {
  const count = Math.ceil(shards.length / shardsPerTask);
  // Dealt out in turn, so that no task has all of the largest.
  const tasks = Array.from({ length: count }, (_, task) => shards.filter((_, at) => at % count === task));
  return Array.from(
    { length: Math.ceil(count / maxArraySize) },
    (_, at) => tasks.slice(at * maxArraySize, (at + 1) * maxArraySize),
  );
}

/** How many tasks an array may have, of what `scontrol show config` prints. */
export function maxArraySizeOf(config: string): number | undefined {
  const [, size] = /^MaxArraySize\s*=\s*(\d+)/m.exec(config) ?? [];
  return size === undefined ? undefined : Number(size);
}

/** A job as `squeue` tells of it. */
export interface QueuedJob {
  /** Its number; that of the array of whose tasks it is one. */
  id: string;
  /** Such as `PENDING`, `RUNNING`. */
  state: string;
  /** Why it waits. */
  reason: string;
  /** How many tasks of an array this line stands for. */
  tasks: number;
}

/** What `squeue --noheader --format=%i|%T|%r` prints. */
export function parseSqueue(text: string): QueuedJob[] {
  return text.split("\n").filter((line) => line.includes("|")).map((line) => {
    const [name, state, reason = ""] = line.trim().split("|");
    const [, id, tasks] = /^(\d+)(?:_(?:\[([^\]%]*)(?:%\d+)?\]|\d+))?/.exec(name) ?? [, name];
    return { id: id!, state, reason, tasks: tasks === undefined ? 1 : countOf(tasks) };
  });
}

/** How many numbers `0-3,7,9-11:2` stands for. */
function countOf(ranges: string): number {
  return ranges.split(",").reduce((sum, range) => {
    const [, from, to, step] = /^(\d+)(?:-(\d+))?(?::(\d+))?/.exec(range) ?? [, "0"];
    return sum + Math.floor((Number(to ?? from) - Number(from)) / Number(step ?? 1)) + 1;
  }, 0);
}

/** How a job ended, as `sacct` tells. */
export interface EndedJob {
  /** Its number. */
  id: string;
  /** Such as `COMPLETED`, `FAILED`, `NODE_FAIL`, `OUT_OF_MEMORY`, `TIMEOUT`. */
  state: string;
  /** Its exit code and signal, `1:0`. */
  exitCode: string;
}

/** What `sacct --noheader --parsable2 --allocations --format=JobIDRaw,State,ExitCode` prints. */
export function parseSacct(text: string): EndedJob[] {
  return text.split("\n").filter((line) => line.includes("|")).map((line) => {
    const [id, state, exitCode = ""] = line.trim().split("|");
    return { id, state: state.split(" ")[0], exitCode };
  });
}
