// The threads that carry out our own TensorFlow operators, one operator at a time, and what they keep between operators.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <time.h>

#include "_kernels.h"

// Memory that grows and is kept: asking the system for fresh pages costs more than what is computed in them.
class Scratch {
 public:
  char *Bytes(size_t count) {
    if (count > size_) {
      memory_.reset(static_cast<char *>(std::aligned_alloc(4096, (count + 4095) & ~size_t{4095})));
      size_ = memory_ ? count : 0;
      if (!memory_) throw std::bad_alloc();
    }
    return memory_.get();
  }
  float *Floats(size_t count) { return reinterpret_cast<float *>(Bytes(count * sizeof(float))); }

 private:
  std::unique_ptr<char, void (*)(void *)> memory_{nullptr, std::free};
  size_t size_ = 0;
};

class Crew {
 public:
  // The one of this process; it is never ended, as an operator may run until the last moment.
  static Crew &Only() {
    static Crew *crew = new Crew();
    return *crew;
  }

  const Kernels &kernels() const { return *kernels_; }
  long threads() const { return static_cast<long>(own_.size()); }
  // An operator has the crew to itself while it holds this.
  std::mutex &turn() { return turn_; }
  // CPU time of all threads in tasks so far.
  double cpu_seconds() const { return cpu_seconds_; }
  // What an operator may keep: packed factors, and three of its own.
  Scratch packed, first, second, third;

  // The first tasks, and when all of them are done the others: as one round, which wakes the threads once.
  void Run(long count, const std::function<void(long, Scratch &)> &first, long others,
           const std::function<void(long, Scratch &)> &then) {
    std::atomic<long> left{count};
    Run(count + others, [&](long task, Scratch &own) {
      if (task < count) {
        first(task, own);
        left.fetch_sub(1, std::memory_order_release);
        return;
      }
      while (left.load(std::memory_order_acquire) > 0) std::this_thread::yield();
      then(task - count, own);
    });
  }

  // Carry out tasks 0 ... count - 1, which are begun in this order, each with a scratch of its thread's. Which thread takes which task must not matter.
  void Run(long count, const std::function<void(long task, Scratch &own)> &task) {
    if (count <= 1 || threads() == 1) {
      const double before = ThreadSeconds();
      for (long i = 0; i < count; i++) task(i, own_[0]);
      cpu_seconds_ += ThreadSeconds() - before;
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = &task;
      count_ = count;
      next_ = 0;
      busy_ = threads() - 1;
      round_++;
    }
    start_.notify_all();
    const double mine = Work(own_[0]);
    Awaited([this] { return busy_ == 0; });
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    cpu_seconds_ += mine;
  }

 private:
  Crew() : kernels_(Best()), own_(Wanted()) {
    for (size_t i = 1; i < own_.size(); i++) std::thread([this, i] { Serve(own_[i]); }).detach();
  }

  static size_t Wanted() {
    const char *told = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int wanted = told ? std::atoi(told) : 0;
    return wanted > 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
  }

  // The newest that this processor has; oneDNN's variable sets a limit for both libraries.
  static const Kernels *Best() {
    const char *told = std::getenv("ONEDNN_MAX_CPU_ISA");
    const std::string limit = told ? told : "";
    const bool sse = limit == "SSE41" || limit == "AVX", avx2 = limit.rfind("AVX2", 0) == 0;
    const bool avx512 = limit == "AVX512_CORE" || limit == "AVX512_CORE_VNNI";
    __builtin_cpu_init();
    if (sse || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return &midtrain_kernels_base;
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    if (avx2 || !wide) return &midtrain_kernels_avx2;
    if (avx512 || !__builtin_cpu_supports("avx512bf16")) return &midtrain_kernels_avx512;
    return &midtrain_kernels_bfloat16;
  }

  static double ThreadSeconds() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }

  // About .1 ms.
  static constexpr int kLooks = 2000;

  // Look for a while before going to sleep: to be woken takes longer than most operators leave between them.
  template <class Condition>
  static void Awaited(const Condition &holds) {
    for (int i = 0; i < kLooks && !holds(); i++) __builtin_ia32_pause();
  }

  double Work(Scratch &own) {
    const double before = ThreadSeconds();
    for (long i = next_++; i < count_; i = next_++) (*task_)(i, own);
    return ThreadSeconds() - before;
  }

  void Serve(Scratch &own) {
    for (long seen = 0;;) {
      Awaited([&] { return round_ != seen; });
      {
        std::unique_lock<std::mutex> lock(mutex_);
        start_.wait(lock, [&] { return round_ != seen; });
        seen = round_;
      }
      const double mine = Work(own);
      std::lock_guard<std::mutex> lock(mutex_);
      cpu_seconds_ += mine;
      if (--busy_ == 0) done_.notify_one();
    }
  }

  const Kernels *kernels_;
  std::vector<Scratch> own_;
  std::mutex turn_, mutex_;
  std::condition_variable start_, done_;
  const std::function<void(long, Scratch &)> *task_ = nullptr;
  long count_ = 0;
  std::atomic<long> next_{0}, busy_{0}, round_{0};
  double cpu_seconds_ = 0;
};
