// SPDX-License-Identifier: MIT
// The streaming DMA API between the pool, the IOMMU, swiotlb and the cache, with its gating:
// dma_dev_need_sync() is false on a coherent device until the first bounce, and true under
// dma-debug.  Every call is checked against the device's phase and the checker's book of mappings.
//
// Mirrors dma-iommu and dma-direct: sync looks the address up (iova-to-phys), copies if it bounced,
// maintains the cache if the device is not coherent.  map and unmap skip the CPU sync, as page_pool
// asks.  Left out: scatter-gather, ranges over 4 KB in the cache model, dma-debug's own tables.
#pragma once

#include <algorithm>
#include <functional>
#include <string>

#include "models/choices.hpp"
#include "models/dma/command_word.hpp"
#include "models/dma/device.hpp"
#include "models/dma/iommu.hpp"
#include "models/memory/llc.hpp"
#include "models/memory/pages.hpp"

namespace poolrace::models {

class Swiotlb;

struct DmaParams {
  bool dma_debug = false;
  bool swiotlb = false;
  bool ram_at_zero = false;
  bool ops_cleared_on_unbind = false;
  IommuGeneration iommu_generation = IommuGeneration::v6_14;
  bool bidirectional = false;  // the pools' dma_dir; else from_device
  std::uint32_t map_fail_ppm =
      0;                  // no table memory, no address, no bounce slot: whatever the reason
  bool one_list = false;  // every CPU's IOVAs come from CPU 0's magazine (explorer)
  CommandAlgorithm command_algorithm = CommandAlgorithm::cmpxchg;
  LlcParams llc = {};
};

// How long puts were between their beginning and the look-up of their sync: the time in which an
// unmap would hit them.
struct PutWindows {
  Ps all = 0;
  std::uint64_t syncs = 0;
};

// Seeded faults; a healthy machine has none.
struct DmaFaults {
  std::uint32_t twice_every = 0;  // so many mappings (0: never) get the address of the one before
  bool late_clean = false;        // a clean to PoC takes effect long after it was waited for
};

// What a device's access ran into.
struct DeviceTarget {
  Frame* frame = nullptr;  // null: nothing there
  bool fault = false;
  Ps done_at = 0;
};

class Dma {
 public:
  static constexpr std::uint64_t mapping_error = ~std::uint64_t{0};
  static constexpr std::uint64_t swiotlb_base = 1ULL << 46;  // above all RAM that is modelled

  Dma(Memory& memory, Checker& checker, Pages& pages, Iommu& iommu, Swiotlb& swiotlb,
      LineCache& cache, Timers* timers, const DmaParams& params, const sim::Streams& streams);

  // ---- CPU side: each runs on the calling thread ---------------------------------------------
  std::uint64_t map(Device& dev, Page page, std::uint32_t order);
  void unmap(Device& dev, std::uint64_t addr, std::uint32_t order, Page page);
  void sync_for_device(Device& dev, std::uint64_t addr, std::uint32_t offset, std::uint32_t bytes,
                       Page page);
  void sync_for_cpu(Device& dev, std::uint64_t addr, std::uint32_t offset, std::uint32_t bytes,
                    Page page);
  bool need_sync(Device& dev);
  void detach();                              // the device's removal takes its domain along
  void map_at_start(Device& dev, Page page);  // setting the stage: no time
  // The buffer goes back unread: what the device wrote into it is of no interest to anybody.
  void forget_contents(std::uint64_t addr, Page page, std::uint32_t offset = 0,
                       std::uint32_t bytes = page_bytes);
  DmaFaults& faults() { return faults_; }

  // ---- device side ----------------------------------------------------------------------------
  // A device's access is translated when it arrives at the root complex, and lands once it has its
  // translation; both at once without time.
  IommuAccess device_translate(std::uint64_t addr);
  // `meant`: the page the driver posted; the device does not know whether it still is.
  DeviceTarget device_land(std::uint64_t addr, const IommuAccess& access, std::uint32_t offset,
                           std::uint32_t bytes, bool write, Page meant);
  DeviceTarget device_access(std::uint64_t addr, std::uint32_t offset, std::uint32_t bytes,
                             bool write, Page meant) {
    return device_land(addr, device_translate(addr), offset, bytes, write, meant);
  }

