// Inner loops of matrix products, attention and cross entropy, compiled once for each kind of processor: MIDTRAIN_KIND names
// it, and the compiler's flags let it use its instructions. Everything here is local to the file and nothing of the C++
// library is used, so that no function for a newer processor is taken for one of all.
#include "_kernels.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

#define JOINED(a, b) a##b
#define NAMED(a, b) JOINED(a, b)
#define TEXT(a) #a
#define TEXT_OF(a) TEXT(a)

namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
// Rows of a tile: 24 of 32 registers hold its sums.
constexpr int kRows = 12;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
constexpr int kRows = 6;
#else
constexpr int kLanes = 4;
constexpr int kRows = 6;
#endif
// Columns of a tile.
constexpr int kWidth = 2 * kLanes;
// Rows of a right panel that are used together, so that what is read again and again stays in the nearest caches.
constexpr long kDepth = 384;
// Columns up to which the left factor is not packed, where its rows lie along memory and where its columns do.
#if defined(__AVX512F__)
constexpr long kNarrow = 128;
#else
constexpr long kNarrow = 256;
#endif
constexpr long kNarrowTransposed = 128;

typedef float Vector __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
typedef int32_t Whole __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

inline Vector Load(const float *from) { return *reinterpret_cast<const Vector *>(from); }
inline void Store(float *to, Vector value) { *reinterpret_cast<Vector *>(to) = value; }
inline Vector All(float x) { return x - Vector{}; }
inline Vector Root(Vector v) {
#if defined(__AVX512F__)
  return (Vector)_mm512_sqrt_ps((__m512)v);
#elif defined(__AVX2__)
  return (Vector)_mm256_sqrt_ps((__m256)v);
#else
  return (Vector)_mm_sqrt_ps((__m128)v);
#endif
}
inline float Sum(Vector v) {
  float parts[kLanes];
  Store(parts, v);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) parts[i] += parts[i + half];
  }
  return parts[0];
}
inline float Most(Vector v) {
  float parts[kLanes];
  Store(parts, v);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) parts[i] = parts[i] > parts[i + half] ? parts[i] : parts[i + half];
  }
  return parts[0];
}

// The nearest bfloat16 in the upper half of a float's bits, ties to even.
inline uint32_t Rounded(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  return x != x ? 0x7fc00000u : (bits + 0x7fffu + ((bits >> 16) & 1)) & 0xffff0000u;
}
inline float RoundedFloat(float x) {
  const uint32_t bits = Rounded(x);
  std::memcpy(&x, &bits, 4);
  return x;
}
inline float Pair(float first, float second) {
  const uint32_t bits = (Rounded(first) >> 16) | Rounded(second);
  float pair;
  std::memcpy(&pair, &bits, 4);
  return pair;
}

#if defined(__AVX512BF16__)
constexpr bool kPairs = true;
#else
constexpr bool kPairs = false;
#endif

// Four rows of four become columns.
inline void Turn(const float *from, long stride, float *to, long to_stride) {
  __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + stride), c = _mm_loadu_ps(from + 2 * stride),
         d = _mm_loadu_ps(from + 3 * stride);
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(to, a);
  _mm_storeu_ps(to + to_stride, b);
  _mm_storeu_ps(to + 2 * to_stride, c);
  _mm_storeu_ps(to + 3 * to_stride, d);
}

