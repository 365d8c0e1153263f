/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) out[order[k]] = (from + to + 1) / 2;
    from = to;
  }
  return out;
}

/** Spearman's rank correlation, ties at their mean rank; NaN where one side is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const first = ranks(a);
  const second = ranks(b);
  const middle = (a.length + 1) / 2;
  let both = 0;
  let one = 0;
  let other = 0;
  for (let i = 0; i < first.length; i++) {
    both += (first[i] - middle) * (second[i] - middle);
    one += (first[i] - middle) ** 2;
    other += (second[i] - middle) ** 2;
  }
  return both / Math.sqrt(one * other);
}
