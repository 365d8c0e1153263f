import { shorten } from "./_text.ts";
import { ink, type Spec } from "./_theme.ts";

/** Least distance of two labels, as a share of the axis: 13 of 320 pixels. */
const apart = 13 / 320;

/**
 * The names of series at the ends of their lines, each where it covers none before it: what a legend says, said again where
 * there are more lines than colours.
 */
export function endLabels(
  values: readonly { series: string; x: number; y: number | null }[],
  axes: { x: Spec; y: Spec },
  { yLog }: { yLog: boolean },
): Spec[] {
  const ends = new Map<string, { series: string; x: number; y: number }>();
  for (const { series, x, y } of values) {
    if (y !== null && !(x < (ends.get(series)?.x ?? -Infinity))) ends.set(series, { series, x, y });
  }
  const at = (y: number) => yLog ? Math.log(y) : y;
  const all = values.flatMap(({ y }) => y === null ? [] : [at(y)]);
  const span = all.reduce((a, b) => Math.max(a, b)) - all.reduce((a, b) => Math.min(a, b)) || 1;
  const right = [...ends.values()].reduce((most, { x }) => Math.max(most, x), -Infinity);
  let last = Infinity;
  const shown = [...ends.values()].filter(({ x }) => x === right).sort((a, b) => b.y - a.y)
    .filter(({ y }) => {
      if (last - at(y) < apart * span) return false;
      last = at(y);
      return true;
    });
  return [{
    data: {
      values: shown.map(({ series, x, y }) => ({
        [String(axes.x.field)]: x,
        [String(axes.y.field)]: y,
        name: shorten(series, 24),
      })),
    },
    mark: { type: "text", align: "left", dx: 6, color: ink.soft },
    encoding: { ...axes, text: { field: "name", type: "nominal" } },
  }];
}
