import { factsOf, valueWords } from "./_facts.ts";
import type { Finding } from "./_finding.ts";
import { valueOf } from "./fact.ts";
import type { Recipe, Stage } from "./recipe.ts";

/** What is wrong with a stage beside the one before it, apart from rates and mixtures. */
export function* stageFindings(stage: Stage, before: Stage | undefined): Generator<Finding> {
  const { name, kind, optimizerKept, from, merge, rope } = stage;
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
  const [now, then] = [valueOf(stage.sequence), before && valueOf(before.sequence)];
  const turned = valueOf(rope);
  if (kind !== "context" || now === undefined || then === undefined || turned === undefined || now <= then) {
    return;
  }
  const longer = now / then;
  const base = before && valueOf(before.rope)?.theta;
  const { method = "none", factor = 1, theta } = turned;
  const at = { rule: "rope-ratio", stage: name, locus: rope.locus ?? "" } as const;
  if ((method === "yarn" || method === "position-interpolation") && Math.abs(factor / longer - 1) > 0.01) {
    const what = `the context grows ${longer} times, positions are stretched ${factor} times`;
    yield { ...at, level: factor < longer ? "warning" : "note", what };
  } else if (method === "adjusted-base" && base !== undefined && theta / base < longer) {
    const what = `the context grows ${longer} times, the base only ${
      Number((theta / base).toPrecision(3))
    } times`;
    yield { ...at, level: "warning", what };
  } else if (method === "none") {
    const what = `the context grows ${longer} times with the frequencies as they were`;
    yield { ...at, level: "warning", what };
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
