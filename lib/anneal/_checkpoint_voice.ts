import type { Said, Voice, Window } from "./_teacher.ts";
import type { BackendName } from "./backend.ts";
import { numberDocuments } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Engine } from "./learner.ts";
import { openForReading } from "./loss.ts";

/** A checkpoint that says of each token of a window what may follow. */
export async function checkpointVoice(
  teacher: Checkpoint,
  { context, maskDocuments, endOfDocument, temperature }: {
    context: number;
    maskDocuments: boolean;
    endOfDocument: number;
    temperature: number;
  },
  options: { engine?: Engine | undefined; backend?: BackendName | undefined },
): Promise<Voice> {
  const learner = await openForReading(teacher, { batch: 1, context, maskDocuments }, options);
  const { vocabularySize: V } = teacher.config;
  return {
    atOnce: 1,
    async say({ tokens }: Window, { ids, probabilities }: Said) {
      const segments = new Int32Array(maskDocuments ? context : 0);
      if (maskDocuments) numberDocuments(tokens, segments, endOfDocument, 0, context);
      const logits = await learner.logits({ tokens, ...(maskDocuments && { segments }) });
      const topK = ids.length / context;
      for (let i = 0; i < context; i++) {
        const at = i * topK;
        likeliest(logits.subarray(i * V, (i + 1) * V), temperature, {
          ids: ids.subarray(at, at + topK),
          probabilities: probabilities.subarray(at, at + topK),
        });
      }
    },
    [Symbol.dispose]: () => learner[Symbol.dispose](),
  };
}

/** The likeliest ids of a row of logits, in order, with their probabilities at a temperature. */
export function likeliest(
  logits: Float32Array,
  temperature: number,
  { ids, probabilities }: Said,
): void {
  const count = ids.length;
  const best = new Float64Array(count).fill(-Infinity);
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id];
    if (!(logit > best[count - 1])) continue;
    let at = count - 1;
    for (; at > 0 && best[at - 1] < logit; at--) {
      best[at] = best[at - 1];
      ids[at] = ids[at - 1];
    }
    best[at] = logit;
    ids[at] = id;
  }
  let sum = 0;
  for (const logit of logits) sum += Math.exp((logit - best[0]) / temperature);
  for (let i = 0; i < count; i++) probabilities[i] = Math.exp((best[i] - best[0]) / temperature) / sum;
}
