// The inner loops of our own TensorFlow operators, as _kernels.cc compiles them for each kind of processor.
#pragma once

#include <cstddef>

// A matrix of floats as a factor: element (row, column) lies at row * stride + column; where it is transposed, the other way
// round.
struct Factor {
  const float *values;
  long stride;
  bool transposed;
};

// A right factor cut into panels: narrow strips, whose elements lie in the order in which they are used.
struct Panels {
  const char *at;
  // How many rows each holds.
  long depth;
};

// What a step of AdamW goes by: the gradient's factor, how much of a weight is taken off it, the size of the step and what is
// added to the second moment's root, both for moments whose bias is not corrected, and one less each beta.
struct Adam {
  float shrink, decay, step, epsilon, fresh_first, fresh_second;
};

struct Kernels {
  const char *name;
  // Whether products of bfloat16 factors have instructions; else factors are rounded and multiplied as floats.
  bool bfloat16;
  // Columns of a panel, and bytes of one.
  long width;
  size_t (*panel_bytes)(long depth, bool low);
  // Write panels [first, last) of a right factor of depth x columns.
  void (*pack)(const Factor &right, long depth, long columns, bool low, long first, long last, char *panels);
  // Bytes that `multiply` needs as scratch for so many rows.
  size_t (*scratch_bytes)(long rows);
  // Rows [first, first + rows) of left times right, into or added to `product`, whose first row is that of `first`.
  void (*multiply)(const Factor &left, long first, long rows, long depth, const Panels &right, long columns, bool low,
                   float *product, long stride, bool add, char *scratch);
  // Logits of a row become the gradient by them, scale * (softmax * (1 + 2 z log Z) - one-hot); its loss is returned.
  float (*cross_entropy)(float *row, long columns, int target, float scale, float z);
  // Scores of a row become powers, their sum written; their greatest is returned, to which the powers are relative.
  float (*softmax)(float *row, long columns, float *sum);
  // Scores become weights, and gradients by weights gradients by scores.
  void (*softmax_gradient)(float *scores, float *gradient, long columns, float log_sum, float centre);
  // A head's row turned by the angles of its place (sign 1) or back (-1), and scaled; what is not in a pair is only scaled.
  void (*rotate)(const float *from, long width, const float *cos, const float *sin, long pairs, float sign, float scale,
                 float *to);
  float (*dot)(const float *a, const float *b, long count);
  // A row over its root mean square, and that times the weights; one over the root mean square is returned.
  float (*norm)(const float *row, const float *weight, long width, float epsilon, float *unit, float *output);
  // From one or two gradients by the output (`second` may be null) the one by the row, added to `behind` unless that is null;
  // the one by the weights is added to `by_weight`.
  void (*norm_gradient)(const float *first, const float *second, const float *behind, const float *unit, float inverse,
                        const float *weight, long width, float *by_row, float *by_weight);
  // gate * sigmoid(gate) * up, and its gradients.
  void (*gate)(const float *gate, const float *up, long count, float *inner);
  void (*gate_gradient)(const float *by_inner, const float *gate, const float *up, long count, float *by_gate, float *by_up);
  // A step of AdamW: weights and moments anew.
  void (*adam)(const Adam &settings, const float *gradient, const float *weight, const float *first, const float *second,
               long count, float *new_weight, float *new_first, float *new_second);
};

extern "C" const Kernels midtrain_kernels_base, midtrain_kernels_avx2, midtrain_kernels_avx512, midtrain_kernels_bfloat16;
