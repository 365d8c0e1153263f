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

// An output layer of up to so many floats is packed once for all of its rows; that takes twice its memory.
constexpr long kKept = 64 << 20;

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
  // Rows whose logits are held at a time, few enough for the outer cache. Rows lie an odd number of cache lines apart: at a power
  // of two all would fall into the same places of the caches.
  const long part = std::min(count, std::max(256L, std::min(2048L, kPacked / columns)));
  const long stride = ((columns + 15) / 16 | 1) * 16;
  const bool kept = columns * width <= kKept;
  Crew &crew = call.crew;
  const Kernels &kernels = crew.kernels();
  float *logits = crew.first.Floats(part * stride);
  const Factor forth{layer.floats(), width, true}, back{layer.floats(), width, false};
  const Panels by_column = kept ? Pack(call, forth, width, columns, low, crew.second) : Panels{};
  const Panels by_row = kept ? Pack(call, back, columns, width, low, crew.third) : Panels{};
  for (long first = 0; first < count; first += part) {
    const long rows = std::min(part, count - first);
    const Factor states{hidden.floats() + first * width, width, false}, scores{logits, stride, false};
    if (kept) {
      Multiply(call, states, by_column, rows, width, columns, low, logits, stride, false);
    } else {
      Multiply(call, states, forth, rows, width, columns, low, logits, stride, false);
    }
    crew.Run((rows + 7) / 8, [&](long task, Scratch &) {
      for (long i = 8 * task; i < std::min(rows, 8 * task + 8); i++) {
        const float weight = weights.floats()[weights.size() == 1 ? 0 : first + i];
        losses[first + i] = kernels.cross_entropy(logits + i * stride, columns, targets.wholes()[first + i], weight / count,
                                                  factor.floats()[0]);
      }
    });
    if (kept) {
      Multiply(call, scores, by_row, rows, columns, width, low, by_hidden + first * width, width, false);
    } else {
      Multiply(call, scores, back, rows, columns, width, low, by_hidden + first * width, width, false);
    }
    Multiply(call, {logits, stride, true}, states, columns, rows, width, low, by_layer, width, first > 0);
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

// Rows of a task: several tasks a thread, whole tiles.
static long BlockOf(const Crew &crew, long rows) {
  return std::clamp((rows / (4 * crew.threads()) + 11) / 12 * 12, 12L, 96L);
}

// What a round of packing right factors consists of.
static std::function<void(long, Scratch &)> PackTask(const Kernels &kernels, const Factor &right, long depth, long columns,
                                                     bool low, long share, char *to) {
  const long panels = (columns + kernels.width - 1) / kernels.width;
  return [=, &kernels](long task, Scratch &) {
    kernels.pack(right, depth, columns, low, share * task, std::min(panels, share * task + share), to);
  };
}

Panels Pack(Call &call, const Factor &right, long depth, long columns, bool low, Scratch &memory) {
  Crew &crew = call.crew;
  const Kernels &kernels = crew.kernels();
  const long panels = (columns + kernels.width - 1) / kernels.width, share = std::max(1L, panels / (4 * crew.threads()));
  char *to = memory.Bytes(panels * kernels.panel_bytes(depth, low));
  crew.Run((panels + share - 1) / share, PackTask(kernels, right, depth, columns, low, share, to));
  return {to, depth};
}

void Multiply(Call &call, const Factor &left, const Panels &right, long rows, long depth, long columns, bool low,
              float *product, long stride, bool add) {
  Crew &crew = call.crew;
  const long block = BlockOf(crew, rows);
  call.Worked(2.0 * rows * depth * columns);
  crew.Run((rows + block - 1) / block, [&](long task, Scratch &own) {
    const long first = block * task, some = std::min(block, rows - first);
    crew.kernels().multiply(left, first, some, depth, right, columns, low, product + first * stride, stride, add,
                            own.Bytes(crew.kernels().scratch_bytes(some)));
  });
}

void Multiply(Call &call, const Factor &left, const Factor &right, long rows, long depth, long columns, bool low,
              float *product, long stride, bool add) {
  Crew &crew = call.crew;
  const Kernels &kernels = crew.kernels();
  call.Worked(2.0 * rows * depth * columns);
  // Each element's sum runs over the same parts whatever the threads, so that equal runs give equal bits.
  const long deep = std::min(depth, std::max(1536L, (kPacked / columns) & ~63L));
  const long broad = std::min(columns, std::max(kernels.width, kPacked / deep / kernels.width * kernels.width));
  const long block = BlockOf(crew, rows);
  for (long k = 0; k < depth; k += deep) {
    const long part = std::min(deep, depth - k);
    const Factor lefts{left.values + (left.transposed ? k * left.stride : k), left.stride, left.transposed};
    for (long j = 0; j < columns; j += broad) {
      const long width = std::min(broad, columns - j), panels = (width + kernels.width - 1) / kernels.width;
      const Factor rights{right.values + (right.transposed ? j * right.stride + k : k * right.stride + j), right.stride,
                          right.transposed};
      char *packed = crew.packed.Bytes(panels * kernels.panel_bytes(part, low));
      const long share = std::max(1L, panels / (4 * crew.threads()));
      crew.Run((panels + share - 1) / share, PackTask(kernels, rights, part, width, low, share, packed),
               (rows + block - 1) / block, [&](long task, Scratch &own) {
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
    Register<kNorm>();
    Register<kNormGradient>();
    Register<kGate>();
    Register<kGateGradient>();
    Register<kAdam>();
    return true;
  }();
  (void)once;
}

}  // namespace midtrain