// A panel of `count` <= Width strips, each `depth` long, from element (0, 0): panel[k * Width + i] is element k of strip i, the
// missing strips zero. Strips are rows where `along`, else columns. With bfloat16 instructions an element holds two of them.
template <int Width, bool Low>
void Panel(const float *from, long stride, bool along, long depth, int count, float *panel) {
  constexpr bool pairs = Low && kPairs;
  if (count < Width) std::memset(panel, 0, sizeof(float) * Width * (pairs ? (depth + 1) / 2 : depth));
  if (!along) {
    if (pairs) {
      long k = 0;
      for (; k + 1 < depth; k += 2, panel += Width) {
        const float *one = from + k * stride, *two = one + stride;
#if defined(__AVX512BF16__)
        for (int i = 0; i < count; i += 16) {
          const __mmask16 mask = count - i < 16 ? (1 << (count - i)) - 1 : 0xffff;
          const auto halves = [mask](const float *row) {
            const __m256bh rounded = _mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, row));
            return _mm512_cvtepu16_epi32((__m256i)rounded);
          };
          _mm512_mask_storeu_epi32(panel + i, mask, _mm512_or_si512(halves(one + i), _mm512_slli_epi32(halves(two + i), 16)));
        }
#else
        for (int i = 0; i < count; i++) panel[i] = Pair(one[i], two[i]);
#endif
      }
      if (k < depth) {
        for (int i = 0; i < count; i++) panel[i] = Pair(from[k * stride + i], 0);
      }
      return;
    }
    for (long k = 0; k < depth; k++, panel += Width) {
      const float *row = from + k * stride;
      if (count == Width && !Low) {
        std::memcpy(panel, row, sizeof(float) * Width);
      } else {
        for (int i = 0; i < count; i++) panel[i] = Low ? RoundedFloat(row[i]) : row[i];
      }
    }
    return;
  }
  if (Low) {
    // A stretch of each strip is rounded first, then turned.
    constexpr int stretch = 64;
    float rounded[Width][pairs ? stretch / 2 : stretch];
    for (long k = 0; k < depth; k += stretch) {
      const int length = static_cast<int>(depth - k < stretch ? depth - k : stretch);
      const int stored = pairs ? (length + 1) / 2 : length;
      for (int i = 0; i < count; i++) {
        const float *row = from + i * stride + k;
        if (pairs) {
          int j = 0;
#if defined(__AVX512BF16__)
          for (; j + 16 <= length / 2 && 2 * j + 32 <= length; j += 16) {
            const __m512bh both = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(row + 2 * j + 16), _mm512_loadu_ps(row + 2 * j));
            std::memcpy(&rounded[i][j], &both, 64);
          }
#endif
          for (; 2 * j + 1 < length; j++) rounded[i][j] = Pair(row[2 * j], row[2 * j + 1]);
          if (2 * j < length) rounded[i][j] = Pair(row[2 * j], 0);
        } else {
          for (int j = 0; j < length; j++) rounded[i][j] = RoundedFloat(row[j]);
        }
      }
      Panel<Width, false>(rounded[0], pairs ? stretch / 2 : stretch, true, stored, count, panel);
      panel += stored * Width;
    }
    return;
  }
  // A line of each strip at a time, so that what is written to meanwhile stays in the nearest cache.
  for (long k = 0; k < depth; k += 16) {
    const long end = depth - k < 16 ? depth : k + 16;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      long j = k;
      for (; j + 4 <= end; j += 4) Turn(from + i * stride + j, stride, panel + j * Width + i, Width);
      for (; j < end; j++) {
        for (int one = i; one < i + 4; one++) panel[j * Width + one] = from[one * stride + j];
      }
    }
    for (; i < count; i++) {
      for (long j = k; j < end; j++) panel[j * Width + i] = from[i * stride + j];
    }
  }
}

// The left factor of a tile: element (i, k) lies at i * across + k * along.
struct Packed {
  static constexpr long across = 1, along = kRows;
};
struct Lying {
  long across, along;
};

