/** A count with its thousands as a letter: 50B, 8.14T. */
export function tokenCount(tokens: number): string {
  for (const [unit, letter] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]] as const) {
    if (tokens >= unit) return `${Number((tokens / unit).toPrecision(4))}${letter}`;
  }
  return String(Number(tokens.toPrecision(4)));
}
