/** Characters of formulas as LaTeX writes them; those with a name take its backslash. */
const named = `
α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota κ kappa λ lambda μ mu µ mu ν nu ξ xi
π pi ϖ varpi ρ rho ϱ varrho σ sigma ς varsigma τ tau υ upsilon φ varphi ϕ phi χ chi ψ psi ω omega
Γ Gamma Δ Delta ∆ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega
± pm ∓ mp × times ÷ div ⋅ cdot · cdot ∙ cdot ∘ circ ∗ ast ⋆ star • bullet ⊕ oplus ⊖ ominus ⊗ otimes ⊙ odot ∧ wedge ∨ vee
∩ cap ∪ cup ⊓ sqcap ⊔ sqcup ∖ setminus ≀ wr ⨿ amalg † dagger ‡ ddagger ⋄ diamond ⋊ rtimes ⋉ ltimes
≤ leq ≥ geq ⩽ leqslant ⩾ geqslant ≠ neq ≈ approx ≃ simeq ≅ cong ≡ equiv ∼ sim ∝ propto ≪ ll ≫ gg ≺ prec ≻ succ ⪯ preceq ⪰ succeq ≲ lesssim ≳ gtrsim
≐ doteq ≜ triangleq ∈ in ∉ notin ∋ ni ⊂ subset ⊃ supset ⊆ subseteq ⊇ supseteq ⊊ subsetneq ⊄ nsubseteq ⊢ vdash ⊨ models ⊥ perp ∥ parallel
∣ mid ∤ nmid → to ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow ⇔ Leftrightarrow ⟹ implies ⟸ impliedby ⟺ iff ⟶ longrightarrow
⟵ longleftarrow ↦ mapsto ⟼ longmapsto ↑ uparrow ↓ downarrow ↗ nearrow ↘ searrow ↪ hookrightarrow ⇀ rightharpoonup ⇌ rightleftharpoons ↠ twoheadrightarrow
∑ sum ∏ prod ∐ coprod ∫ int ∬ iint ∭ iiint ∮ oint ⋃ bigcup ⋂ bigcap ⨁ bigoplus ⨂ bigotimes ⋁ bigvee ⋀ bigwedge
∂ partial ∇ nabla ∞ infty ∀ forall ∃ exists ∄ nexists ∅ emptyset ∄ nexists ¬ neg ⊤ top ∠ angle △ triangle □ square ∎ blacksquare
ℏ hbar ℓ ell ℜ Re ℑ Im ℵ aleph ℘ wp ı imath ȷ jmath ∴ therefore ∵ because … ldots ⋯ cdots ⋮ vdots ⋱ ddots
⟨ langle ⟩ rangle 〈 langle 〉 rangle ⌊ lfloor ⌋ rfloor ⌈ lceil ⌉ rceil ‖ Vert ∥ parallel √ surd ⊞ boxplus ⊠ boxtimes`;

const symbols = new Map<string, string>();
const pairs = named.trim().split(/\s+/);
for (let i = 0; i + 1 < pairs.length; i += 2) symbols.set(pairs[i], `\\${pairs[i + 1]}`);
for (
  const [character, latex] of [
    ["\\", "\\backslash"],
    ...Array.from("{}%#&$_", (character) => [character, `\\${character}`]),
    ...[["−", "-"], ["‐", "-"], ["–", "-"], ["′", "'"], ["″", "''"], ["‴", "'''"], ["’", "'"], ["⁄", "/"], [
      "∕",
      "/",
    ], ["°", "^\\circ"]],
    ...[["≔", ":="], ["∶", ":"], ["ℝ", "\\mathbb{R}"], ["ℂ", "\\mathbb{C}"], ["ℕ", "\\mathbb{N}"]],
    ...[["ℤ", "\\mathbb{Z}"], ["ℚ", "\\mathbb{Q}"], ["ℙ", "\\mathbb{P}"], ["ℍ", "\\mathbb{H}"], [
      "𝟙",
      "\\mathbb{1}",
    ]],
    ...Array.from("BEFHILMR", (letter, i) => [Array.from("ℬℰℱℋℐℒℳℛ")[i], `\\mathcal{${letter}}`]),
    ...[["ℭ", "\\mathfrak{C}"], ["ℌ", "\\mathfrak{H}"], ["ℨ", "\\mathfrak{Z}"], ["ℎ", "h"], ["ℯ", "e"], [
      "ℊ",
      "g",
    ]],
    ...[["\u00a0", " "], ["\u2009", "\\,"], ["\u200a", ""], ["\u2002", " "], ["\u2003", "\\quad"], [
      "\u2005",
      "\\,",
    ]],
    // Applied functions, unseen products, separators and sums; widths of nothing.
    ...Array.from(
      "\u2061\u2062\u2063\u2064\u200b\u200c\u200d\u2060\ufeff\ufe0e",
      (character) => [character, ""],
    ),
  ]
) symbols.set(character, latex);

