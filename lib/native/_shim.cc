// Functions that @tensorflow/tfjs-node-gpu's own binding lacks, added to the same module:
//   listDevices()                                    the devices TensorFlow sees, with their memory
//   tensorDevice(id)                                 where a tensor's data really are
//   addGraphFunction(name, graph, inputs, outputs)   a serialised GraphDef becomes one op, callable like any kernel; gives
//                                                    its FunctionDef, for the library of a graph that calls it
//   ownOperators()                                   for which instructions our own operators were compiled that run here, and
//                                                    what was spent in each so far
//
// The package's tfjs_binding.cc is compiled with its entry point renamed to tfjs_register; the entry point below calls it
// and extends what it exports.
#include <node_api.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "_operators.h"
#include "tfjs_backend.h"

extern "C" napi_value tfjs_register(napi_env env, napi_value exports);

// Exported by TensorFlow's framework library; weak, as its inline namespace changes with the version.
namespace absl {
inline namespace lts_20250814 {
enum class LogSeverityAtLeast : int;
__attribute__((weak)) void SetMinLogLevel(LogSeverityAtLeast);
}  // namespace lts_20250814
}  // namespace absl

namespace {

using tfnodejs::TFJSBackend;
using Handles = std::unordered_map<int32_t, TFE_TensorHandle *>;

// The backend keeps its TensorFlow context private. An explicit instantiation may name private members
// ([temp.spec.general]), so it hands out pointers to the two we need without changing the package's header.
TFE_Context *TFJSBackend::*ContextMember();
Handles TFJSBackend::*HandlesMember();
template <TFE_Context *TFJSBackend::*Context, Handles TFJSBackend::*Map>
struct Reveal {
  friend TFE_Context *TFJSBackend::*ContextMember() { return Context; }
  friend Handles TFJSBackend::*HandlesMember() { return Map; }
};

}  // namespace

template struct Reveal<&TFJSBackend::tfe_context_, &TFJSBackend::tfe_handle_map_>;

namespace {

template <typename T, void (*Delete)(T *)>
struct Deleter {
  void operator()(T *object) const { Delete(object); }
};
template <typename T, void (*Delete)(T *)>
using Owned = std::unique_ptr<T, Deleter<T, Delete>>;

using Graph = Owned<TF_Graph, TF_DeleteGraph>;
using Buffer = Owned<TF_Buffer, TF_DeleteBuffer>;
using Devices = Owned<TF_DeviceList, TF_DeleteDeviceList>;
using Function = Owned<TF_Function, TF_DeleteFunction>;
using ImportOptions = Owned<TF_ImportGraphDefOptions, TF_DeleteImportGraphDefOptions>;

class Status {
 public:
  operator TF_Status *() { return status_.get(); }
  void Check() {
    if (TF_GetCode(status_.get()) != TF_OK) throw std::runtime_error(TF_Message(status_.get()));
  }

