import { type Description, type Interval, writeInterval } from "../base/mod.ts";
import type { Law } from "./law.ts";

/** Parameters with their intervals and units, a row each; one without an interval was held. */
export function parametersTable<Datum>(
  law: Law<Datum>,
  intervals: Readonly<Record<string, Interval>>,
  parameters: Readonly<Record<string, number>> = {},
): Description {
  return [{
    rows: law.parameters.filter(({ name }) => name in intervals || name in parameters).map((
      { name, unit },
    ) => ({
      parameter: name,
      ...(intervals[name]
        ? writeInterval(intervals[name])
        : { estimate: parameters[name], low: null, high: null }),
      unit: [unit === "1" ? "" : unit, name in intervals ? "" : "held at this value"].filter(Boolean).join(
        ", ",
      ),
    })),
  }];
}
