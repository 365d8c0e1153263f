// Causal attention and its gradient as TensorFlow operators for CPUs. A block of queries meets the keys that it may see, and no
// others, while its scores lie in the near cache; nothing as large as context times context is kept. The gradient computes the
// weights again from the queries, the keys and each row's log-sum (FlashAttention, arXiv:2205.14135, section 3.1 and appendix
// B). Queries and keys are rotated on the way in, their gradients on the way back.
// Products are of float32 always: a head has too few columns to pay for turning the scores into bfloat16.
#include <algorithm>
#include <cmath>

#include "_operators.h"

namespace midtrain {

namespace {

// Queries that are treated together.
constexpr long kBlock = 64;

// What both operators are given. Rows of `qkv` [B * T, (H + 2 K) * h] hold a token's queries, keys and values.
struct Shape {
  long heads, key_heads, width, context, batch, stride, window, pairs;
  static constexpr bool low = false;

  Shape(const Attributes &attributes, const Input &qkv, const Input &cos)
      : heads(attributes.at("heads")),
        key_heads(attributes.at("keyHeads")),
        width(attributes.at("width")),
        context(attributes.at("context")),
        window(attributes.at("window")) {
    Require(heads > 0 && key_heads > 0 && heads % key_heads == 0 && width > 0 && context > 0, "the sizes do not fit together");
    stride = (heads + 2 * key_heads) * width;
    Require(qkv.rank() == 2 && qkv.axis(1) == stride && qkv.axis(0) % context == 0, "the projections have another shape");
    batch = qkv.axis(0) / context;
    Require(cos.rank() == 2 && (cos.axis(1) == 0 || cos.axis(0) == context) && 2 * cos.axis(1) <= width,
            "the rotation has another shape");
    pairs = cos.axis(1);
  }
  long blocks() const { return (context + kBlock - 1) / kBlock; }
  double flops() const {
    // Of the products below and on the diagonal.
    return 2.0 * batch * heads * width * context * (context + 1) / 2;
  }
};

struct Tables {
  const float *cos, *sin;
  long pairs;
};

// The first key that each token sees: of its document, and within the window.
std::vector<int32_t> FirstKeys(const Shape &shape, const Input &segments) {
  Require(segments.size() == 0 || segments.size() == shape.batch * shape.context, "there must be a document's number a token");
  std::vector<int32_t> first(shape.batch * shape.context);
  for (long b = 0; b < shape.batch; b++) {
    long begin = 0;
    for (long t = 0; t < shape.context; t++) {
      const long at = b * shape.context + t;
      if (segments.size() > 0 && t > 0 && segments.wholes()[at] != segments.wholes()[at - 1]) begin = t;
      first[at] = static_cast<int32_t>(shape.window > 0 ? std::max(begin, t - shape.window + 1) : begin);
    }
  }
  return first;
}

// A right factor's panels, and how many bytes they take.
size_t PackedBytes(const Kernels &kernels, long depth, long columns, bool low) {
  return (columns + kernels.width - 1) / kernels.width * kernels.panel_bytes(depth, low);
}
void PackAll(const Kernels &kernels, const Factor &right, long depth, long columns, bool low, char *panels) {
  kernels.pack(right, depth, columns, low, 0, (columns + kernels.width - 1) / kernels.width, panels);
}

// A block of one head's queries.
struct Block {
  long row, count;
  // The keys that any of them sees: from a multiple of kBlock on.
  long begin, keys;

  Block(const Shape &shape, long index, const int32_t *first)
      : row(index * kBlock), count(std::min(kBlock, shape.context - row)) {
    long least = row;
    for (long i = 0; i < count; i++) least = std::min(least, static_cast<long>(first[row + i]));
    begin = least / kBlock * kBlock;
    keys = row + count - begin;
  }
};

void RotateRows(const Kernels &kernels, const Shape &shape, const float *from, long stride, const Tables &tables, long row,
                long count, float sign, float scale, float *to, long to_stride) {
  for (long i = 0; i < count; i++) {
    const long at = (row + i) * tables.pairs;
    kernels.rotate(from + i * stride, shape.width, tables.cos + at, tables.sin + at, tables.pairs, sign, scale,
                   to + i * to_stride);
  }
}

// The panels of one head's keys and values: keys as columns and values as rows for the way forth; and for the way back keys as
// rows and values as columns too.
struct Packed {
  size_t by_key, by_row, all;

