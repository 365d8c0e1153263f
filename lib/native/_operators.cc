// Our own TensorFlow operators for CPUs: matrix products, and the output layer with its loss, forward and backward. What they
// save beside TensorFlow's: factors are packed for the processor at hand whatever their shapes, and the logits of a batch, its
// largest tensor by far, are never held as a whole.
#include "_operators.h"

#include <algorithm>
#include <cmath>

namespace midtrain {

namespace {

// Packed factors are kept to this many floats, so that they stay in the outer cache.
constexpr long kPacked = 4 << 20;

struct Kernel {
  const Operator *kind;
  Attributes attributes;
};

// Operators by name; C's registration knows no other way to tell a kernel what it is.
template <const Operator &kind>
void *Create(TF_OpKernelConstruction *construction) {
  auto *kernel = new Kernel{&kind, {}};
  for (const char *attribute : kind.attributes) {
    const std::string name(attribute, std::strchr(attribute, ':'));
    Checked status;
    int64_t value = 0;
    TF_OpKernelConstruction_GetAttrInt64(construction, name.c_str(), &value, status);
    status.Check();
    kernel->attributes[name] = value;
  }
  return kernel;
}

void Carry(void *state, TF_OpKernelContext *context) {
  const auto &kernel = *static_cast<Kernel *>(state);
  try {
    Call call(context);
    const double before = call.crew.cpu_seconds();
    const auto started = std::chrono::steady_clock::now();
    kernel.kind->compute(call, kernel.attributes);
    Spent &spent = AllSpent()[kernel.kind->name + call.shape];
    spent.calls++;
    spent.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    spent.cpu_seconds += call.crew.cpu_seconds() - before;
    spent.flops += call.flops();
  } catch (const std::exception &error) {
    Checked status;
    TF_SetStatus(status, TF_INVALID_ARGUMENT, (std::string(kernel.kind->name) + ": " + error.what()).c_str());
    TF_OpKernelContext_Failure(context, status);
  }
}

void Delete(void *state) { delete static_cast<Kernel *>(state); }

template <const Operator &kind>
void Register() {
  Checked status;
  TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder(kind.name);
  for (const char *input : kind.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char *output : kind.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char *attribute : kind.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(definition, status);
  status.Check();
  TF_RegisterKernelBuilder(kind.name, TF_NewKernelBuilder(kind.name, "CPU", Create<kind>, Carry, Delete), status);
  status.Check();
}

void Product(Call &call, const Attributes &attributes) {
  const Input a = call.input(0), b = call.input(1);
  Require(a.rank() == 2 && b.rank() == 2, "both factors must be matrices");
  const bool turned_a = attributes.at("transposeA"), turned_b = attributes.at("transposeB");
  const long rows = a.axis(turned_a), depth = a.axis(!turned_a), columns = b.axis(!turned_b);
  Require(b.axis(turned_b) == depth, "the factors' inner axes must agree");
  float *product = call.output(0, {rows, columns});
  call.shape = " " + std::to_string(rows) + " x " + std::to_string(depth) + " x " + std::to_string(columns);
  Multiply(call, {a.floats(), a.axis(1), turned_a}, {b.floats(), b.axis(1), turned_b}, rows, depth, columns,
           attributes.at("low"), product, columns, false);
}

// Hidden states [N, D], the output layer [V, D], targets [N], how much each counts [N] and the factor of the z-loss to each
// target's loss [N, 1] and the gradients by hidden states and layer of the mean over N of what counts.
void Loss(Call &call, const Attributes &attributes) {
  const Input hidden = call.input(0), layer = call.input(1), targets = call.input(2), weights = call.input(3);
  const Input factor = call.input(4);
  Require(hidden.rank() == 2 && layer.rank() == 2 && hidden.axis(1) == layer.axis(1),
          "hidden states and output layer must be matrices of one width");
  const long count = hidden.axis(0), width = hidden.axis(1), columns = layer.axis(0);
  Require(targets.size() == count, "there must be a target for each hidden state");
  Require(weights.size() == count || weights.size() == 1, "there must be a weight for each target, or one");
  Require(factor.size() == 1, "the factor of the z-loss must be one number");
  for (long i = 0; i < count; i++) {
    Require(targets.wholes()[i] >= 0 && targets.wholes()[i] < columns, "a target lies beyond the vocabulary");
  }
  const bool low = attributes.at("low");
  float *losses = call.output(0, {count, 1}), *by_hidden = call.output(1, {count, width}),
        *by_layer = call.output(2, {columns, width});
  // Rows whose logits are held at a time: few enough for the outer cache, many enough to pay for packing the layer.
  const long part = std::min(count, std::max(256L, std::min(2048L, 2 * kPacked / columns)));
  float *logits = call.crew.first.Floats(part * columns);
  const Kernels &kernels = call.crew.kernels();
  for (long first = 0; first < count; first += part) {
    const long rows = std::min(part, count - first);
    const Factor states{hidden.floats() + first * width, width, false};
    Multiply(call, states, {layer.floats(), width, true}, rows, width, columns, low, logits, columns, false);
    call.crew.Run((rows + 7) / 8, [&](long task, Scratch &) {
      for (long i = 8 * task; i < std::min(rows, 8 * task + 8); i++) {
        const float weight = weights.floats()[weights.size() == 1 ? 0 : first + i];
        losses[first + i] = kernels.cross_entropy(logits + i * columns, columns, targets.wholes()[first + i], weight / count,
                                                  factor.floats()[0]);
      }
    });
    Multiply(call, {logits, columns, false}, {layer.floats(), width, false}, rows, columns, width, low,
             by_hidden + first * width, width, false);
    Multiply(call, {logits, columns, true}, states, columns, rows, width, low, by_layer, width, first > 0);
  }
}

}  // namespace

const Operator kProduct{"MidtrainProduct",
                        {"a: float", "b: float"},
                        {"product: float"},
                        {"transposeA: int", "transposeB: int", "low: int"},
                        Product};
const Operator kLoss{"MidtrainLoss",
                     {"hidden: float", "layer: float", "targets: int32", "weights: float", "z_loss: float"},
                     {"losses: float", "by_hidden: float", "by_layer: float"},
                     {"low: int"},
                     Loss};

void Multiply(Call &call, const Factor &left, const Factor &right, long rows, long depth, long columns, bool low,
              float *product, long stride, bool add) {
  Crew &crew = call.crew;
  const Kernels &kernels = crew.kernels();
  call.Worked(2.0 * rows * depth * columns);
  // Each element's sum runs over the same parts whatever the threads, so that equal runs give equal bits.
  const long deep = std::min(depth, std::max(1536L, (kPacked / columns) & ~63L));
  const long broad = std::min(columns, std::max(kernels.width, kPacked / deep / kernels.width * kernels.width));
  const long block = std::clamp((rows / (4 * crew.threads()) + 11) / 12 * 12, 12L, 96L);
  for (long k = 0; k < depth; k += deep) {
    const long part = std::min(deep, depth - k);
    const Factor lefts{left.values + (left.transposed ? k * left.stride : k), left.stride, left.transposed};
    for (long j = 0; j < columns; j += broad) {
      const long width = std::min(broad, columns - j), panels = (width + kernels.width - 1) / kernels.width;
      const Factor rights{right.values + (right.transposed ? j * right.stride + k : k * right.stride + j), right.stride,
                          right.transposed};
      char *packed = crew.packed.Bytes(panels * kernels.panel_bytes(part, low));
      const long share = std::max(1L, panels / (4 * crew.threads()));
      crew.Run(
          (panels + share - 1) / share,
          [&](long task, Scratch &) {
            kernels.pack(rights, part, width, low, share * task, std::min(panels, share * task + share), packed);
          },
          (rows + block - 1) / block,
          [&](long task, Scratch &own) {
            const long first = block * task, some = std::min(block, rows - first);
            kernels.multiply(lefts, first, some, part, {packed, part}, width, low, product + first * stride + j, stride,
                             add || k > 0, own.Bytes(kernels.scratch_bytes(some)));
          });
    }
  }
}

std::map<std::string, Spent> &AllSpent() {
  static auto *all = new std::map<std::string, Spent>();
  return *all;
}

void RegisterOperators() {
  static const bool once = [] {
    Register<kProduct>();
    Register<kLoss>();
    Register<kAttention>();
    Register<kAttentionGradient>();
    return true;
  }();
  (void)once;
}

}  // namespace midtrain
