// SPDX-License-Identifier: MIT
#include "pool/native/bench.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>

#include "pool/native/platform.hpp"
#include "pool/variants/all.hpp"

namespace poolrace::pool::native {

namespace {

using Pool = PagePool<NativePlatform>;

// NAPI polls nowhere here, or the put of ptr_ring would end in the cache.
void one(std::string_view path, Pool& pool, NativePlatform& p) {
  Page page = pool.alloc_pages();
  if (path == "fast") {
    pool.recycle_direct(page);
  } else if (path == "ptr_ring") {
    pool.put_full_page(page, false);
  } else {  // somebody else holds the page: it cannot be recycled
    page.page_refcount().add_return("get_page", 1);
    pool.put_full_page(page, false);
    p.put_page_ref(page);
  }
}

double measure(std::string_view variant, std::string_view path, std::uint64_t loops) {
  NativePlatform p;
  Device device(p.reports);
  Napi napi(p.reports);
  napi.sched.poke(true);  // as napi_disable leaves it for destroy
  PoolParams params;
  if (path != "slow-dma") params.flags = 0;
  const auto pool = make_pool(variant, p, device, &napi, params, Limits{});
  double ns = 0;
  {
    const SoftirqScope softirq;
    for (std::uint64_t i = 0; i < loops / 10; ++i) one(path, *pool, p);
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < loops; ++i) one(path, *pool, p);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
    ns = took.count() / static_cast<double>(loops);
  }
  pool->destroy();
  p.worker.cancel_all();
  return ns;
}

}  // namespace

// The paths take turns, so that a slow spell of the machine does not hit one of them alone.
std::vector<BenchResult> run_bench(std::uint64_t loops, int repetitions) {
  const ThreadScope thread(0);
  std::vector<BenchResult> out;
  for (const VariantInfo& variant : variant_table)
    for (const char* path : bench_paths)
      out.push_back({variant.name, path, std::numeric_limits<double>::infinity()});
  for (int i = 0; i < repetitions; ++i)
    for (BenchResult& result : out)
      result.ns = std::min(result.ns, measure(result.variant, result.path, loops));
  return out;
}

}  // namespace poolrace::pool::native
