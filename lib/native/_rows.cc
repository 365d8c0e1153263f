// Operators that read each row of a tensor once: RMSNorm and the gate of SwiGLU, forth and back, and a step of AdamW.
// TensorFlow's take a pass over memory for every step of them.
#include <algorithm>

#include "_operators.h"

namespace midtrain {

namespace {

// Rows of a task. Sums over rows run over these first, so that threads make no difference to their bits.
constexpr long kSome = 64;

long Tasks(long rows) { return (rows + kSome - 1) / kSome; }

void Norm(Call &call, const Attributes &) {
  const Input rows = call.input(0), weight = call.input(1), epsilon = call.input(2);
  Require(rows.rank() == 2 && weight.size() == rows.axis(1) && epsilon.size() == 1, "there must be a weight for each column");
  const long count = rows.axis(0), width = rows.axis(1);
  float *output = call.output(0, {count, width}), *unit = call.output(1, {count, width}), *inverse = call.output(2, {count, 1});
  call.crew.Run(Tasks(count), [&](long task, Scratch &) {
    for (long i = kSome * task; i < std::min(count, kSome * task + kSome); i++) {
      inverse[i] = call.crew.kernels().norm(rows.floats() + i * width, weight.floats(), width, epsilon.floats()[0],
                                            unit + i * width, output + i * width);
    }
  });
}

// The inputs that a call lacks are empty: a second gradient by the output, and the gradient behind a branch.
void NormGradient(Call &call, const Attributes &) {
  const Input unit = call.input(0), inverse = call.input(1), weight = call.input(2), behind = call.input(3);
  const Input first = call.input(4), second = call.input(5);
  Require(unit.rank() == 2 && weight.size() == unit.axis(1) && inverse.size() == unit.axis(0),
          "there must be a weight for each column, and a size for each row");
  const auto fits = [&](const Input &other) { return other.size() == 0 || other.size() == unit.size(); };
  Require(first.size() == unit.size() && fits(second) && fits(behind), "the gradients have another shape");
  const long count = unit.axis(0), width = unit.axis(1);
  float *by_rows = call.output(0, {count, width}), *by_weight = call.output(1, {width});
  float *sums = call.crew.first.Floats(std::max(1L, Tasks(count)) * width);
  call.crew.Run(Tasks(count), [&](long task, Scratch &) {
    float *sum = sums + task * width;
    std::memset(sum, 0, width * sizeof(float));
    for (long i = kSome * task; i < std::min(count, kSome * task + kSome); i++) {
      const long at = i * width;
      const auto row = [at](const Input &input) { return input.size() == 0 ? nullptr : input.floats() + at; };
      call.crew.kernels().norm_gradient(row(first), row(second), row(behind), row(unit), inverse.floats()[i],
                                        weight.floats(), width, by_rows + at, sum);
    }
  });
  std::memset(by_weight, 0, width * sizeof(float));
  for (long task = 0; task < Tasks(count); task++) {
    for (long i = 0; i < width; i++) by_weight[i] += sums[task * width + i];
  }
}

// Numbers of a task.
constexpr long kMany = 1 << 14;

std::vector<int64_t> ShapeOf(const Input &input) {
  std::vector<int64_t> shape;
  for (int i = 0; i < input.rank(); i++) shape.push_back(input.axis(i));
  return shape;
}

void Gate(Call &call, const Attributes &) {
  const Input gate = call.input(0), up = call.input(1);
  const long count = gate.size();
  Require(up.size() == count, "gate and up must have one shape");
  float *inner = call.output(0, ShapeOf(gate));
  call.crew.Run((count + kMany - 1) / kMany, [&](long task, Scratch &) {
    const long at = kMany * task;
    call.crew.kernels().gate(gate.floats() + at, up.floats() + at, std::min(kMany, count - at), inner + at);
  });
}

void GateGradient(Call &call, const Attributes &) {
  const Input by_inner = call.input(0), gate = call.input(1), up = call.input(2);
  const long count = gate.size();
  Require(up.size() == count && by_inner.size() == count, "gate, up and gradient must have one shape");
  float *by_gate = call.output(0, ShapeOf(gate)), *by_up = call.output(1, ShapeOf(gate));
  call.crew.Run((count + kMany - 1) / kMany, [&](long task, Scratch &) {
    const long at = kMany * task;
    call.crew.kernels().gate_gradient(by_inner.floats() + at, gate.floats() + at, up.floats() + at,
                                      std::min(kMany, count - at), by_gate + at, by_up + at);
  });
}

void AdamStep(Call &call, const Attributes &) {
  const Input weight = call.input(0), first = call.input(1), second = call.input(2), gradient = call.input(3);
  const long count = weight.size();
  Require(first.size() == count && second.size() == count && gradient.size() == count,
          "weights, moments and gradients must have one shape");
  float settings[6];
  for (int i = 0; i < 6; i++) {
    const Input setting = call.input(4 + i);
    Require(setting.size() == 1, "each setting must be one number");
    settings[i] = setting.floats()[0];
  }
  const Adam adam{settings[0], settings[1], settings[2], settings[3], 1 - settings[4], 1 - settings[5]};
  float *weights = call.output(0, ShapeOf(weight)), *firsts = call.output(1, ShapeOf(weight)),
        *seconds = call.output(2, ShapeOf(weight));
  call.crew.Run((count + kMany - 1) / kMany, [&](long task, Scratch &) {
    const long at = kMany * task;
    call.crew.kernels().adam(adam, gradient.floats() + at, weight.floats() + at, first.floats() + at, second.floats() + at,
                             std::min(kMany, count - at), weights + at, firsts + at, seconds + at);
  });
}

}  // namespace

const Operator kNorm{"MidtrainNorm",
                     {"rows: float", "weight: float", "epsilon: float"},
                     {"output: float", "unit: float", "inverse: float"},
                     {"low: int"},
                     Norm};
const Operator kNormGradient{
    "MidtrainNormGradient",
    {"unit: float", "inverse: float", "weight: float", "behind: float", "first: float", "second: float"},
    {"by_rows: float", "by_weight: float"},
    {"low: int"},
    NormGradient};
const Operator kGate{"MidtrainGate", {"gate: float", "up: float"}, {"inner: float"}, {"low: int"}, Gate};
const Operator kGateGradient{"MidtrainGateGradient",
                             {"by_inner: float", "gate: float", "up: float"},
                             {"by_gate: float", "by_up: float"},
                             {"low: int"},
                             GateGradient};

const Operator kAdam{"MidtrainAdam",
                     {"weight: float", "first: float", "second: float", "gradient: float", "shrink: float", "decay: float",
                      "step: float", "epsilon: float", "beta1: float", "beta2: float"},
                     {"new_weight: float", "new_first: float", "new_second: float"},
                     {"low: int"},
                     AdamStep};

}  // namespace midtrain
