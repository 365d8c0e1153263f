/** A number as Python writes it: products, powers, whole divisions and `int()` of literals; undefined for anything else. */
export function numberIn(text: string): number | undefined {
  const bare = text.replace(/#.*$/, "").trim().replace(/^int\((.*)\)$/, "$1").trim();
  const divided = /^(.+)\/\/(.+)$/.exec(bare);
  if (divided) {
    const [above, below] = [numberIn(divided[1]), numberIn(divided[2])];
    return above === undefined || below === undefined ? undefined : Math.floor(above / below);
  }
  let product = 1;
  // `**` binds closer than `*`.
  for (const factor of bare.replaceAll("**", "^").split("*")) {
    const [base, power = 1, ...more] = factor.split("^").map((one) => literal(one.trim()) ?? NaN);
    product *= more.length > 0 ? NaN : base ** power;
  }
  return Number.isNaN(product) ? undefined : product;
}

function literal(text: string): number | undefined {
  return /^\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}
