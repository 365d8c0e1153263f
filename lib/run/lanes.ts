import { ofKind, takes } from "../base/mod.ts";

/** Who works on items one after another: a function, a thread, a process. */
export interface Lane<Item, Result> {
  /** Work on an item. The signal ends it in the middle: then nobody waits for its result. */
  work(item: Item, signal: AbortSignal): Promise<Result>;
  /** Called once, when no item is in work. */
  close?(): void | Promise<void>;
}

/** Options of {@linkcode inLanes}. */
export interface LanesOptions {
  /** How many items are in work at a time; each has a lane of its own. */
  workers: number;
  /** Gives up what is in work; results that are there are still given. */
  signal?: AbortSignal | undefined;
}

/**
 * Work on items in several lanes, and give each result as it comes, with its item's place. A lane takes its next item when
 * its result has been taken. The first error ends everything, as does leaving the loop: what is in work is given up, and all
 * lanes are closed.
 *
 * @param items A list, or a stream, of which no more is read than the lanes have room for.
 * @param open Opens a lane; there are no more of them than items.
 * @throws What a lane throws; the signal's reason if it left items without a result.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inLanes } from "midtrain/run";
 *
 * const squares: number[] = [];
 * const lane = () => ({ work: (x: number) => Promise.resolve(x * x) });
 * for await (const { at, result } of inLanes([1, 2, 3], lane, { workers: 2 })) squares[at] = result;
 * assert.deepEqual(squares, [1, 4, 9]);
 * ```
 */
export async function* inLanes<Item, Result>(
  items: readonly Item[] | AsyncIterable<Item>,
  open: () => Lane<Item, Result>,
  options: LanesOptions,
): AsyncGenerator<{ at: number; result: Result }> {
  takes("Cannot work in lanes", options, "workers, signal?");
  ofKind("Cannot work in lanes", { items }, "a list or another iterable");
  ofKind("Cannot work in lanes", { open }, "a function");
  const { workers, signal } = options;
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const lanes: Lane<Item, Result>[] = [];
  const running = new Map<Lane<Item, Result>, Promise<Ended<Item, Result>>>();
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let next = 0;
  let ended = false;
  let lost = false;
  /** Give the next item, if there is one, to a lane. */
  const begin = async (laneOf: () => Lane<Item, Result>) => {
    if (ended || stopped.aborted) return;
    const { done, value } = await iterator.next();
    if (done) ended = true;
    else {
      const lane = laneOf();
      running.set(lane, endOf(lane, value, next++, stopped));
    }
  };
  const opened = () => {
    const lane = open();
    lanes.push(lane);
    return lane;
  };
  try {
    while (lanes.length < workers && !ended && !stopped.aborted) await begin(opened);
    while (running.size > 0) {
      const { lane, at, ...end } = await Promise.race(running.values());
      running.delete(lane);
      if ("result" in end) {
        yield { at, result: end.result };
        await begin(() => lane);
      } else if (signal?.aborted) lost = true;
      else throw end.error;
    }
    if (lost || !ended && stopped.aborted && !(await iterator.next()).done) signal?.throwIfAborted();
  } finally {
    stop.abort();
    await iterator.return?.();
    await Promise.all(running.values());
    await Promise.all(lanes.map((lane) => lane.close?.()));
  }
}

type Ended<Item, Result> =
  & { lane: Lane<Item, Result>; at: number }
  & ({ result: Result } | { error: unknown });

/** An error becomes a value, as nobody may be waiting yet. */
async function endOf<Item, Result>(
  lane: Lane<Item, Result>,
  item: Item,
  at: number,
  signal: AbortSignal,
): Promise<Ended<Item, Result>> {
  try {
    return { lane, at, result: await lane.work(item, signal) };
  } catch (error) {
    return { lane, at, error };
  }
}