/** The alphabets that Unicode has for formulas, of 52 letters each from U+1D400. */
const alphabets =
  "mathbf  boldsymbol mathcal mathcal mathfrak mathbb mathfrak mathsf mathsf mathsf mathsf mathtt".split(" ");
const bold = new Set([4, 7]);

/** Operators that stand between two things, and relations; spaces part them. */
export const infix: ReadonlySet<string> = new Set(
  Array.from("=<>+-≤≥⩽⩾≠≈≃≅≡∼∝≪≫≺≻≲≳≐≜≔∈∉∋⊂⊃⊆⊇⊊⊢⊨→←↔⇒⇐⇔⟹⟸⟺⟶⟵↦⟼∣∤∥⊥±∓×÷⋅·∘⊕⊖⊗⊙∧∨∩∪∖∗:").map(latexOf),
);

/** Operators whose limits stand below and above. */
export const withLimits: ReadonlySet<string> = new Set(
  ("\\sum \\prod \\coprod \\int \\iint \\iiint \\oint \\bigcup \\bigcap \\bigoplus \\bigotimes \\bigvee \\bigwedge " +
    "\\lim \\max \\min \\sup \\inf \\limsup \\liminf \\argmax \\argmin \\det \\gcd \\Pr").split(" "),
);

/** Names of functions that LaTeX knows. */
export const functions: ReadonlySet<string> = new Set(
  ("arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min Pr " +
    "sec sin sinh sup tan tanh").split(" "),
);

/** What an accent is called, over a letter and over more. */
export const accents: ReadonlyMap<string, [short: string, long: string]> = new Map([
  ...Array.from("¯‾ˉ̄", (mark): [string, [string, string]] => [mark, ["bar", "overline"]]),
  ...Array.from("^ˆ̂", (mark): [string, [string, string]] => [mark, ["hat", "widehat"]]),
  ...Array.from("~˜∼̃", (mark): [string, [string, string]] => [mark, ["tilde", "widetilde"]]),
  ...Array.from("→⃗⇀", (mark): [string, [string, string]] => [mark, ["vec", "overrightarrow"]]),
  ...Array.from(".˙̇", (mark): [string, [string, string]] => [mark, ["dot", "dot"]]),
  ...Array.from("¨̈", (mark): [string, [string, string]] => [mark, ["ddot", "ddot"]]),
  ["ˇ", ["check", "check"]],
  ["˘", ["breve", "breve"]],
  ["´", ["acute", "acute"]],
  ["`", ["grave", "grave"]],
  ["⏞", ["overbrace", "overbrace"]],
  ["←", ["overleftarrow", "overleftarrow"]],
]);

/** One character as LaTeX. */
export function latexOf(character: string): string {
  const known = symbols.get(character);
  if (known !== undefined) return known;
  const point = character.codePointAt(0)!;
  if (point < 0x1d400 || point > 0x1d7ff) return character;
  const letter = character.normalize("NFKC");
  const inner = latexOf(letter);
  if (point >= 0x1d7ce) {
    const style = ["mathbf", "mathbb", "mathsf", "mathsf", "mathtt"][Math.floor((point - 0x1d7ce) / 10)];
    return `\\${style}{${inner}}`;
  }
  if (point >= 0x1d6a8) return Math.floor((point - 0x1d6a8) / 58) === 1 ? inner : `\\boldsymbol{${inner}}`;
  const alphabet = Math.floor((point - 0x1d400) / 52);
  const style = alphabets[alphabet];
  if (!style) return inner;
  const styled = `\\${style}{${inner}}`;
  return bold.has(alphabet) ? `\\boldsymbol{${styled}}` : styled;
}
