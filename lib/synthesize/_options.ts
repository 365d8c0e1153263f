import { refuseRenamed, takes } from "../base/mod.ts";

/** Throw unless the options of a function that asks a model are those that all have, and its own as {@linkcode takes} reads them. */
export function takesAsking(cannot: string, options: object, own: string): void {
  refuseRenamed("Cannot synthesize", options, { concurrency: "workers", out: "folder" });
  takes(
    cannot,
    options,
    `model, budget?, price?, retries?, workers?, patienceSeconds?, reasoningTokens?, extraTokens?, body?, keepReasoning?, seed?, onDrop?, onProgress?, signal?, ${own}`,
  );
}