// One tile of the product: Rows x kWidth sums over `depth` in registers.
template <int Rows, bool Pairs, class Layout>
inline __attribute__((always_inline)) void Tile(const Layout layout, long depth, const float *left, const float *right,
                                                float *product, long stride, int columns, bool add) {
  Vector sums[Rows][2];
#pragma GCC unroll 12
  for (int i = 0; i < Rows; i++) sums[i][0] = sums[i][1] = Vector{};
  for (long k = 0; k < depth; k++, left += layout.along, right += kWidth) {
    const Vector b0 = Load(right), b1 = Load(right + kLanes);
#pragma GCC unroll 12
    for (int i = 0; i < Rows; i++) {
      const Vector a = All(left[i * layout.across]);
#if defined(__AVX512BF16__)
      if (Pairs) {
        sums[i][0] = (Vector)_mm512_dpbf16_ps((__m512)sums[i][0], (__m512bh)a, (__m512bh)b0);
        sums[i][1] = (Vector)_mm512_dpbf16_ps((__m512)sums[i][1], (__m512bh)a, (__m512bh)b1);
        continue;
      }
#endif
      sums[i][0] += a * b0;
      sums[i][1] += a * b1;
    }
  }
  if (columns == kWidth) {
#pragma GCC unroll 12
    for (int i = 0; i < Rows; i++) {
      float *row = product + i * stride;
      Store(row, add ? Load(row) + sums[i][0] : sums[i][0]);
      Store(row + kLanes, add ? Load(row + kLanes) + sums[i][1] : sums[i][1]);
    }
    return;
  }
  float rest[kWidth];
#pragma GCC unroll 12
  for (int i = 0; i < Rows; i++) {
    Store(rest, sums[i][0]);
    Store(rest + kLanes, sums[i][1]);
    float *row = product + i * stride;
    for (int j = 0; j < columns; j++) row[j] = add ? row[j] + rest[j] : rest[j];
  }
}

template <bool Pairs, int Rows = kRows>
struct SomeRows {
  template <class Layout>
  static __attribute__((noinline)) void Exactly(const Layout layout, long depth, const float *left, const float *right,
                                                float *product, long stride, int columns, bool add) {
    Tile<Rows, Pairs>(layout, depth, left, right, product, stride, columns, add);
  }
  template <class Layout>
  static void Run(int rows, const Layout layout, long depth, const float *left, const float *right, float *product,
                  long stride, int columns, bool add) {
    if (rows == Rows) {
      Exactly(layout, depth, left, right, product, stride, columns, add);
    } else {
      SomeRows<Pairs, Rows - 1>::Run(rows, layout, depth, left, right, product, stride, columns, add);
    }
  }
};
template <bool Pairs>
struct SomeRows<Pairs, 0> {
  template <class Layout>
  static void Run(int, const Layout, long, const float *, const float *, float *, long, int, bool) {}
};

// How many elements deep a packed panel is.
inline long Stored(long depth, bool low) { return low && kPairs ? (depth + 1) / 2 : depth; }

size_t PanelBytes(long depth, bool low) { return sizeof(float) * kWidth * Stored(depth, low); }

void Pack(const Factor &right, long depth, long columns, bool low, long first, long last, char *panels) {
  for (long p = first; p < last; p++) {
    const long column = p * kWidth;
    const int count = static_cast<int>(columns - column < kWidth ? columns - column : kWidth);
    const float *from = right.values + (right.transposed ? column * right.stride : column);
    float *panel = reinterpret_cast<float *>(panels + p * PanelBytes(depth, low));
    if (low) {
      Panel<kWidth, true>(from, right.stride, right.transposed, depth, count, panel);
    } else {
      Panel<kWidth, false>(from, right.stride, right.transposed, depth, count, panel);
    }
  }
}

size_t ScratchBytes(long rows) { return sizeof(float) * (rows + kRows) * kDepth; }

