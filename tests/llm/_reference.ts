import { gguf } from "@huggingface/gguf";

/** GGML's number formats that the packaged SmolLM2 uses: values in a block, and its bytes. */
const FORMATS: Record<
  number,
  { values: number; bytes: number; read: (block: DataView, out: Float32Array) => void }
> = {
  // F32
  0: { values: 1, bytes: 4, read: (block, out) => void (out[0] = block.getFloat32(0, true)) },
  // Q4_1: a scale, a minimum, 16 bytes whose low halves come first
  3: {
    values: 32,
    bytes: 20,
    read: (block, out) => {
      const scale = block.getFloat16(0, true);
      const least = block.getFloat16(2, true);
      for (let i = 0; i < 16; i++) {
        out[i] = (block.getUint8(4 + i) & 15) * scale + least;
        out[i + 16] = (block.getUint8(4 + i) >> 4) * scale + least;
      }
    },
  },
  // Q8_0: a scale, 32 signed bytes
  8: {
    values: 32,
    bytes: 34,
    read: (block, out) => {
      const scale = block.getFloat16(0, true);
      for (let i = 0; i < 32; i++) out[i] = block.getInt8(2 + i) * scale;
    },
  },
};

/**
 * Log-probabilities by a forward pass of Llama in plain Float32, written from the architecture's papers (RMSNorm, rotary
 * embeddings, grouped-query attention, SwiGLU) and GGUF's layout, with nothing of the engine under test.
 *
 * @param path The GGUF file.
 * @param texts Token numbers of several texts; all go through a layer together, so that each weight is read once.
 * @param from For each text the first index whose log-probability is wanted, >= 1.
 */
export async function referenceLogprobs(
  path: string,
  texts: number[][],
  from: number[],
): Promise<number[][]> {
  const { metadata, tensorInfos, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
  const setting = (name: string) => Number((metadata as Record<string, unknown>)[`llama.${name}`]);
  const width = setting("embedding_length");
  const heads = setting("attention.head_count");
  const groups = setting("attention.head_count_kv");
  const head = width / heads;
  const epsilon = setting("attention.layer_norm_rms_epsilon");
  const base = setting("rope.freq_base");
  using file = await Deno.open(path);

  async function tensor(name: string): Promise<Float32Array> {
    const info = tensorInfos.find((tensor) => tensor.name === name)!;
    const format = FORMATS[info.dtype];
    const count = info.shape.reduce((product, size) => product * Number(size), 1);
    const raw = new Uint8Array(count / format.values * format.bytes);
    const out = new Float32Array(count);
    await file.seek(Number(tensorDataOffset) + Number(info.offset), Deno.SeekMode.Start);
    for (let n = 0; n < raw.length;) n += (await file.read(raw.subarray(n)))!;
    for (let b = 0; b * format.values < count; b++) {
      const block = new DataView(raw.buffer, b * format.bytes, format.bytes);
      format.read(block, out.subarray(b * format.values, (b + 1) * format.values));
    }
    return out;
  }

  const embeddings = await tensor("token_embd.weight");
  const states = texts.map((tokens) =>
    tokens.map((token) => embeddings.slice(token * width, (token + 1) * width))
  );
  for (let layer = 0; layer < setting("block_count"); layer++) {
    const weight = (name: string) => tensor(`blk.${layer}.${name}.weight`);
    const attentionNorm = await weight("attn_norm");
    const q = await weight("attn_q");
    const k = await weight("attn_k");
    const v = await weight("attn_v");
    const o = await weight("attn_output");
    for (const rows of states) {
      const normed = rows.map((row) => norm(row, attentionNorm, epsilon));
      const queries = normed.map((row, at) => rotate(times(q, row), at, head, base));
      const keys = normed.map((row, at) => rotate(times(k, row), at, head, base));
      const values = normed.map((row) => times(v, row));
      rows.forEach((row, at) =>
        add(row, times(o, attend(queries[at], keys, values, at, heads / groups, head)))
      );
    }
    const mlpNorm = await weight("ffn_norm");
    const gate = await weight("ffn_gate");
    const up = await weight("ffn_up");
    const down = await weight("ffn_down");
    for (const row of states.flat()) {
      const normed = norm(row, mlpNorm, epsilon);
      const gated = times(gate, normed);
      const lifted = times(up, normed);
      add(row, times(down, gated.map((x, i) => x / (1 + Math.exp(-x)) * lifted[i])));
    }
  }
  const finalNorm = await tensor("output_norm.weight");
  return texts.map((tokens, t) =>
    tokens.slice(from[t]).map((token, i) => {
      const logits = times(embeddings, norm(states[t][from[t] + i - 1], finalNorm, epsilon));
      const largest = logits.reduce((a, b) => Math.max(a, b));
      return logits[token] - largest - Math.log(logits.reduce((sum, x) => sum + Math.exp(x - largest), 0));
    })
  );
}

function norm(row: Float32Array, weight: Float32Array, epsilon: number): Float32Array {
  const scale = 1 / Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length + epsilon);
  return row.map((x, i) => x * scale * weight[i]);
}

/** A matrix, row by row, times a vector. */
function times(matrix: Float32Array, vector: Float32Array): Float32Array {
  const out = new Float32Array(matrix.length / vector.length);
  const n = vector.length;
  for (let r = 0; r < out.length; r++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let at = r * n;
    for (let i = 0; i < n; i += 4, at += 4) {
      a += matrix[at] * vector[i];
      b += matrix[at + 1] * vector[i + 1];
      c += matrix[at + 2] * vector[i + 2];
      d += matrix[at + 3] * vector[i + 3];
    }
    out[r] = a + b + c + d;
  }
  return out;
}

/** Turn neighbouring pairs within each head: GGUF stores Llama's heads in that order. */
function rotate(row: Float32Array, position: number, head: number, base: number): Float32Array {
  for (let i = 0; i < row.length; i += 2) {
    const angle = position * base ** (-(i % head) / head);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const [x, y] = [row[i], row[i + 1]];
    row[i] = x * cos - y * sin;
    row[i + 1] = x * sin + y * cos;
  }
  return row;
}

function attend(
  query: Float32Array,
  keys: Float32Array[],
  values: Float32Array[],
  at: number,
  headsAGroup: number,
  head: number,
): Float32Array {
  const out = new Float32Array(query.length);
  for (let h = 0; h * head < query.length; h++) {
    const start = h * head;
    const shared = Math.floor(h / headsAGroup) * head;
    const scores = Array.from({ length: at + 1 }, (_, p) => {
      let sum = 0;
      for (let i = 0; i < head; i++) sum += query[start + i] * keys[p][shared + i];
      return sum / Math.sqrt(head);
    });
    const largest = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, p) => {
      for (let i = 0; i < head; i++) out[start + i] += weight / total * values[p][shared + i];
    });
  }
  return out;
}

function add(row: Float32Array, change: Float32Array): void {
  for (let i = 0; i < row.length; i++) row[i] += change[i];
}
