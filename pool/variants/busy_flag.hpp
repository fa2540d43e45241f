// SPDX-License-Identifier: MIT
// `busy-flag` and `busy-flag-mb`: the merged fix with a busy flag where it has RCU.  Nobody ever
// posted this: it is for teaching, and known by its name alone.
//
// destroy: as `xarray-fixed`, but scrub { … once: dma_sync = false, [smp_mb], wait while a flag is
//          up; walk the xarray and unmap … }.
// put:     raise the flag, [smp_mb], check dma_sync and sync, lower the flag; then publish.
// In every order of steps one of the two sees what the other did first.  But each of them writes one
// word and then reads the other's, and without the barriers a CPU may keep its write to itself until
// it has read: both then find the old value, and the sync meets a mapping that is gone.
// A flag a CPU, for puts on several CPUs; a count, for a put that interrupts another.  Preemption is
// off meanwhile: who raised the flag of a CPU lowers the same.
#pragma once

#include "pool/variants/xarray_fixed.hpp"

namespace poolrace::pool {

template <class P>
class BusyFlag : public XarrayFixed<P> {
  using Base = XarrayFixed<P>;

 public:
  static constexpr VariantInfo info{
      .name = "busy-flag",
      .help = "for teaching, never posted: xarray-fixed with a busy flag where it has RCU",
      .destroy_unmaps = true,
      .clears_dma_sync = true,
      .for_teaching = true,
  };

  using typename Base::NamedValue;
  using typename Base::Page;
  BusyFlag(P& p, typename Base::Device& dev, typename Base::Napi* napi, const PoolParams& params,
           const Limits& limits, int cpuid = -1)
      : Base(p, dev, napi, params, limits, cpuid) {
    for (int cpu = 0; cpu < p.nr_cpus(); ++cpu)
      busy_.push_back(std::make_unique<Busy>(p, this->region_));
  }

  [[nodiscard]] std::vector<NamedValue> peek_words() const override {
    std::vector<NamedValue> words = Base::peek_words();
    std::string up;
    for (std::size_t cpu = 0; cpu < busy_.size(); ++cpu)
      if (busy_[cpu]->count.peek() != 0) up += (up.empty() ? "CPU " : ", ") + std::to_string(cpu);
    words.push_back({"busy", up.empty() ? "nobody" : up});
    return words;
  }

 protected:
  virtual void barrier() {}

  void before_walk() override {
    if (!this->dma_sync_.read("scrub: read dma_sync", plain)) return;
    this->dma_sync_.write("scrub: clear dma_sync", false, plain);
    barrier();
    for (const auto& busy : busy_) await(this->p_, busy->count);
  }

  void sync_if_needed(Page page, std::uint32_t dma_sync_size) override {
    auto& busy = busy_[static_cast<std::size_t>(this->p_.smp_processor_id())]->count;
    busy.this_cpu_add("put: raise busy", 1);
    barrier();
    if (this->dma_sync_.read("put: read dma_sync", plain) && this->p_.dma_dev_need_sync(this->dev_))
      this->sync_for_device(page, dma_sync_size);
    barrier();
    busy.this_cpu_add("put: lower busy", -1);
  }

 private:
  struct Busy {
    Busy(P& p, typename P::Region& region) : line(p, region), count(line, 0) {}
    typename P::Line line;
    typename P::template Word<int> count;
  };

  // A platform that tries every order has a wait for a loop that only looks; others sleep, if they can.
  template <class Platform>
  void await(Platform& p, typename P::template Word<int>& busy) {
    while (const int found = busy.read("scrub: read busy", once)) {
      if constexpr (requires { p.spin_while("scrub: wait while busy", busy, found); })
        p.spin_while("scrub: wait while busy", busy, found);
      else if constexpr (requires { p.msleep("scrub: wait while busy", 1); })
        p.msleep("scrub: wait while busy", 1);
    }
  }

  std::vector<std::unique_ptr<Busy>> busy_;
};

template <class P>
class BusyFlagMb final : public BusyFlag<P> {
 public:
  static constexpr VariantInfo info{
      .name = "busy-flag-mb",
      .help = "for teaching, never posted: busy-flag with smp_mb() between each write and read",
      .destroy_unmaps = true,
      .clears_dma_sync = true,
      .for_teaching = true,
  };
  using BusyFlag<P>::BusyFlag;

 protected:
  void barrier() override { this->p_.smp_mb(); }
};

}  // namespace poolrace::pool
