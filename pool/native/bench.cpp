// SPDX-License-Identifier: MIT
// Time is the thread's CPU time: a busy neighbour then costs caches, not turns.
#include "pool/native/bench.hpp"

#include <time.h>

#include "pool/native/platform.hpp"
#include "pool/variants/all.hpp"

namespace poolrace::pool::native {

namespace {

double cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

}  // namespace

double bench_path(std::string_view variant, BenchPath path, std::uint64_t loops) {
  const ThreadScope thread(0);
  NativePlatform p;
  Device device(p.reports);
  Napi napi(p.reports);
  napi.sched.poke(true);  // as napi_disable leaves it for destroy
  const auto pool = make_pool(variant, p, device, &napi, bench_params(path), Limits{});
  double ns = 0;
  {
    const SoftirqScope softirq;
    fill_ring(*pool);
    for (std::uint64_t i = 0; i < loops / 10; ++i) pass_once(path, *pool, p);
    const double began_ns = cpu_ns();
    for (std::uint64_t i = 0; i < loops; ++i) pass_once(path, *pool, p);
    ns = (cpu_ns() - began_ns) / static_cast<double>(loops);
  }
  pool->destroy();
  p.worker.cancel_all();
  return ns;
}

}  // namespace poolrace::pool::native