  // ---- what the CPU does with the bytes ---------------------------------------------------------
  void cpu_touch(Page page, std::uint32_t offset, std::uint32_t bytes, bool write, Ps stay_mean,
                 sim::Site site);

  // The next mapping takes the k-th last freed address, past the magazine's end a fresh one.
  void pick_next_iova(std::uint32_t k) { iova_pick_ = k; }
  // Lazy mode, without time: the flush queue's timer fires now.
  void flush_now(sim::Site site);
  // The cache gives up what dirty lines of the page it still has, unasked.
  void write_back(Page page, sim::Site site);

  [[nodiscard]] Iommu& iommu() { return iommu_; }
  [[nodiscard]] Cpus& cpus() { return memory_.cpus(); }
  [[nodiscard]] const PutWindows& put_windows() const { return put_windows_; }
  [[nodiscard]] Ps time_in_sync() const { return time_in_sync_; }                // sync-for-device
  [[nodiscard]] Ps time_in_driver_sync() const { return time_in_driver_sync_; }  // for-cpu
  [[nodiscard]] std::uint64_t syncs() const { return syncs_; }
  [[nodiscard]] std::uint64_t lost_iovas() const { return lost_iovas_; }
  [[nodiscard]] const CommandWord& command_word() const { return command_word_; }
  [[nodiscard]] Llc& llc() { return llc_; }

 private:
  void book_mapping(std::uint64_t addr, const Frame& frame);
  [[nodiscard]] bool twice() {
    return faults_.twice_every != 0 && ++maps_ % faults_.twice_every == 0 && last_addr_ != 0;
  }
  void invalidate(std::uint64_t addr, std::uint32_t order);
  void unmap_beyond(std::uint64_t addr, std::uint32_t order, Page page);
  void clean_late(Frame& frame, ByteRange range);
  void touch_call(const Device& dev, std::uint64_t addr, Page page, sim::Touch how);
  bool check_unmap(Device& dev, std::uint64_t addr, Page page);
  bool check_map(Device& dev, const Frame& frame);
  bool check_sync(Device& dev, std::uint64_t addr, Page page, const char* site);
  Frame* sync_nowhere(Device& dev, std::uint64_t addr, Page page, const char* site);
  [[nodiscard]] bool goes_direct(const Device& dev) const;
  void note_window();
  void maintain(Device& dev, Frame& frame, std::uint64_t addr, ByteRange range);
  [[nodiscard]] std::string ended_by(Page page) const;
  [[nodiscard]] bool touches_memory(const Device& dev) const {
    return !dev.is_coherent || params_.swiotlb;
  }
  Frame* frame_of(std::uint64_t addr);
  void check_device_write(Frame& frame, Page meant, const char* how);
  void check_bounced(const Frame& frame, ByteRange range, const char* site);
  void arm_flush_timer();
  void report_harm(const CacheHarm& harm, Frame& frame, const char* site);
  CpuId cpu() { return params_.one_list ? 0 : memory_.cpus().self().cpu->id(); }
  Ps now() { return memory_.cpus().world().now(); }

  Memory& memory_;
  Checker& checker_;
  Pages& pages_;
  Iommu& iommu_;
  Swiotlb& swiotlb_;
  LineCache& cache_;
  Llc llc_;
  CommandWord command_word_;
  Timers* timers_;  // null: without time, where somebody else flushes
  DmaParams params_;
  sim::Stream evictions_, map_failures_;
  PutWindows put_windows_;
  Ps flush_armed_for_ = ps_never;
  DmaFaults faults_;
  std::uint32_t maps_ = 0, iova_pick_ = 0;
  std::uint64_t last_addr_ = 0;
  Ps time_in_sync_ = 0, time_in_driver_sync_ = 0;
  std::uint64_t syncs_ = 0, lost_iovas_ = 0;
};

}  // namespace poolrace::models