template <bool Low>
void MultiplyBy(const Factor &left, long first, long rows, long depth, const Panels &right, long columns, float *product,
                long stride, bool add, char *scratch) {
  constexpr bool pairs = Low && kPairs;
  // Equal parts, each an even number of rows deep.
  const long most = pairs ? 2 * kDepth : kDepth;
  const long parts = (depth + most - 1) / most;
  const long part = ((depth + parts - 1) / parts + 1) & ~1L;
  // Where few columns use it, the left factor is read as it lies: packing it would take longer than that loses.
  const bool direct = !Low && columns <= (left.transposed ? kNarrowTransposed : kNarrow);
  float *packed = reinterpret_cast<float *>(scratch);
  const float *rights = reinterpret_cast<const float *>(right.at);
  const long right_stride = kWidth * Stored(right.depth, Low);
  for (long k = 0; k < depth; k += part) {
    const long length = depth - k < part ? depth - k : part;
    const long stored = Stored(length, Low);
    for (long i = 0; i < rows && !direct; i += kRows) {
      const int count = static_cast<int>(rows - i < kRows ? rows - i : kRows);
      const float *from =
          left.values + (left.transposed ? k * left.stride + first + i : (first + i) * left.stride + k);
      Panel<kRows, Low>(from, left.stride, !left.transposed, length, count, packed + i * stored);
    }
    const bool adds = add || k > 0;
    for (long j = 0, p = 0; j < columns; j += kWidth, p++) {
      const int width = static_cast<int>(columns - j < kWidth ? columns - j : kWidth);
      const float *panel = rights + p * right_stride + kWidth * Stored(k, Low);
      for (long i = 0; i < rows; i += kRows) {
        const int count = static_cast<int>(rows - i < kRows ? rows - i : kRows);
        float *to = product + i * stride + j;
        if (direct) {
          const Lying lying{left.transposed ? 1 : left.stride, left.transposed ? left.stride : 1};
          const float *from = left.values + (first + i) * lying.across + k * lying.along;
          SomeRows<false>::Run(count, lying, length, from, panel, to, stride, width, adds);
        } else {
          SomeRows<pairs>::Run(count, Packed{}, stored, packed + i * stored, panel, to, stride, width, adds);
        }
      }
    }
  }
}

void Multiply(const Factor &left, long first, long rows, long depth, const Panels &right, long columns, bool low,
              float *product, long stride, bool add, char *scratch) {
  (low ? MultiplyBy<true> : MultiplyBy<false>)(left, first, rows, depth, right, columns, product, stride, add, scratch);
}

// e to the power of x from -87 to 88, within two units in the last place: 2 to a whole number times a polynomial.
inline Vector Exponential(Vector x) {
  x = x < -87.0f ? All(-87.0f) : x > 88.0f ? All(88.0f) : x;
  // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the lowest bits.
  const Vector shift = All(12582912.0f);
  const Vector shifted = x * 1.44269504088896341f + shift;
  const Vector n = shifted - shift;
  const Vector r = (x - n * 0.693145751953125f) - n * 1.428606765330187e-6f;
  Vector p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return (Vector)((Whole)p + ((Whole)shifted << 23));
}

// The first `count` elements of a vector, the others as given; written back without touching what lies behind.
#if defined(__AVX512F__)
inline Vector LoadSome(const float *from, long count, Vector others) {
  return (Vector)_mm512_mask_loadu_ps((__m512)others, (1u << count) - 1, from);
}
inline void StoreSome(float *to, Vector value, long count) { _mm512_mask_storeu_ps(to, (1u << count) - 1, (__m512)value); }
#else
inline Vector LoadSome(const float *from, long count, Vector others) {
  float some[kLanes];
  Store(some, others);
  std::memcpy(some, from, count * sizeof(float));
  return Load(some);
}
inline void StoreSome(float *to, Vector value, long count) {
  float some[kLanes];
  Store(some, value);
  std::memcpy(to, some, count * sizeof(float));
}
#endif

// The greatest of a row; NaN where there is one.
float Greatest(const float *row, long columns) {
  Vector most = All(-INFINITY), bad{};
  long j = 0;
  for (; j + kLanes <= columns; j += kLanes) {
    const Vector x = Load(row + j);
    most = x > most ? x : most;
    bad += x - x;
  }
  if (j < columns) {
    const Vector x = LoadSome(row + j, columns - j, All(row[j]));
    most = x > most ? x : most;
    bad += x - x;
  }
  return Most(most) + Sum(bad);
}

