import { inRange, must, oneOf, takes, wholeNumber } from "../base/mod.ts";
import { type LlamaConfig, partsOf, type RotaryFrequencies, withName } from "./parts.ts";

/**
 * Check that parts fit together.
 *
 * @throws {RangeError} If one lies outside its range or two do not fit.
 * @throws {TypeError} If one has a member that there is not.
 */
export function checkParts(cannot: string, config: LlamaConfig): void {
  const { heads, layers, rope, slidingWindow, norm = {}, biases = {}, qkNorm = false } = config;
  const { headWidth, rotaryWidth, queryScale, ...parts } = partsOf(config);
  if (config.headWidth === undefined) {
    must(cannot, `width must be a multiple of 2 * heads (${heads} heads)`, config.width, headWidth % 2 === 0);
  }
  wholeNumber(cannot, { headWidth }, ">= 1");
  wholeNumber(cannot, { rotaryWidth }, `in [2, ${headWidth}]`);
  must(cannot, "rotaryWidth must be even", rotaryWidth, rotaryWidth % 2 === 0);
  inRange(cannot, { queryScale }, "a finite number > 0");
  oneOf(cannot, { qkNorm }, [false, true, "each-head", "projection"]);
  takes(cannot, biases, "qkv?, attentionOutput?, feedForward?, output?");
  takes(cannot, norm, "kind?, place?, weight?, bias?");
  oneOf(cannot, { "norm.kind": parts.norm.kind }, ["rms", "layer"]);
  oneOf(cannot, { "norm.place": parts.norm.place }, ["before", "after", "both"]);
  oneOf(cannot, { "norm.weight": parts.norm.weight }, ["factor", "factor-less-1", "none"]);
  oneOf(cannot, { activation: parts.activation }, ["silu", "gelu", "gelu-tanh", "relu"]);
  const { gated, parallel } = parts;
  oneOf(cannot, { parallel }, [false, true, "own-norms"]);
  const flags = { gated, "norm.bias": parts.norm.bias, ...withName("biases", parts.biases) };
  oneOf(cannot, flags, [false, true]);
  const bare = parts.norm.weight === "none";
  must(cannot, "norm.bias must be false beside norm.weight none", parts.norm.bias, !bare || !parts.norm.bias);
  must(cannot, "qkNorm must be false beside norm.weight none", qkNorm, !bare || qkNorm === false);
  const { place } = parts.norm;
  must(cannot, "norm.place must be before in a parallel block", place, !parallel || place === "before");
  const { clipQkv, scales = {}, softCaps = {} } = config;
  takes(cannot, scales, "embedding?, residual?, logits?");
  takes(cannot, softCaps, "attention?, logits?");
  const sizes = { ...withName("scales", scales), ...withName("softCaps", softCaps), clipQkv };
  for (const [name, value] of Object.entries(sizes)) {
    if (value !== undefined) inRange(cannot, { [name]: value }, "a finite number > 0");
  }
  checkList(cannot, "rotatedLayers", config.rotatedLayers, layers);
  checkRope(cannot, "rope", rope, rotaryWidth);
  if (slidingWindow === undefined) return;
  takes(cannot, slidingWindow, "tokens, layers?, ropeBase?, rope?");
  wholeNumber(cannot, { "slidingWindow.tokens": slidingWindow.tokens }, ">= 1");
  checkList(cannot, "slidingWindow.layers", slidingWindow.layers, layers);
  if (slidingWindow.ropeBase !== undefined) {
    inRange(cannot, { "slidingWindow.ropeBase": slidingWindow.ropeBase }, "a finite number > 0");
  }
  checkRope(cannot, "slidingWindow.rope", slidingWindow.rope, rotaryWidth);
}

function checkList(cannot: string, name: string, list: readonly boolean[] | undefined, layers: number): void {
  if (list === undefined) return;
  const rule = `${name} must be a list of true or false for each of ${layers} layers`;
  const holds = Array.isArray(list) && list.length === layers &&
    list.every((item) => typeof item === "boolean");
  must(cannot, rule, Array.isArray(list) ? `a list of ${list.length}` : list, holds);
}

function checkRope(
  cannot: string,
  name: string,
  rope: RotaryFrequencies | undefined,
  rotaryWidth: number,
): void {
  if (rope === undefined) return;
  const { inverseFrequencies, attentionFactor = 1, longer } = rope;
  checkFrequencies(cannot, name, inverseFrequencies, rotaryWidth);
  inRange(cannot, { [`${name}.attentionFactor`]: attentionFactor }, "a finite number > 0");
  if (longer === undefined) return;
  takes(cannot, longer, "than, inverseFrequencies?, factor?");
  wholeNumber(cannot, { [`${name}.longer.than`]: longer.than }, ">= 1");
  const given = longer.inverseFrequencies !== undefined;
  const rule = `${name}.longer must hold inverseFrequencies or factor, one of them`;
  must(cannot, rule, Object.keys(longer).join(", "), given !== (longer.factor !== undefined));
  if (given) return checkFrequencies(cannot, `${name}.longer`, longer.inverseFrequencies!, rotaryWidth);
  inRange(cannot, { [`${name}.longer.factor`]: longer.factor! }, "finite and >= 1");
}

function checkFrequencies(
  cannot: string,
  name: string,
  frequencies: Float64Array,
  rotaryWidth: number,
): void {
  must(
    cannot,
    `${name}.inverseFrequencies must hold rotaryWidth / 2 = ${rotaryWidth / 2} numbers`,
    frequencies.length,
    frequencies.length === rotaryWidth / 2,
  );
  frequencies.forEach((frequency, i) =>
    inRange(cannot, { [`${name}.inverseFrequencies[${i}]`]: frequency }, "a finite number >= 0")
  );
}