  Packed(const Kernels &kernels, const Shape &shape, bool back) {
    by_key = PackedBytes(kernels, shape.width, shape.context, shape.low);
    by_row = PackedBytes(kernels, shape.context, shape.width, shape.low);
    all = (back ? 2 : 1) * (by_key + by_row);
  }
};

// Pack every head's keys and values into the crew's memory.
char *PackKeys(Call &call, const Shape &shape, const float *qkv, const Tables &tables, const Packed &packed, bool back) {
  const Kernels &kernels = call.crew.kernels();
  char *memory = call.crew.packed.Bytes(shape.batch * shape.key_heads * packed.all);
  call.crew.Run(shape.batch * shape.key_heads, [&](long task, Scratch &own) {
    const long b = task / shape.key_heads, head = task % shape.key_heads;
    const float *key = qkv + b * shape.context * shape.stride + (shape.heads + head) * shape.width;
    const float *value = key + shape.key_heads * shape.width;
    float *rotated = own.Floats(shape.context * shape.width);
    RotateRows(kernels, shape, key, shape.stride, tables, 0, shape.context, 1, 1, rotated, shape.width);
    char *at = memory + task * packed.all;
    PackAll(kernels, {rotated, shape.width, true}, shape.width, shape.context, shape.low, at);
    if (!back) {
      PackAll(kernels, {value, shape.stride, false}, shape.context, shape.width, shape.low, at + packed.by_key);
      return;
    }
    PackAll(kernels, {value, shape.stride, true}, shape.width, shape.context, shape.low, at + packed.by_key);
    PackAll(kernels, {rotated, shape.width, false}, shape.context, shape.width, shape.low, at + 2 * packed.by_key);
  });
  return memory;
}

// Panels of columns, from a multiple of kBlock on; panels of rows likewise.
Panels FromColumn(const Kernels &kernels, const Shape &shape, const char *panels, long column) {
  return {panels + column / kernels.width * kernels.panel_bytes(shape.width, shape.low), shape.width};
}
Panels FromRow(const Kernels &kernels, const Shape &shape, const char *panels, long row) {
  return {panels + kernels.panel_bytes(row, shape.low), shape.context};
}

// Scores of what a row must not see are left out of the softmax, and weights there are zero.
struct Seen {
  long from, count;
};
Seen SeenBy(const Block &block, const int32_t *first, long i) {
  const long from = first[block.row + i] - block.begin;
  return {from, block.row + i - block.begin + 1 - from};
}
void ClearAround(float *row, const Seen &seen, long keys) {
  std::memset(row, 0, sizeof(float) * seen.from);
  std::memset(row + seen.from + seen.count, 0, sizeof(float) * (keys - seen.from - seen.count));
}

// To what the heads found [B * T, H * h], and each row's log-sum [B, H, T].
void Attention(Call &call, const Attributes &attributes) {
  const Input qkv = call.input(0), cos = call.input(1), sin = call.input(2), segments = call.input(3), factor = call.input(4);
  const Shape shape(attributes, qkv, cos);
  Require(sin.size() == cos.size() && factor.size() == 1, "sines and scale must fit");
  const Tables tables{cos.floats(), sin.floats(), shape.pairs};
  const float scale = factor.floats()[0];
  const Kernels &kernels = call.crew.kernels();
  const long tokens = shape.batch * shape.context, out = shape.heads * shape.width;
  float *mixed = call.output(0, {tokens, out}), *log_sums = call.output(1, {shape.batch, shape.heads, shape.context});
  const auto first = FirstKeys(shape, segments);
  const Packed packed(kernels, shape, false);
  const char *keys = PackKeys(call, shape, qkv.floats(), tables, packed, false);
  call.Worked(2 * shape.flops());
  call.crew.Run(shape.batch * shape.heads * shape.blocks(), [&](long task, Scratch &own) {
    // The longest first, so that none is left over at the end.
    const long at = task % (shape.batch * shape.heads), index = shape.blocks() - 1 - task / (shape.batch * shape.heads);
    const long b = at / shape.heads, head = at % shape.heads;
    const int32_t *firsts = first.data() + b * shape.context;
    const Block block(shape, index, firsts);
    const char *mine = keys + (b * shape.key_heads + head / (shape.heads / shape.key_heads)) * packed.all;
    float *query = own.Floats(kBlock * (shape.width + shape.context) + kernels.scratch_bytes(kBlock) / sizeof(float));
    float *scores = query + kBlock * shape.width;
    char *scratch = reinterpret_cast<char *>(scores + kBlock * shape.context);
    const long row = b * shape.context + block.row;
    RotateRows(kernels, shape, qkv.floats() + row * shape.stride + head * shape.width, shape.stride, tables, block.row,
               block.count, 1, scale, query, shape.width);
    kernels.multiply({query, shape.width, false}, 0, block.count, shape.width,
                     FromColumn(kernels, shape, mine, block.begin), block.keys, shape.low, scores, block.keys, false, scratch);
    float sums[kBlock];
    for (long i = 0; i < block.count; i++) {
      float *scored = scores + i * block.keys;
      const Seen seen = SeenBy(block, firsts, i);
      const float greatest = kernels.softmax(scored + seen.from, seen.count, &sums[i]);
      ClearAround(scored, seen, block.keys);
      log_sums[at * shape.context + block.row + i] = greatest + std::log(sums[i]);
    }
    float *found = mixed + row * out + head * shape.width;
    kernels.multiply({scores, block.keys, false}, 0, block.count, block.keys,
                     FromRow(kernels, shape, mine + packed.by_key, block.begin), shape.width, shape.low, found, out, false,
                     scratch);
    for (long i = 0; i < block.count; i++) {
      for (long j = 0; j < shape.width; j++) found[i * out + j] /= sums[i];
    }
  });
}

// The gradient by the projections.
void AttentionGradient(Call &call, const Attributes &attributes) {
  const Input qkv = call.input(0), cos = call.input(1), sin = call.input(2), segments = call.input(3), factor = call.input(4);
  const Input mixed = call.input(5), log_sums = call.input(6), by_mixed = call.input(7);
  const Shape shape(attributes, qkv, cos);
  const long tokens = shape.batch * shape.context, out = shape.heads * shape.width, group = shape.heads / shape.key_heads;
  Require(sin.size() == cos.size() && factor.size() == 1, "sines and scale must fit");
  Require(mixed.size() == tokens * out && by_mixed.size() == tokens * out, "what the heads found has another shape");
  Require(log_sums.size() == tokens * shape.heads, "the log-sums have another shape");
  const Tables tables{cos.floats(), sin.floats(), shape.pairs};
  const float scale = factor.floats()[0];
  const Kernels &kernels = call.crew.kernels();
  float *gradient = call.output(0, {tokens, shape.stride});
  const auto first = FirstKeys(shape, segments);
  const Packed packed(kernels, shape, true);
  const char *keys = PackKeys(call, shape, qkv.floats(), tables, packed, true);
  call.Worked(5 * shape.flops());
  // By keys and by values, for each query head: a group's are summed afterwards, in order.
  const long size = shape.context * shape.width;
  float *sums = call.crew.first.Floats(2 * size * shape.batch * shape.heads);
  call.crew.Run(shape.batch * shape.heads, [&](long at, Scratch &own) {
    const long b = at / shape.heads, head = at % shape.heads;
    const int32_t *firsts = first.data() + b * shape.context;
    const char *mine = keys + (b * shape.key_heads + head / group) * packed.all;
    const size_t block_bytes = PackedBytes(kernels, kBlock, shape.width, shape.low);
    float *query = own.Floats(2 * kBlock * (shape.width + shape.context) +
                              (kernels.scratch_bytes(shape.context) + 2 * block_bytes) / sizeof(float));
    float *by_query = query + kBlock * shape.width, *scores = by_query + kBlock * shape.width;
    float *by_score = scores + kBlock * shape.context;
    char *queries = reinterpret_cast<char *>(by_score + kBlock * shape.context), *founds = queries + block_bytes;
    char *scratch = founds + block_bytes;
    float *by_key = sums + 2 * size * at, *by_value = by_key + size;
    std::memset(by_key, 0, 2 * size * sizeof(float));
    for (long index = 0; index < shape.blocks(); index++) {
      const Block block(shape, index, firsts);
      const long row = b * shape.context + block.row;
      const float *found = mixed.floats() + row * out + head * shape.width;
      const float *by_found = by_mixed.floats() + row * out + head * shape.width;
      RotateRows(kernels, shape, qkv.floats() + row * shape.stride + head * shape.width, shape.stride, tables, block.row,
                 block.count, 1, scale, query, shape.width);
      kernels.multiply({query, shape.width, false}, 0, block.count, shape.width,
                       FromColumn(kernels, shape, mine, block.begin), block.keys, shape.low, scores, block.keys, false,
                       scratch);
      kernels.multiply({by_found, out, false}, 0, block.count, shape.width,
                       FromColumn(kernels, shape, mine + packed.by_key, block.begin), block.keys, shape.low, by_score,
                       block.keys, false, scratch);
      for (long i = 0; i < block.count; i++) {
        const Seen seen = SeenBy(block, firsts, i);
        float *scored = scores + i * block.keys, *by_scored = by_score + i * block.keys;
        // The row sum of weights times their gradients, read off the narrow outputs.
        const float centre = kernels.dot(found + i * out, by_found + i * out, shape.width);
        kernels.softmax_gradient(scored + seen.from, by_scored + seen.from, seen.count,
                                 log_sums.floats()[at * shape.context + block.row + i], centre);
        ClearAround(scored, seen, block.keys);
        ClearAround(by_scored, seen, block.keys);
      }
      kernels.multiply({by_score, block.keys, false}, 0, block.count, block.keys,
                       FromRow(kernels, shape, mine + 2 * packed.by_key, block.begin), shape.width, shape.low, by_query,
                       shape.width, false, scratch);
      RotateRows(kernels, shape, by_query, shape.width, tables, block.row, block.count, -1, scale,
                 gradient + row * shape.stride + head * shape.width, shape.stride);
      PackAll(kernels, {query, shape.width, false}, block.count, shape.width, shape.low, queries);
      PackAll(kernels, {by_found, out, false}, block.count, shape.width, shape.low, founds);
      kernels.multiply({by_score, block.keys, true}, 0, block.keys, block.count, {queries, block.count}, shape.width,
                       shape.low, by_key + block.begin * shape.width, shape.width, true, scratch);
      kernels.multiply({scores, block.keys, true}, 0, block.keys, block.count, {founds, block.count}, shape.width, shape.low,
                       by_value + block.begin * shape.width, shape.width, true, scratch);
    }
  });
  call.crew.Run(shape.batch * shape.key_heads, [&](long task, Scratch &) {
    const long b = task / shape.key_heads, head = task % shape.key_heads;
    float *total = sums + 2 * size * (b * shape.heads + head * group);
    for (long other = 1; other < group; other++) {
      const float *one = total + 2 * size * other;
      for (long i = 0; i < 2 * size; i++) total[i] += one[i];
    }
    float *by_key = gradient + b * shape.context * shape.stride + (shape.heads + head) * shape.width;
    RotateRows(kernels, shape, total, shape.width, tables, 0, shape.context, -1, 1, by_key, shape.stride);
    float *by_value = by_key + shape.key_heads * shape.width;
    for (long t = 0; t < shape.context; t++) {
      std::memcpy(by_value + t * shape.stride, total + size + t * shape.width, sizeof(float) * shape.width);
    }
  });
}

}  // namespace

const Operator kAttention{"MidtrainAttention",
                          {"qkv: float", "cos: float", "sin: float", "segments: int32", "scale: float"},
                          {"mixed: float", "log_sums: float"},
                          {"heads: int", "keyHeads: int", "width: int", "context: int", "window: int", "low: int"},
                          Attention};
const Operator kAttentionGradient{
    "MidtrainAttentionGradient",
    {"qkv: float", "cos: float", "sin: float", "segments: int32", "scale: float", "mixed: float", "log_sums: float",
     "by_mixed: float"},
    {"by_qkv: float"},
    {"heads: int", "keyHeads: int", "width: int", "context: int", "window: int", "low: int"},
    AttentionGradient};

}  // namespace midtrain
