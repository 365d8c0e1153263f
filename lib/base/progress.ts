/** One report from a long piece of work. */
export interface ProgressEvent {
  /** What is being done, for example `download tensorflow-cpu`. */
  label: string;
  /** How much is done, in `unit`. */
  done: number;
  /** How much there is in all, when that is known. */
  total?: number;
  /** The unit of `done` and `total`, for example `bytes` or `steps`. */
  unit: string;
  /** A few words beside the bar, for example `loss 3.21`. */
  note?: string;
}

/** A listener for progress: the terminal, a notebook, or nobody. */
export type OnProgress = (event: ProgressEvent) => void;
