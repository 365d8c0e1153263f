// How an operator of our own is made known to TensorFlow: by its C API for kernels (tensorflow/c/kernels.h and ops.h, which
// the package of TensorFlow's libraries lacks among the headers that are fetched, so what is used of it is declared here).
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "_crew.h"
#include "tensorflow/c/c_api.h"

extern "C" {
struct TF_KernelBuilder;
struct TF_OpDefinitionBuilder;
struct TF_OpKernelConstruction;
struct TF_OpKernelContext;
struct TF_ShapeInferenceContext;
TF_KernelBuilder *TF_NewKernelBuilder(const char *, const char *, void *(*)(TF_OpKernelConstruction *),
                                      void (*)(void *, TF_OpKernelContext *), void (*)(void *));
void TF_RegisterKernelBuilder(const char *, TF_KernelBuilder *, TF_Status *);
TF_OpDefinitionBuilder *TF_NewOpDefinitionBuilder(const char *);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder *, const char *);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder *, const char *);
void TF_OpDefinitionBuilderAddAttr(TF_OpDefinitionBuilder *, const char *);
void TF_OpDefinitionBuilderSetShapeInferenceFunction(TF_OpDefinitionBuilder *,
                                                     void (*)(TF_ShapeInferenceContext *, TF_Status *));
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder *, TF_Status *);
void TF_ShapeInferenceContextSetUnknownShape(TF_ShapeInferenceContext *, TF_Status *);
void TF_OpKernelConstruction_GetAttrInt64(TF_OpKernelConstruction *, const char *, int64_t *, TF_Status *);
void TF_GetInput(TF_OpKernelContext *, int, TF_Tensor **, TF_Status *);
TF_Tensor *TF_AllocateOutput(TF_OpKernelContext *, int, TF_DataType, const int64_t *, int, size_t, TF_Status *);
void TF_OpKernelContext_Failure(TF_OpKernelContext *, TF_Status *);
}

namespace midtrain {

// A status that throws.
class Checked {
 public:
  ~Checked() { TF_DeleteStatus(status_); }
  operator TF_Status *() { return status_; }
  void Check() const {
    if (TF_GetCode(status_) != TF_OK) throw std::runtime_error(TF_Message(status_));
  }

 private:
  TF_Status *status_ = TF_NewStatus();
};

// A tensor that an operator reads.
class Input {
 public:
  explicit Input(TF_Tensor *tensor) : tensor_(tensor) {}
  Input(Input &&other) noexcept : tensor_(other.tensor_) { other.tensor_ = nullptr; }
  ~Input() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }
  const float *floats() const { return static_cast<const float *>(TF_TensorData(tensor_)); }
  const int32_t *wholes() const { return static_cast<const int32_t *>(TF_TensorData(tensor_)); }
  long size() const { return TF_TensorElementCount(tensor_); }
  int rank() const { return TF_NumDims(tensor_); }
  long axis(int i) const { return TF_Dim(tensor_, i); }

 private:
  TF_Tensor *tensor_;
};

// What was computed by operators of a kind and shape: for a breakdown of a training step.
struct Spent {
  long calls = 0;
  double seconds = 0;
  // Of all threads.
  double cpu_seconds = 0;
  // Floating-point operations of its matrix products.
  double flops = 0;
};
// By the crew's turn alone.
std::map<std::string, Spent> &AllSpent();

// One call of an operator.
class Call {
 public:
  explicit Call(TF_OpKernelContext *context) : context_(context), crew(Crew::Only()), turn_(crew.turn()) {}

  Input input(int i) {
    TF_Tensor *tensor = nullptr;
    Checked status;
    TF_GetInput(context_, i, &tensor, status);
    status.Check();
    return Input(tensor);
  }
  float *output(int i, const std::vector<int64_t> &shape) {
    size_t count = 1;
    for (int64_t axis : shape) count *= axis;
    Checked status;
    TF_Tensor *tensor =
        TF_AllocateOutput(context_, i, TF_FLOAT, shape.data(), static_cast<int>(shape.size()), count * sizeof(float), status);
    status.Check();
    float *values = static_cast<float *>(TF_TensorData(tensor));
    // The context holds it too.
    TF_DeleteTensor(tensor);
    return values;
  }
  // Floating-point operations of its matrix products, and a word on its shape, for the breakdown.
  void Worked(double flops) { flops_ += flops; }
  double flops() const { return flops_; }
  std::string shape;

 private:
  TF_OpKernelContext *context_;
  double flops_ = 0;

 public:
  Crew &crew;

 private:
  std::lock_guard<std::mutex> turn_;
};

inline void Require(bool holds, const char *what) {
  if (!holds) throw std::invalid_argument(what);
}

// Left (rows x depth) times right (depth x columns), into or added to `product`, of whose rows `stride` is the distance.
void Multiply(Call &call, const Factor &left, const Factor &right, long rows, long depth, long columns, bool low,
              float *product, long stride, bool add);
// The same with a right factor that was packed before, into memory that the caller chooses.
Panels Pack(Call &call, const Factor &right, long depth, long columns, bool low, Scratch &memory);
void Multiply(Call &call, const Factor &left, const Panels &right, long rows, long depth, long columns, bool low,
              float *product, long stride, bool add);

// An operator's whole-number attributes by name.
using Attributes = std::map<std::string, int64_t>;
using Compute = void (*)(Call &, const Attributes &);

struct Operator {
  const char *name;
  std::vector<const char *> inputs, outputs, attributes;
  Compute compute;
};

// Once a process.
void RegisterOperators();
extern const Operator kProduct, kLoss, kAttention, kAttentionGradient, kNorm, kNormGradient, kGate, kGateGradient, kAdam;

}  // namespace midtrain
