import { factsOf, valueWords } from "./_facts.ts";
import type { Finding } from "./_finding.ts";
import { valueOf } from "./fact.ts";
import type { Recipe, Stage } from "./recipe.ts";
import { stageBefore } from "./seams.ts";

/** What is wrong with a stage beside the one before it, apart from rates and mixtures. */
export function* stageFindings(stages: readonly Stage[], at: number): Generator<Finding> {
  const stage = stages[at];
  const before = stageBefore(stages, at);
  const { name, optimizerKept, from, merge } = stage;
  if (before && optimizerKept.status === "not-reported") {
    const what = `whether the optimizer's state of ${before.name} was kept is not told`;
    yield { level: "note", rule: "optimizer-unstated", stage: name, what, locus: "" };
  }
  for (const { value, locus } of from?.alternatives ?? []) {
    const what = `it is said to start from ${from!.value}, but ${locus} loads ${value}`;
    yield { level: "fault", rule: "weights-from", stage: name, what, locus };
  }
  const runs = valueOf(merge)?.of ?? [];
  const twice = runs.find(({ seed }, i) =>
    seed !== undefined && runs.findIndex((one) => one.seed === seed) < i
  );
  if (twice) {
    const same = runs.filter(({ seed }) => seed === twice.seed);
    const differ = new Set(same.map(({ data }) => data)).size === same.length;
    const what = `${same.length} of the runs that are merged share seed ${twice.seed}` +
      (differ ? ", and differ by their data alone" : ", and nothing is told by which they differ");
    const level = differ ? "note" : "fault";
    yield { level, rule: "same-seed", stage: name, what, locus: merge!.locus ?? "" };
  }
  yield* ropeFindings(stages, at);
}

/** What is wrong with how a stage came to its longer context. */
function* ropeFindings(stages: readonly Stage[], at: number): Generator<Finding> {
  const { name, kind, rope, sequence } = stages[at];
  const before = stageBefore(stages, at);
  const [now, then] = [valueOf(sequence), before && valueOf(before.sequence)];
  const turned = valueOf(rope);
  if (kind !== "context" || now === undefined || then === undefined || turned === undefined || now <= then) {
    return;
  }
  const longer = now / then;
  const { method = "none", factor = 1, theta } = turned;
  const found = { rule: "rope-ratio", stage: name, locus: rope.locus ?? "" } as const;
  if ((method === "yarn" || method === "position-interpolation") && Math.abs(factor / longer - 1) > 0.01) {
    const what = `the context grows ${longer} times, positions are stretched ${factor} times`;
    yield { ...found, level: factor < longer ? "warning" : "note", what };
  } else if (method === "adjusted-base" && theta !== undefined) {
    // A base that was raised for several steps at once is raised once.
    const first = stages.slice(0, at).find((one) =>
      valueOf(one.rope)?.theta !== undefined && valueOf(one.sequence)
    );
    if (first === undefined) return;
    const [base, context] = [valueOf(first.rope)!.theta!, valueOf(first.sequence)!];
    if (theta / base >= now / context) return;
    const what = `since ${first.name} the context grew ${now / context} times, the base only ${
      Number((theta / base).toPrecision(3))
    } times`;
    yield { ...found, level: "warning", what };
  } else if (method === "none") {
    const what = `the context grows ${longer} times with the frequencies as they were`;
    yield { ...found, level: "note", what };
  }
}

/** Facts on which sources differ and that no other rule speaks of. */
export function* conflictFindings(recipe: Recipe, told: readonly Finding[]): Generator<Finding> {
  for (const one of factsOf(recipe)) {
    if (one.fact.status !== "conflict") continue;
    const { alternatives = [], locus = "" } = one.fact;
    // A schedule's and a checkpoint's conflict is told with its numbers where it matters.
    const field = one.path.split(".")[1];
    const rules = { schedule: ["seam", "horizon"], from: ["weights-from"] }[field] ?? [];
    if (
      told.some(({ stage, rule, locus }) =>
        rules.includes(rule) && alternatives.some((other) => other.locus === locus) &&
        (stage === one.stage || rule === "seam")
      )
    ) {
      continue;
    }
    const others = alternatives.map((other) =>
      `${valueWords({ ...one, fact: { ...one.fact, value: other.value } })} by ${other.locus}`
    );
    const what = `${one.what} is ${valueWords(one)} by ${locus}, and ${others.join(", ")}`;
    yield { level: "warning", rule: "conflict", stage: one.stage, what, locus };
  }
}
