/**
 * A Llama's forward pass once more, in float64 and plain loops, straight from a Hugging Face folder: it shares nothing
 * with lib/, neither layout nor names nor rotary tables, so that agreement means something.
 */
export async function llama64(folder: string, tokens: readonly number[]): Promise<Float64Array[]> {
  const config = JSON.parse(await Deno.readTextFile(`${folder}/config.json`));
  const bytes = await Deno.readFile(`${folder}/model.safetensors`);
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const tensor = (name: string): Float64Array => {
    const [from, to] = header[name].data_offsets as [number, number];
    return Float64Array.from(
      { length: (to - from) / 4 },
      (_, i) => view.getFloat32(8 + length + from + 4 * i, true),
    );
  };
  const {
    hidden_size: D,
    num_attention_heads: H,
    num_key_value_heads: K,
    rope_theta: base,
    rms_norm_eps: eps,
  } = config;
  const h = D / H;
  const layers: number = config.num_hidden_layers;

  const linear = (x: Float64Array, weight: Float64Array): Float64Array =>
    Float64Array.from({ length: weight.length / x.length }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += x[i] * weight[row * x.length + i];
      return sum;
    });
  const norm = (x: Float64Array, weight: Float64Array): Float64Array => {
    const inverse = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + eps);
    return x.map((value, i) => value * inverse * weight[i]);
  };
  // As a rotation of complex numbers x[i] + i x[i + h/2].
  const turn = (x: Float64Array, position: number): Float64Array =>
    x.map((value, i) => {
      const pair = i % (h / 2);
      const angle = position / base ** (2 * pair / h);
      return i < h / 2
        ? value * Math.cos(angle) - x[i + h / 2] * Math.sin(angle)
        : value * Math.cos(angle) + x[i - h / 2] * Math.sin(angle);
    });
  const head = (x: Float64Array, n: number) => x.subarray(n * h, (n + 1) * h);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  const embedding = tensor("model.embed_tokens.weight");
  let hidden = tokens.map((token) => embedding.slice(token * D, (token + 1) * D));
  for (let layer = 0; layer < layers; layer++) {
    const weight = (name: string) => tensor(`model.layers.${layer}.${name}.weight`);
    const normed = hidden.map((x) => norm(x, weight("input_layernorm")));
    const [q, k, v] = ["q_proj", "k_proj", "v_proj"].map((name) => {
      const matrix = weight(`self_attn.${name}`);
      return normed.map((x) => linear(x, matrix));
    }) as [Float64Array[], Float64Array[], Float64Array[]];
    const output = weight("self_attn.o_proj");
    const gate = weight("mlp.gate_proj");
    const up = weight("mlp.up_proj");
    const down = weight("mlp.down_proj");
    const second = weight("post_attention_layernorm");
    hidden = hidden.map((x, t) => {
      const mixed = new Float64Array(D);
      for (let n = 0; n < H; n++) {
        const group = Math.floor(n / (H / K));
        const query = turn(head(q[t], n), t);
        const scores = k.slice(0, t + 1).map((key, s) =>
          dot(query, turn(head(key, group), s)) / Math.sqrt(h)
        );
        const most = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - most));
        const total = powers.reduce((sum, power) => sum + power, 0);
        powers.forEach((power, s) =>
          head(v[s], group).forEach((value, i) => mixed[n * h + i] += power / total * value)
        );
      }
      const attended = linear(mixed, output);
      const after = x.map((value, i) => value + attended[i]);
      const y = norm(after, second);
      const opened = linear(y, gate);
      const raised = linear(y, up);
      const inner = opened.map((value, i) => value / (1 + Math.exp(-value)) * raised[i]);
      const added = linear(inner, down);
      return after.map((value, i) => value + added[i]);
    });
  }
  const final = tensor("model.norm.weight");
  const unembed = config.tie_word_embeddings ? embedding : tensor("lm_head.weight");
  return hidden.map((x) => linear(norm(x, final), unembed));
}
