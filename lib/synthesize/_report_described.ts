import type { Description } from "../base/mod.ts";
import type { SynthesisReport } from "./report.ts";

/** The account of a synthesis as `show` prints it. */
export function tellReport(report: SynthesisReport): Description {
  const { method, model, documents, accepted, rejected, samples, tokens, cost } = report;
  const lost = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  const { requests, cacheHits, seconds, unfinished, stopped, waiting, notices } = report;
  return [
    {
      rows: [{
        "documents": documents,
        "texts accepted": accepted,
        "texts rejected": lost,
        "tokens read": tokens.prompt,
        "tokens written": tokens.completion,
        requests,
        "answered by the cache": cacheHits,
        "seconds": Number(seconds.toFixed(1)),
        ...(cost > 0 ? { cost: Number(cost.toPrecision(3)) } : {}),
      }],
    },
    ...lost > 0
      ? [{
        title: "Rejected",
        rows: Object.entries(rejected).sort(([, a], [, b]) => b - a).map(([cause, texts]) => ({
          cause,
          texts,
          "the first": samples[cause]?.text ?? "",
        })),
      }]
      : [],
    `${method} by ${model}`,
    ...unfinished > 0 ? [`${unfinished} documents were begun and not finished`] : [],
    ...stopped ? [`Stopped: ${stopped}`] : [],
    ...waiting ? [`Waiting ${waiting}`] : [],
    ...notices,
  ];
}
