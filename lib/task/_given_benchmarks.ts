import {
  agentBenchOs,
  type Benchmark,
  benchmarks,
  type LengthTokenizer,
  mathBenchmark,
  narrativeQa,
  qmsumIn,
  quality,
  ruler,
  rulerQa,
  scrolls,
} from "../evaluate/mod.ts";
import { type ScrollsTask, scrollsTasks } from "../sets/mod.ts";

/** What a benchmark is made of on the command line. */
export interface GivenOptions {
  /** `--file`. */
  file: string | undefined;
  /** `--context`, with what counts its tokens. */
  context: number | undefined;
  tokenizer: LengthTokenizer | undefined;
  /** `--split`. */
  split: "train" | "valid" | "test";
}

/** A benchmark that takes a file or a length. */
interface Given {
  /** What the file is, and whether there is a benchmark without it. */
  file?: { is: string; needed: boolean };
  /** Whether a text is cut or made to a length. @default {false} */
  context?: "may" | "needed";
  make(options: GivenOptions & { file: string; context: number; tokenizer: LengthTokenizer }): Benchmark;
}

const longText = ({ context, tokenizer }: GivenOptions) =>
  context === undefined ? {} : { context, tokenizer };

const GIVEN: Readonly<Record<string, Given>> = {
  "agentbench-os": {
    file: { is: "data/os_interaction/data/dev.json of github.com/THUDM/AgentBench", needed: true },
    make: ({ file }) => agentBenchOs(file),
  },
  math: {
    file: { is: "problems with their solutions, a line of JSON each", needed: false },
    make: ({ file }) => mathBenchmark(file === undefined ? {} : { file }),
  },
  qmsum: { context: "may", make: (options) => qmsumIn(longText(options)) },
  quality: {
    file: { is: "QuALITY.v1.0.1.dev of github.com/nyu-mll/quality", needed: true },
    ...{ context: "may", make: (options) => quality(options.file, longText(options)) },
  },
  "narrative-qa": {
    file: { is: "a copy of github.com/google-deepmind/narrativeqa, of its summaries", needed: true },
    context: "may",
    make: ({ file, split, ...rest }) =>
      narrativeQa(file, { split, text: "summaries", ...longText({ file, split, ...rest }) }),
  },
  ...Object.fromEntries(scrollsTasks.map((task: ScrollsTask): [string, Given] => [`scrolls-${task}`, {
    file: { is: `${task}/validation.jsonl of huggingface.co/datasets/tau/scrolls`, needed: true },
    context: "may",
    make: (options) => scrolls(options.file, { task, ...longText(options) }),
  }])),
  "ruler-qa": {
    file: { is: "SQuAD's dev-v2.0.json or HotpotQA's hotpot_dev_distractor_v1.json", needed: true },
    context: "needed",
    make: ({ file, context, tokenizer }) => rulerQa(file, { tokenizer, contexts: [context], samples: 500 }),
  },
  ...Object.fromEntries(
    Object.keys(benchmarks).filter((name) => name.startsWith("ruler-")).map((
      name,
    ): [string, Given] => [name, {
      context: "may",
      make: ({ context, tokenizer }) =>
        context === undefined ? benchmarks[name] : ruler({
          task: name.slice("ruler-".length) as Parameters<typeof ruler>[0]["task"],
          tokenizer,
          contexts: [context],
        }),
    }]),
  ),
};

/** The names of all benchmarks: those that need a file last. */
export const benchmarkNames: readonly string[] = [
  ...new Set([...Object.keys(benchmarks), ...Object.keys(GIVEN)]),
];

/** What `--help` says of those that need a file. */
export const filesHelp: string = Object.entries(GIVEN).filter(([, { file }]) => file?.needed)
  .map(([name, { file }]) => `${name}: ${file!.is}`).join("\n                     ");

/**
 * A benchmark by its name and what was given beside it.
 *
 * @param refuse Says why it cannot be: a file that is missing, or one that the benchmark does not take.
 */
export function givenBenchmark(
  name: string,
  options: GivenOptions,
  refuse: (why: string) => never,
): Benchmark {
  const { file, context } = GIVEN[name] ?? {};
  if (options.file !== undefined && !file) refuse(`${name} takes no --file: its items are the kit's`);
  if (options.file === undefined && file?.needed) refuse(`${name} needs --file: ${file.is}`);
  if (options.context !== undefined && !context) {
    refuse(`${name} takes no --context: its texts have no length to choose`);
  }
  if (options.context === undefined && context === "needed") {
    refuse(`${name} needs --context: tokens of text and answer together`);
  }
  const made = GIVEN[name];
  // What is needed is there by now.
  return made ? made.make(options as Parameters<Given["make"]>[0]) : benchmarks[name];
}
