import type { LossCurve } from "../base/mod.ts";

/** What to say wherever curves are used whose first rates no log shows. */
export function inventedPast(data: readonly unknown[]): string[] {
  const held = (data as readonly Partial<LossCurve>[]).filter(({ heldSteps }) => heldSteps);
  return held.length === 0 ? [] : [
    `This rests on an invented past: ${
      held.map(({ name, heldSteps }) =>
        `${name} logs no learning rate before step ${heldSteps}, in mid-decay`
      ).join("; ")
    }. Put the trunk's rows before the branch's, or give its schedule`,
  ];
}
