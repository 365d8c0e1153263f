import type { Answer, Rejected } from "./method.ts";

/** The rejection of an answer that has a fault. */
export function faulty(answer: Answer): Rejected {
  return { rejected: answer.fault!, sample: answer.text };
}
