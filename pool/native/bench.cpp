// SPDX-License-Identifier: MIT
// Time is the thread's CPU time: a busy neighbour then costs caches, not turns.
#include "pool/native/bench.hpp"

#include <time.h>

#include "pool/linux/tree.hpp"
#include "pool/native/platform.hpp"
#include "pool/native/tree_pool.hpp"
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
  explicit Stage(BenchPath of) : path(of) { napi.sched.poke(true); }  // as napi_disable leaves it
  virtual ~Stage() = default;
  virtual void fill() = 0;
  virtual void pass(std::uint64_t pages) = 0;  // allocates and puts
  const BenchPath path;
  NativePlatform p;
  Device device{p.reports};
  Napi napi{p.reports};
};

struct PathBench::VariantStage final : Stage {
  VariantStage(std::string_view variant, BenchPath of)
      : Stage(of),
        made(make_pool(variant, p, device, &napi, bench_params(of), Limits{})),
        pool(static_cast<PagePool<NativePlatform>&>(*made)) {}
  ~VariantStage() override {
    pool.destroy();
    p.worker.cancel_all();
  }
  void fill() override { fill_ring(pool); }
  void pass(std::uint64_t pages) override {
    for (std::uint64_t i = 0; i < pages; ++i) pass_once(path, pool, p);
  }
  std::unique_ptr<Pool<Page>> made;
  // As a driver calls it: compiled with it, not through the interface.
  PagePool<NativePlatform>& pool;
};

struct PathBench::TreeStage final : Stage {
  TreeStage(const std::string& folder, BenchPath of)
      : Stage(of), world(folder, p), pool(world, device, bench_params(of), Limits{}) {}
  ~TreeStage() override {
    world.take_turn();
    pool.destroy();
    p.worker.cancel_all();
  }
  void fill() override { fill_ring<Pool<Page>>(pool); }
  void pass(std::uint64_t pages) override {
    world.take_turn();
    if (pool.pass(pages, path == BenchPath::fast, shares(path)) < pages)
      throw linux_tree::TreeError("page_pool_alloc_pages() of the tree returns NULL");
  }
  TreeWorld world;
  TreePool pool;
};

PathBench::PathBench(std::unique_ptr<Stage> stage) : stage_(std::move(stage)) {
  {
    const SoftirqScope softirq;
    stage_->fill();
  }
  ns_per_page(warm_up_pages);
}

PathBench::PathBench(std::string_view variant, BenchPath path)
    : PathBench(std::make_unique<VariantStage>(variant, path)) {}

PathBench PathBench::of_tree(const std::string& folder, BenchPath path) {
  return PathBench(std::make_unique<TreeStage>(folder, path));
}

PathBench::PathBench(PathBench&&) noexcept = default;
PathBench::~PathBench() = default;

double PathBench::ns_per_page(std::uint64_t pages) {
  const SoftirqScope softirq;
  const double began_ns = cpu_ns();
  stage_->pass(pages);
  return (cpu_ns() - began_ns) / static_cast<double>(pages);
}

}  // namespace poolrace::pool::native
