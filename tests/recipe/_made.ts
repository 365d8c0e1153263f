import {
  type MixtureSource,
  notReported,
  type Recipe,
  recipe,
  type Stage,
  stage,
  verified,
} from "../../lib/recipe/mod.ts";

/** A recipe of so much as a rule looks at. */
export function made(stages: readonly Partial<Stage>[]): Recipe {
  return recipe({
    name: "made",
    model: { name: "Made", parameters: notReported() },
    objectives: ["mathematics"],
    stages: stages.map((given, i) =>
      stage({
        name: `s${i}`,
        kind: i === 0 ? "pretrain" : "mid",
        optimizerKept: verified(true, "here"),
        ...given,
      })
    ),
    sources: [],
  });
}

/** A source with its share. */
export function source(name: string, share: number, more: Partial<MixtureSource> = {}): MixtureSource {
  return { source: name, kind: "web", share: verified(share, "a file"), ...more };
}
