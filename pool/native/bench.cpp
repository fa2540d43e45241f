// SPDX-License-Identifier: MIT
// Time is the thread's CPU time: a busy neighbour then costs caches, not turns.
#include "pool/native/bench.hpp"

#include <time.h>

#include "pool/native/platform.hpp"
#include "pool/page_pool.hpp"

namespace poolrace::pool::native {

namespace {

constexpr std::uint64_t warm_up_pages = 2000;

double cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

}  // namespace

struct PathBench::Stage {
  Stage(std::string_view variant, BenchPath path)
      : made(make_pool(variant, p, device, &napi, bench_params(path), Limits{})),
        pool(static_cast<PagePool<NativePlatform>&>(*made)) {
    napi.sched.poke(true);  // as napi_disable leaves it for destroy
  }
  NativePlatform p;
  Device device{p.reports};
  Napi napi{p.reports};
  std::unique_ptr<Pool<Page>> made;
  // As a driver calls it: compiled with it, not through the interface.
  PagePool<NativePlatform>& pool;
};

PathBench::PathBench(std::string_view variant, BenchPath path)
    : path_(path), stage_(std::make_unique<Stage>(variant, path)) {
  {
    const SoftirqScope softirq;
    fill_ring(stage_->pool);
  }
  ns_per_page(warm_up_pages);
}

PathBench::~PathBench() {
  stage_->pool.destroy();
  stage_->p.worker.cancel_all();
}

double PathBench::ns_per_page(std::uint64_t pages) {
  const SoftirqScope softirq;
  const double began_ns = cpu_ns();
  for (std::uint64_t i = 0; i < pages; ++i) pass_once(path_, stage_->pool, stage_->p);
  return (cpu_ns() - began_ns) / static_cast<double>(pages);
}

}  // namespace poolrace::pool::native
