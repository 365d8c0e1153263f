import { inRange, ofKind, takes } from "../base/mod.ts";
import { jupyter } from "./_jupyter.ts";
import { show, toBundle } from "./show.ts";
import { Slot } from "./_slot.ts";

/** Options of {@linkcode live}. */
export interface LiveOptions {
  /** The least time between two drawings, in seconds; a thing that is slow to draw is drawn more seldom. @default {1} */
  everySeconds?: number;
}

/** A thing on the screen that is drawn anew as work goes on. */
export interface Live extends AsyncDisposable {
  /** Say that there is something new. Cheap: most calls draw nothing. */
  update(): void;
  /** Draw the last state and wait until it is shown. */
  done(): Promise<void>;
}

/**
 * Show a thing while it grows, for example loss curves during training: in a notebook one display that updates at its place,
 * elsewhere the last state alone.
 *
 * @param draw Gives the thing as it is now, as {@linkcode show} takes it. What it throws comes out of `done()`.
 * @throws {RangeError} If `everySeconds` is not >= 0.
 * @example
 * ```ts
 * import { live } from "midtrain/notebook";
 *
 * const losses: { step: number; loss: number }[] = [];
 * await using table = live(() => losses);
 * for (let step = 0; step < 3; step++) {
 *   losses.push({ step, loss: 3 / (step + 1) });
 *   table.update();
 * }
 * ```
 */
export function live(draw: () => unknown, options: LiveOptions = {}): Live {
  takes("Cannot show a live display", options, "everySeconds?");
  ofKind("Cannot show a live display", { draw }, "a function");
  const { everySeconds = 1 } = options;
  inRange("Cannot show a live display", { everySeconds }, ">= 0");
  const slot = new Slot();
  let placed = false;
  let drawing: Promise<void> | undefined;
  let ending: Promise<void> | undefined;
  let next = -Infinity;
  const render = async () => {
    const started = performance.now();
    slot.draw(await toBundle(draw()));
    const now = performance.now();
    next = now + Math.max(everySeconds * 1000, restShare * (now - started));
  };
  const end = async () => {
    await drawing;
    if (!jupyter()) return await show(draw());
    await render();
    await slot.settled();
  };
  return {
    update() {
      if (!jupyter() || drawing || ending || performance.now() < next) return;
      // Its place is taken before anything else that the work shows.
      if (!placed) slot.draw({ "text/plain": "" });
      placed = true;
      // The last drawing says what is wrong; one in between, perhaps of too little data, must not end the work.
      drawing = render().catch(() => {}).finally(() => drawing = undefined);
    },
    done: () => ending ??= end(),
    [Symbol.asyncDispose]: () => ending ??= end(),
  };
}

/** How much longer the work goes on undisturbed than a drawing takes. */
const restShare = 5;
