// SPDX-License-Identifier: MIT
// The machine of one execution: the timed machine's words, pages, DMA and checker without time, a
// pool, and a context for each part of a program (parts.cpp).  Built anew for every execution.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/dma/iommu.hpp"
#include "models/dma/swiotlb.hpp"
#include "models/explore/execution.hpp"
#include "models/explore/faults.hpp"
#include "models/explore/platform.hpp"
#include "models/variants.hpp"

namespace poolrace::models {

// Where a context stands.
struct Standing {
  enum class Status : std::uint8_t { ready, blocked, done };
  Status status = Status::ready;
  std::string waits_for;  // blocked: in words
};

class ExploreMachine final : private MemoryListener {
 public:
  ExploreMachine(const ExploreTask& task, sim::Scheduler& scheduler);
  Execution run();

  sim::Explore& world() { return world_; }
  [[nodiscard]] const std::vector<Violation>& violations() const { return checker_.firsts(); }

  // Where memory is weak (sim::MemoryOrder): every way that the model allows; and the steps whose
  // stores the latest one passed over.
  void offer_all_ways() {
    if (order_) order_->offer_all();
  }
  [[nodiscard]] std::vector<std::size_t> passed_over() const {
    return order_ ? order_->passed_over() : std::vector<std::size_t>{};
  }

  // Between two steps; the same facts in the same order every time.
  [[nodiscard]] std::vector<Fact> facts();
  [[nodiscard]] Standing standing(const sim::Context& c);
  [[nodiscard]] std::string describe(const sim::Footprint& touched);
  struct Context {
    std::uint32_t id;
    std::string name;
    CpuId cpu;
    Level level;
    bool device;
  };
  [[nodiscard]] const std::vector<Context>& contexts() const { return contexts_; }

 private:
  WeakWords* weaken(sim::MemoryModel model);
  void set_up();
  Page stage_page(SimPool& pool);
  void check_end();

  // ---- parts.cpp
  void spawn(Part part);
  void start(const char* name, Level level, std::function<void()> body);
  void start_hardware(const char* name, std::function<void()> body);
  void start_task(const char* name, std::function<void()> body);
  void put(Page page);
  void spawn_put(Part part);
  void spawn_put_late();
  void spawn_worker();
  void spawn_poll(SimPool& pool, std::uint32_t pool_id, Napi& napi);
  void spawn_nic(bool left_on);
  void spawn_writeback();
  void spawn_flush_timer();
  void spawn_free_lists();
  void use_up_cache(SimPool& pool);
  void post(Page page);
  void destroy(bool remove);
  void forget_contents(Page page);
  [[nodiscard]] bool stalls_unregister() const { return variant_.info().stalls_unregister; }
  void delete_napi();
  void unbind_and_remove();
  Page next_page() { return in_flight_.at(next_page_++); }

  // ---- facts.cpp
  void pool_facts(std::vector<Fact>& out);
  void page_facts(std::vector<Fact>& out, const std::string& group, Page page);
  [[nodiscard]] std::string name_of(Page page) const;
  [[nodiscard]] std::string list_of(const std::vector<Page>& pages) const;
  [[nodiscard]] std::string whereabouts(Page page) const;
  [[nodiscard]] std::string name_of_object(std::uint64_t object) const;

  Checker::Here here();
  void use_after_free(Region& region, sim::Site site) override;
  Ps stall_at(sim::Site) override { return 0; }
  int effects_at(sim::Site site) override { return faults_.effects(site); }

  const ExploreTask& task_;
  const Variant& variant_;
  const ExploreFault* fault_;
  SiteFaults faults_;
  sim::Explore world_;
  std::optional<sim::MemoryOrder> order_;  // none where one access comes after the other
  std::optional<WeakWords> weak_;
  std::optional<sim::DataRaces> races_;
  sim::Trace trace_;
  sim::Streams streams_{1, 1};
  Checker checker_;
  Cpus cpus_;
  Memory memory_;
  Pages pages_;
  Iommu iommu_;
  Swiotlb swiotlb_;
  LineCache cache_;
  Dma dma_;
  ExplorePlatform platform_;
  Device device_;
  Napi napi_, next_napi_;
  std::unique_ptr<SimPool> pool_, next_pool_;
  std::vector<Page> in_flight_;
  std::size_t next_page_ = 0;
  Page fragmented_{}, taken_back_{};
  struct Posted {
    Page page;
    std::uint64_t addr;
  };
  std::vector<Posted> posted_;
  std::vector<Context> contexts_;
  CpuId next_cpu_ = 0;
  bool destroyed_ = false;
};

}  // namespace poolrace::models