 private:
  Owned<TF_Status, TF_DeleteStatus> status_{TF_NewStatus()};
};

void Check(napi_status status, const char *expected) {
  if (status != napi_ok) throw std::invalid_argument(expected);
}

TFJSBackend &Backend(napi_env env) {
  void *backend = nullptr;
  Check(napi_get_instance_data(env, &backend), "The tensor backend is not loaded");
  if (backend == nullptr) throw std::invalid_argument("The tensor backend is not loaded");
  return *static_cast<TFJSBackend *>(backend);
}

napi_value Text(napi_env env, const char *text) {
  napi_value value;
  Check(napi_create_string_utf8(env, text == nullptr ? "" : text, NAPI_AUTO_LENGTH, &value), "Cannot make a string");
  return value;
}

std::string TextOf(napi_env env, napi_value value, const char *expected) {
  size_t length = 0;
  Check(napi_get_value_string_utf8(env, value, nullptr, 0, &length), expected);
  std::string text(length, '\0');
  Check(napi_get_value_string_utf8(env, value, &text[0], length + 1, &length), expected);
  return text;
}

napi_value ListDevices(napi_env env, std::vector<napi_value>) {
  Status status;
  Devices devices(TFE_ContextListDevices(Backend(env).*ContextMember(), status));
  status.Check();
  napi_value list;
  Check(napi_create_array(env, &list), "Cannot make an array");
  for (int i = 0; i < TF_DeviceListCount(devices.get()); i++) {
    napi_value device, bytes;
    Check(napi_create_object(env, &device), "Cannot make an object");
    const char *name = TF_DeviceListName(devices.get(), i, status);
    status.Check();
    const char *type = TF_DeviceListType(devices.get(), i, status);
    status.Check();
    const int64_t memory = TF_DeviceListMemoryBytes(devices.get(), i, status);
    status.Check();
    napi_create_int64(env, memory, &bytes);
    napi_set_named_property(env, device, "name", Text(env, name));
    napi_set_named_property(env, device, "type", Text(env, type));
    napi_set_named_property(env, device, "memoryBytes", bytes);
    napi_set_element(env, list, i, device);
  }
  return list;
}

napi_value TensorDevice(napi_env env, std::vector<napi_value> arguments) {
  const char *usage = "tensorDevice(id) takes the number of a tensor";
  int32_t id = 0;
  napi_valuetype type;
  Check(napi_typeof(env, arguments[0], &type), usage);
  Check(type == napi_number ? napi_ok : napi_number_expected, usage);
  Check(napi_get_value_int32(env, arguments[0], &id), usage);
  const Handles &handles = Backend(env).*HandlesMember();
  const auto found = handles.find(id);
  if (found == handles.end()) throw std::invalid_argument("No tensor has the id " + std::to_string(id));
  Status status;
  const char *device = TFE_TensorHandleBackingDeviceName(found->second, status);
  status.Check();
  return Text(env, device);
}

// The outputs that a comma-separated list of "node" or "node:index" names.
std::vector<TF_Output> Outputs(TF_Graph *graph, const std::string &list) {
  std::vector<TF_Output> outputs;
  for (size_t start = 0; start < list.size();) {
    const size_t end = std::min(list.find(',', start), list.size());
    const std::string item = list.substr(start, end - start);
    const size_t colon = std::min(item.find(':'), item.size());
    TF_Operation *operation = TF_GraphOperationByName(graph, item.substr(0, colon).c_str());
    if (operation == nullptr) throw std::invalid_argument("The graph has no node " + item);
    const int index = colon == item.size() ? 0 : std::atoi(item.c_str() + colon + 1);
    if (index < 0 || index >= TF_OperationNumOutputs(operation)) {
      throw std::invalid_argument("The graph has no output " + item);
    }
    outputs.push_back({operation, index});
    start = end + 1;
  }
  return outputs;
}

napi_value AddGraphFunction(napi_env env, std::vector<napi_value> arguments) {
  const char *usage = "addGraphFunction(name, graph, inputs, outputs) takes a string, a Uint8Array and two strings";
  void *bytes = nullptr;
  size_t length = 0;
  napi_typedarray_type type;
  const std::string name = TextOf(env, arguments[0], usage);
  Check(napi_get_typedarray_info(env, arguments[1], &type, &length, &bytes, nullptr, nullptr), usage);
  if (type != napi_uint8_array) throw std::invalid_argument(usage);

  Status status;
  Graph graph(TF_NewGraph());
  Buffer definition(TF_NewBufferFromString(bytes, length));
  ImportOptions options(TF_NewImportGraphDefOptions());
  TF_GraphImportGraphDef(graph.get(), definition.get(), options.get(), status);
  status.Check();
  const auto inputs = Outputs(graph.get(), TextOf(env, arguments[2], usage));
  const auto outputs = Outputs(graph.get(), TextOf(env, arguments[3], usage));
  Function function(TF_GraphToFunction(graph.get(), name.c_str(), 0, -1, nullptr, inputs.size(), inputs.data(),
                                       outputs.size(), outputs.data(), nullptr, nullptr, "", status));
  status.Check();
  TFE_ContextAddFunction(Backend(env).*ContextMember(), function.get(), status);
  status.Check();
  Buffer written(TF_NewBuffer());
  TF_FunctionToFunctionDef(function.get(), written.get(), status);
  status.Check();
  napi_value copy;
  Check(napi_create_buffer_copy(env, written->length, written->data, nullptr, &copy), "Cannot make a buffer");
  return copy;
}

napi_value OwnOperators(napi_env env, std::vector<napi_value>) {
  Crew &crew = Crew::Only();
  std::lock_guard<std::mutex> turn(crew.turn());
  napi_value found, bfloat16, list;
  Check(napi_create_object(env, &found), "Cannot make an object");
  Check(napi_create_array(env, &list), "Cannot make an array");
  Check(napi_get_boolean(env, crew.kernels().bfloat16, &bfloat16), "Cannot make a boolean");
  napi_set_named_property(env, found, "instructions", Text(env, crew.kernels().name));
  napi_set_named_property(env, found, "bfloat16", bfloat16);
  napi_set_named_property(env, found, "spent", list);
  uint32_t at = 0;
  for (const auto &[name, spent] : midtrain::AllSpent()) {
    napi_value one, calls, seconds, cpu_seconds, flops;
    Check(napi_create_object(env, &one), "Cannot make an object");
    napi_create_int64(env, spent.calls, &calls);
    napi_create_double(env, spent.seconds, &seconds);
    napi_create_double(env, spent.cpu_seconds, &cpu_seconds);
    napi_create_double(env, spent.flops, &flops);
    napi_set_named_property(env, one, "name", Text(env, name.c_str()));
    napi_set_named_property(env, one, "calls", calls);
    napi_set_named_property(env, one, "seconds", seconds);
    napi_set_named_property(env, one, "cpuSeconds", cpu_seconds);
    napi_set_named_property(env, one, "flops", flops);
    napi_set_element(env, list, at++, one);
  }
  return found;
}

// Calls a function of C++ from JavaScript: exactly `Arity` arguments (absent ones are undefined), exceptions become errors.
template <napi_value (*Call)(napi_env, std::vector<napi_value>), size_t Arity>
napi_value Entry(napi_env env, napi_callback_info info) {
  try {
    std::vector<napi_value> arguments(Arity);
    size_t count = Arity;
    Check(napi_get_cb_info(env, info, &count, arguments.data(), nullptr, nullptr), "Cannot read the arguments");
    return Call(env, std::move(arguments));
  } catch (const std::invalid_argument &error) {
    napi_throw_type_error(env, nullptr, error.what());
  } catch (const std::exception &error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

void Add(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  // TensorFlow itself reads the variable too late for most of its messages.
  const char *level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level != nullptr && absl::SetMinLogLevel != nullptr) {
    absl::SetMinLogLevel(static_cast<absl::LogSeverityAtLeast>(std::atoi(level)));
  }
  exports = tfjs_register(env, exports);
  if (exports == nullptr) return nullptr;
  try {
    midtrain::RegisterOperators();
  } catch (const std::exception &error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
  Add(env, exports, "listDevices", Entry<ListDevices, 0>);
  Add(env, exports, "tensorDevice", Entry<TensorDevice, 1>);
  Add(env, exports, "ownOperators", Entry<OwnOperators, 0>);
  Add(env, exports, "addGraphFunction", Entry<AddGraphFunction, 4>);
  return exports;
}