// Each element to e to the power of what it lies above `base`; returns their sum.
float Powers(float *row, long columns, float base) {
  Vector sum{};
  long j = 0;
  for (; j + kLanes <= columns; j += kLanes) {
    const Vector power = Exponential(Load(row + j) - base);
    Store(row + j, power);
    sum += power;
  }
  if (j < columns) {
    const Vector power = Exponential(LoadSome(row + j, columns - j, All(-INFINITY)) - base);
    StoreSome(row + j, power, columns - j);
    // Of what lies behind the row the powers are next to nothing, but not nothing.
    sum += LoadSome(row + j, columns - j, Vector{});
  }
  return Sum(sum);
}

float CrossEntropy(float *row, long columns, int target, float scale, float z) {
  const float greatest = Greatest(row, columns);
  const float above = row[target] - greatest;
  const float sum = Powers(row, columns, greatest);
  const float log_sum = std::log(sum);
  const float factor = scale * (1 + 2 * z * (greatest + log_sum)) / sum;
  long j = 0;
  for (; j + kLanes <= columns; j += kLanes) Store(row + j, Load(row + j) * factor);
  for (; j < columns; j++) row[j] *= factor;
  row[target] -= scale;
  return log_sum - above;
}

float Softmax(float *row, long columns, float *sum) {
  const float greatest = Greatest(row, columns);
  *sum = Powers(row, columns, greatest);
  return greatest;
}

void SoftmaxGradient(float *scores, float *gradient, long columns, float log_sum, float centre) {
  long j = 0;
  for (; j + kLanes <= columns; j += kLanes) {
    const Vector weight = Exponential(Load(scores + j) - log_sum);
    Store(scores + j, weight);
    Store(gradient + j, weight * (Load(gradient + j) - centre));
  }
  if (j < columns) {
    const long rest = columns - j;
    const Vector weight = Exponential(LoadSome(scores + j, rest, All(log_sum)) - log_sum);
    StoreSome(scores + j, weight, rest);
    StoreSome(gradient + j, weight * (LoadSome(gradient + j, rest, All(centre)) - centre), rest);
  }
}

// Half the distance apart, two elements turn by an angle; with the sines negated it is the way back.
void Rotate(const float *from, long width, const float *cos, const float *sin, long pairs, float sign, float scale,
            float *to) {
  long i = 0;
  for (; i + kLanes <= pairs; i += kLanes) {
    const Vector a = Load(from + i), b = Load(from + i + pairs), c = Load(cos + i) * scale, s = Load(sin + i) * (sign * scale);
    Store(to + i, a * c - b * s);
    Store(to + i + pairs, b * c + a * s);
  }
  for (; i < pairs; i++) {
    const float a = from[i], b = from[i + pairs], c = cos[i] * scale, s = sin[i] * (sign * scale);
    to[i] = a * c - b * s;
    to[i + pairs] = b * c + a * s;
  }
  for (i = 2 * pairs; i < width; i++) to[i] = from[i] * scale;
}

float Dot(const float *a, const float *b, long count) {
  Vector sum{};
  long i = 0;
  for (; i + kLanes <= count; i += kLanes) sum += Load(a + i) * Load(b + i);
  float total = Sum(sum);
  for (; i < count; i++) total += a[i] * b[i];
  return total;
}

float Norm(const float *row, const float *weight, long width, float epsilon, float *unit, float *output) {
  const float inverse = 1 / std::sqrt(Dot(row, row, width) / width + epsilon);
  long i = 0;
  for (; i + kLanes <= width; i += kLanes) {
    const Vector x = Load(row + i) * inverse;
    Store(unit + i, x);
    Store(output + i, x * Load(weight + i));
  }
  for (; i < width; i++) output[i] = (unit[i] = row[i] * inverse) * weight[i];
  return inverse;
}

