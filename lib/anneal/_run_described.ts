import { described, type Description } from "../base/mod.ts";
import { countParameters } from "./config.ts";
import type { Run } from "./run.ts";

/** A run that says itself how it is shown. */
export function describedRun(run: Run): Run {
  return described(run, tellRun);
}

function tellRun({ log, checkpoint, message, evaluations, usage, engine }: Run): Description {
  const last = log.at(-1);
  const speeds = log.map(({ tokensPerSecond }) => tokensPerSecond).sort((a, b) => a - b);
  return [
    {
      rows: [{
        "parameters": countParameters(checkpoint.config),
        "steps": checkpoint.step,
        "tokens": checkpoint.tokens,
        ...last ? { "last training loss (nats per token)": Number(last.loss.toFixed(4)) } : {},
        ...last ? { "tokens a second (median)": Math.round(speeds[speeds.length >> 1]) } : {},
        engine,
      }],
    },
    ...evaluations.length > 0 ? [{ title: "Held-out loss", rows: lastEvaluations(evaluations) }] : [],
    {
      title: "What each source gave",
      rows: Object.entries(usage).map(([source, { tokens, epochs }]) => ({
        source,
        tokens,
        "epochs": Number(epochs.toPrecision(3)),
      })),
    },
    message,
  ];
}

function lastEvaluations(evaluations: Run["evaluations"]): Record<string, unknown>[] {
  return [...Map.groupBy(evaluations, ({ source }) => source)].map(([source, made]) => {
    const [first, last] = [made[0], made.at(-1)!];
    return {
      source,
      [`step ${first.step} (nats per token)`]: Number(first.loss.toFixed(4)),
      [`step ${last.step} (nats per token)`]: Number(last.loss.toFixed(4)),
      "bits per byte": Number(last.bitsPerByte.toFixed(4)),
      "measurements": made.length,
    };
  });
}
