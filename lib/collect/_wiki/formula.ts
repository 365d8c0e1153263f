/** How a formula stands in a text: in LaTeX. */
export function formula(latex: string, display: boolean): string {
  return display ? `$$${latex}$$` : `$${latex}$`;
}