void NormGradient(const float *first, const float *second, const float *behind, const float *unit, float inverse,
                  const float *weight, long width, float *by_row, float *by_weight) {
  Vector sums{};
  long i = 0;
  for (; i + kLanes <= width; i += kLanes) {
    const Vector by_output = second ? Load(first + i) + Load(second + i) : Load(first + i), along = by_output * Load(unit + i);
    Store(by_weight + i, Load(by_weight + i) + along);
    sums += along * Load(weight + i);
  }
  float sum = Sum(sums);
  for (; i < width; i++) {
    const float along = (second ? first[i] + second[i] : first[i]) * unit[i];
    by_weight[i] += along;
    sum += along * weight[i];
  }
  const float projection = sum / width;
  for (i = 0; i + kLanes <= width; i += kLanes) {
    const Vector by_output = second ? Load(first + i) + Load(second + i) : Load(first + i);
    const Vector own = (by_output * Load(weight + i) - Load(unit + i) * projection) * inverse;
    Store(by_row + i, behind ? Load(behind + i) + own : own);
  }
  for (; i < width; i++) {
    const float own = ((second ? first[i] + second[i] : first[i]) * weight[i] - unit[i] * projection) * inverse;
    by_row[i] = behind ? behind[i] + own : own;
  }
}

inline Vector Sigmoid(Vector x) { return 1 / (1 + Exponential(-x)); }

void Gate(const float *gate, const float *up, long count, float *inner) {
  const auto of = [](Vector gate, Vector up) { return gate * Sigmoid(gate) * up; };
  long i = 0;
  for (; i + kLanes <= count; i += kLanes) Store(inner + i, of(Load(gate + i), Load(up + i)));
  if (i == count) return;
  const long rest = count - i;
  StoreSome(inner + i, of(LoadSome(gate + i, rest, Vector{}), LoadSome(up + i, rest, Vector{})), rest);
}

void GateGradient(const float *by_inner, const float *gate, const float *up, long count, float *by_gate, float *by_up) {
  const auto of = [](Vector by, Vector gate, Vector up, Vector *by_gate, Vector *by_up) {
    const Vector sigmoid = Sigmoid(gate), value = gate * sigmoid;
    *by_gate = by * up * (sigmoid + (value - value * sigmoid));
    *by_up = by * value;
  };
  Vector one, two;
  long i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    of(Load(by_inner + i), Load(gate + i), Load(up + i), &one, &two);
    Store(by_gate + i, one);
    Store(by_up + i, two);
  }
  if (i == count) return;
  const long rest = count - i;
  const auto some = [&](const float *from) { return LoadSome(from + i, rest, Vector{}); };
  of(some(by_inner), some(gate), some(up), &one, &two);
  StoreSome(by_gate + i, one, rest);
  StoreSome(by_up + i, two, rest);
}

void AdamStep(const Adam &settings, const float *gradient, const float *weight, const float *first, const float *second,
              long count, float *new_weight, float *new_first, float *new_second) {
  const auto of = [&](Vector g, Vector w, Vector m, Vector v, Vector *moments) {
    g *= settings.shrink;
    moments[0] = m + (g - m) * settings.fresh_first;
    moments[1] = v + (g * g - v) * settings.fresh_second;
    return w - w * settings.decay - moments[0] * settings.step / (Root(moments[1]) + settings.epsilon);
  };
  Vector moments[2];
  long i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Store(new_weight + i, of(Load(gradient + i), Load(weight + i), Load(first + i), Load(second + i), moments));
    Store(new_first + i, moments[0]);
    Store(new_second + i, moments[1]);
  }
  if (i == count) return;
  const long rest = count - i;
  const auto some = [&](const float *from) { return LoadSome(from + i, rest, Vector{}); };
  StoreSome(new_weight + i, of(some(gradient), some(weight), some(first), some(second), moments), rest);
  StoreSome(new_first + i, moments[0], rest);
  StoreSome(new_second + i, moments[1], rest);
}

}  // namespace

extern "C" const Kernels NAMED(midtrain_kernels_, MIDTRAIN_KIND) = {
    TEXT_OF(MIDTRAIN_KIND), kPairs, kWidth, PanelBytes, Pack, ScratchBytes, Multiply,     CrossEntropy, Softmax,
    SoftmaxGradient,        Rotate, Dot,    Norm,       NormGradient,       Gate,         GateGradient, AdamStep,
};
