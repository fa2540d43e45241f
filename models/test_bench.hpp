// SPDX-License-Identifier: MIT
// For tests: a machine without NIC, traffic or driver.  N CPUs, memory, RCU, pages, DMA and the
// pool's platform in a `timed` world, with costs of the default profile, on which a test runs
// lambdas as tasks, softirqs or hard interrupts.  Every record of the trace is kept.
// A crash is noted and the run goes on, so that a test sees everything that was reported.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/assembly.hpp"
#include "models/dma/iommu.hpp"
#include "models/dma/swiotlb.hpp"
#include "models/parameters.hpp"
#include "models/platform.hpp"
#include "models/variants.hpp"
#include "sim/trace.hpp"

namespace poolrace::models {

struct BenchSetup {
  Parameters p = parameter_table().defaults().values;
  Ps tick_phase = 0;
  std::uint32_t frames = 4096;
  std::uint32_t swiotlb_slots = 32'768;  // few of them: mappings fail
};

class TestBench : private MemoryListener {
 public:
  using Pool = SimPool;

  explicit TestBench(const BenchSetup& setup = {})
      : p(at_clock(setup.p)),
        streams(1, 3),
        trace(std::size_t{1} << 22),
        world(sim::World::make(sim::WorldKind::timed)),
        checker({[this] { return here(); }, [this] { crashed = true; }}),
        timers(*world),
        cpus(*world, timers, cpu_params(p, setup.tick_phase)),
        memory(cpus, trace, memory_costs(p)),
        rcu(cpus, rcu_params(p), streams),
        pages(memory, checker, pages_params(p, setup.frames), streams),
        iommu(iommu_params(p)),
        swiotlb(swiotlb_of(setup)),
        cache(cache_params(p)),
        dma(memory, checker, pages, iommu, swiotlb, cache, &timers, dma_params(p), streams),
        platform({cpus, memory, pages, dma, checker}, rcu, timers,
                 static_cast<CpuId>(p.destroy_cpu)),
        device(memory, p.coherent),
        napi(memory),
        softirqs_(cpus.size()) {
    memory.listen(this);
    cpus.on_softirq(SoftirqKind::net_rx, [this] {
      // What is raised meanwhile waits for the next pass, as in the kernel.
      for (const auto& body : std::exchange(softirqs_[cpus.self().cpu->id()], {})) body();
    });
  }

  // Made where it is first used, for creating a pool takes steps and wants a task to take them.
  class LazyPool {
   public:
    LazyPool(TestBench& b, std::string variant, const pool::PoolParams& params,
             const pool::Limits& limits)
        : b_(b), variant_(std::move(variant)), params_(params), limits_(limits) {}
    Pool* get() {
      if (!made_)
        made_ = known_variant(variant_).make(b_.platform, b_.device, &b_.napi, params_, limits_);
      return made_.get();
    }
    Pool* operator->() { return get(); }
    Pool& operator*() { return *get(); }

   private:
    TestBench& b_;
    std::string variant_;
    pool::PoolParams params_;
    pool::Limits limits_;
    std::unique_ptr<Pool> made_;
  };
  LazyPool pool(const std::string& variant, const pool::PoolParams& params = {},
                const pool::Limits& limits = {}) {
    return {*this, variant, params, limits};
  }

  Thread& task(CpuId cpu, std::function<void()> body, std::string name = "task") {
    return cpus.spawn(cpu, std::move(name), std::move(body));
  }
  void irq(CpuId cpu, std::function<void()> body) { cpus[cpu].raise_irq(std::move(body)); }
  void softirq(CpuId cpu, std::function<void()> body) {
    softirqs_[cpu].push_back(std::move(body));
    irq(cpu, [this, cpu] { cpus[cpu].raise_softirq(SoftirqKind::net_rx); });
  }
  void at(Ps date, std::function<void()> what) { timers.at(date, std::move(what)); }

  // Runs until `limit`, or until a test's context calls world->stop().
  void run(Ps limit) {
    timers.at(limit, [this] { world->stop(); });
    world->run();
  }
  // One task on CPU 0; the run ends with it.  False: it did not get through.
  bool run_task(std::function<void()> body, Ps limit = 300 * ps_per_s) {
    bool through = false;
    task(0, [this, &through, body = std::move(body)] {
      body();
      through = true;
      world->stop();
    });
    run(limit);
    return through;
  }
  void sleep(Ps d) { cpus.sleep_until(world->now() + d); }
  // As a task with bottom halves off: in_softirq() is true.
  void bh_off(const std::function<void()>& body) {
    cpus.local_bh_disable();
    body();
    cpus.local_bh_enable();
  }

  [[nodiscard]] std::uint64_t misuse(Kind kind) const {
    return checker.counts()[static_cast<std::size_t>(kind)].misuse;
  }
  [[nodiscard]] std::uint64_t misuse() const {
    std::uint64_t sum = 0;
    for (const KindCount& count : checker.counts()) sum += count.misuse;
    return sum;
  }
  // The sites passed since record number `from`, in order; by one context only unless null.
  [[nodiscard]] std::vector<std::string> sites(std::uint64_t from = 0,
                                               const sim::Context* by = nullptr) const {
    std::vector<std::string> out;
    const auto records = trace.records();
    for (std::size_t i = from; i < records.size(); ++i)
      if (by == nullptr || records[i].context == by->id()) out.emplace_back(records[i].text);
    return out;
  }
  [[nodiscard]] std::uint64_t passed(const std::string& site, std::uint64_t from = 0) const {
    const auto all = sites(from);
    return static_cast<std::uint64_t>(std::count(all.begin(), all.end(), site));
  }

  Parameters p;
  sim::Streams streams;
  sim::Trace trace;
  std::unique_ptr<sim::World> world;
  Checker checker;
  Timers timers;
  Cpus cpus;
  Memory memory;
  Rcu rcu;
  Pages pages;
  Iommu iommu;
  Swiotlb swiotlb;
  LineCache cache;
  Dma dma;
  SimPlatform platform;
  Device device;
  Napi napi;
  bool crashed = false;
  std::vector<std::string> freed_uses;  // sites that touched a freed struct

 private:
  static SwiotlbParams swiotlb_of(const BenchSetup& setup) {
    SwiotlbParams params = swiotlb_params(setup.p);
    params.slots = setup.swiotlb_slots;
    return params;
  }
  Checker::Here here() {
    if (!world->in_context()) return {world->now(), "outside", ps_never};
    return {world->now(), world->self().name(), cpus.on_cpu() ? cpus.self().put_began : ps_never};
  }
  void use_after_free(Region&, sim::Site site) override { freed_uses.emplace_back(site.text()); }
  Ps stall_at(sim::Site) override { return 0; }

  std::vector<std::vector<std::function<void()>>> softirqs_;  // by CPU
};

}  // namespace poolrace::models
