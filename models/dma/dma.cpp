// SPDX-License-Identifier: MIT
// The CPU side of the DMA API.  What a late call runs into is in dma_check.cpp.
#include "models/dma/dma.hpp"

#include <span>
#include <utility>

#include "models/address_sites.hpp"
#include "models/cpu/show.hpp"
#include "models/dma/swiotlb.hpp"
#include "models/drawn.hpp"
#include "sim/chance/distributions.hpp"

namespace poolrace::models {

namespace {
std::span<FrameLines> lines_of(Frame& frame) {
  return {&frame.lines, 1};
}
ByteRange clip(std::uint32_t offset, std::uint32_t bytes) {
  if (offset >= page_bytes) return {0, 0};
  return {offset, bytes < page_bytes - offset ? bytes : page_bytes - offset};
}
}  // namespace

Dma::Dma(Memory& memory, Checker& checker, Pages& pages, Iommu& iommu, Swiotlb& swiotlb,
         LineCache& cache, Timers* timers, const DmaParams& params, const sim::Streams& streams)
    : memory_(memory),
      checker_(checker),
      pages_(pages),
      iommu_(iommu),
      swiotlb_(swiotlb),
      cache_(cache),
      llc_(params.llc),
      command_word_(memory, params.command_algorithm),
      timers_(timers),
      params_(params),
      evictions_(streams.stream(drawn::evictions)),
      map_failures_(streams.stream(drawn::map_failures)) {}

bool Dma::need_sync(Device& dev) {
  return !dev.dma_skip_sync.read("dma_dev_need_sync: read dma_skip_sync", Ordering::plain) ||
         params_.dma_debug;
}

std::uint64_t Dma::map(Device& dev, Page page, std::uint32_t order) {
  Frame& frame = page.frame();
  if (params_.map_fail_ppm > 0 && map_failures_.below(1'000'000) < params_.map_fail_ppm) {
    memory_.step(site_map, 0, mapping_error);
    return mapping_error;
  }
  if (swiotlb_.bounces(frame.pfn)) {
    memory_.step_begin(site_map_bounced, 0);
    check_map(dev, frame);
    if (twice()) [[unlikely]] {
      checker_.mapped(last_addr_, frame.id, frame.life);
      memory_.end(site_map_bounced, last_addr_);
      return last_addr_;
    }
    const SwiotlbMap bounced = swiotlb_.map(cpu(), frame.id, page_bytes << order, now());
    const bool ok = bounced.slot != no_slot;
    const std::uint64_t addr =
        ok ? swiotlb_base + std::uint64_t{bounced.slot} * Swiotlb::slot_bytes : mapping_error;
    memory_.touch(Object::bounce_slots, 0, sim::Touch::write);
    if (ok) book_mapping(last_addr_ = addr, frame);
    memory_.end(site_map_bounced, addr);
    memory_.cpus().compute(bounced.cost);
    memory_.touch(Object::word, dev.dma_skip_sync.id(), sim::Touch::read);
    if (ok && dev.dma_skip_sync.peek())
      dev.dma_skip_sync.write("dma: first bounce clears dma_skip_sync", false, Ordering::plain);
    return addr;
  }
  memory_.step_begin(site_map, 0);
  if (check_map(dev, frame)) {
    const std::uint64_t addr = std::uint64_t{frame.pfn} << page_shift;  // for nobody's use
    memory_.end(site_map, addr);
    return addr;
  }
  memory_.touch(Object::iova_list, cpu(), sim::Touch::write);
  memory_.touch(Object::shared_lists, 1, sim::Touch::write);
  if (twice()) [[unlikely]] {
    checker_.mapped(last_addr_, frame.id, frame.life);
    memory_.end(site_map, last_addr_);
    return last_addr_;
  }
  const IommuMap mapped =
      iommu_.map(cpu(), frame.id, frame.pfn, order, now(), std::exchange(iova_pick_, 0));
  last_addr_ = mapped.dma_addr;
  if (mapped.ok) book_mapping(mapped.dma_addr, frame);
  memory_.end(site_map, mapped.dma_addr);
  memory_.cpus().compute(mapped.cost);
  return mapped.ok ? mapped.dma_addr : mapping_error;
}

void Dma::book_mapping(std::uint64_t addr, const Frame& frame) {
  checker_.mapped(addr, frame.id, frame.life);
  memory_.touch(Object::address, page_of(addr), sim::Touch::write);
  memory_.touch(Object::frame_map, frame.id, sim::Touch::write);
}

// What decides whether a call on (device, address, page) is right.
void Dma::touch_call(const Device& dev, std::uint64_t addr, Page page, sim::Touch how) {
  memory_.touch(Object::region, dev.region.id(), sim::Touch::read);
  memory_.touch(Object::device, 0, sim::Touch::read);
  memory_.touch(Object::address, page_of(addr), how);
  memory_.touch(Object::frame, page.frame().id, sim::Touch::read);
  memory_.touch(Object::frame_map, page.frame().id, how);
  if (const Checker::Mapping* live = checker_.live_at(addr))
    memory_.touch(Object::frame_map, live->frame, how);
  if (addr >= swiotlb_base) memory_.touch(Object::bounce_slots, 0, sim::Touch::write);
}

// Frees what the flush queue still holds.
void Dma::detach() {
  memory_.touch(Object::device, 0, sim::Touch::write);
  memory_.touch(Object::iotlb, 0, sim::Touch::write);
  memory_.touch(Object::flush_queue, 0, sim::Touch::write);
  memory_.touch(Object::iova_list, 0, sim::Touch::write);
  iommu_.detach();
}

void Dma::map_at_start(Device& dev, Page page) {
  Frame& frame = page.frame();
  std::uint64_t addr = 0;
  if (swiotlb_.bounces(frame.pfn)) {
    const SwiotlbMap bounced = swiotlb_.map(0, frame.id, page_bytes, 0);
    addr = swiotlb_base + std::uint64_t{bounced.slot} * Swiotlb::slot_bytes;
    dev.dma_skip_sync.poke(false);
  } else {
    addr = iommu_.map(0, frame.id, frame.pfn, 0, 0).dma_addr;
  }
  checker_.mapped(addr, frame.id, frame.life);
  frame.dma_addr.poke(addr);
}

void Dma::unmap(Device& dev, std::uint64_t addr, std::uint32_t order, Page page) {
  memory_.step_begin(site_unmap, 0);
  touch_call(dev, addr, page, sim::Touch::write);
  if (!check_unmap(dev, addr, page)) {
    memory_.end(site_unmap, addr);
    return;
  }
  checker_.unmapped(addr, memory_.cpus().self().doing);
  if (order > page.frame().order) [[unlikely]]
    unmap_beyond(addr, order, page);
  show(memory_.cpus(), {Event::unmapped, page.frame().id, addr, memory_.cpus().self().doing});
  if (addr >= swiotlb_base) {
    const auto slot = static_cast<SlotId>((addr - swiotlb_base) / Swiotlb::slot_bytes);
    const bool frees = memory_.effects("swiotlb: release the slots") != 0;
    const Ps cost = frees ? swiotlb_.unmap(slot, false, now()).cost : 0;
    memory_.end(site_unmap, addr);
    memory_.cpus().compute(cost);
    return;
  }
  const IommuUnmap cleared = iommu_.unmap_begin(cpu(), addr, order, now());
  memory_.end(site_unmap, addr);
  memory_.cpus().compute(cleared.cost);
  if (!cleared.had_mapping || iommu_.mode() == IommuMode::none) return;
  if (iommu_.mode() == IommuMode::strict) invalidate(addr, cleared.order);
  memory_.step_begin(site_release_iova, 0);
  memory_.touch(Object::iova_list, cpu(), sim::Touch::write);
  memory_.touch(Object::iotlb, 0, sim::Touch::write);
  memory_.touch(Object::flush_queue, 0, sim::Touch::write);
  memory_.touch(Object::device, 0, sim::Touch::read);
  const Ps finish = iommu_.unmap_finish(cpu(), addr, cleared.order, now()).cost;
  memory_.end(site_release_iova, addr);
  memory_.cpus().compute(finish);
  arm_flush_timer();
}

// The caller reserves slots, rings the doorbell if the batch is its own, and waits for its sync.
void Dma::invalidate(std::uint64_t addr, std::uint32_t order) {
  const bool timed = timers_ != nullptr;
  if (timed) command_word_.reserve(2);
  memory_.touch(Object::iotlb, 0, sim::Touch::write);
  const Ps from = now();
  const IommuStep sent = iommu_.unmap_invalidate(cpu(), addr, order, from);
  if (timed && sent.owns) {
    memory_.cpus().compute(sent.published_at - from);
    command_word_.close();
  }
  memory_.step(site_invalidate, std::max<Ps>(from + sent.cost - now(), 0), addr);
}

// Lazy mode: the queue's timer is a softirq on the CPU that armed it.
void Dma::arm_flush_timer() {
  const Ps deadline = iommu_.next_deadline();
  if (timers_ == nullptr || deadline == ps_never || deadline == flush_armed_for_) return;
  flush_armed_for_ = deadline;
  timers_->at(deadline, [this] {
    flush_armed_for_ = ps_never;
    memory_.cpus()[iommu_.timer_cpu()].raise_irq([this] {
      if (iommu_.attached()) memory_.cpus().compute(iommu_.timer_fired(cpu(), now()));
      arm_flush_timer();
    });
  });
}

// The look-up is the step at which a live mapping is needed.  The maintenance that follows works
// on physical lines, a stretch that interrupts may cut.
void Dma::sync_for_device(Device& dev, std::uint64_t addr, std::uint32_t offset,
                          std::uint32_t bytes, Page page) {
  const Ps began = memory_.cpus().cpu_time();
  ++syncs_;
  memory_.step_begin(site_sync_for_device, iommu_.iova_to_phys(addr).cost);
  touch_call(dev, addr, page, sim::Touch::read);
  note_window();
  show(memory_.cpus(), {Event::synced, page.frame().id, addr});
  const bool live = check_sync(dev, addr, page, site_sync_for_device.text());
  Frame* frame = live ? &page.frame() : sync_nowhere(dev, addr, page, site_sync_for_device.text());
  memory_.end(site_sync_for_device, addr);
  if (frame != nullptr) maintain(dev, *frame, addr, clip(offset, bytes));
  time_in_sync_ += memory_.cpus().cpu_time() - began;
}

void Dma::note_window() {
  const Ps put_began = memory_.cpus().self().put_began;
  if (put_began == ps_never) return;
  const Ps window = now() - put_began;
  ++put_windows_.syncs;
  put_windows_.all += window;
}

void Dma::maintain(Device& dev, Frame& frame, std::uint64_t addr, ByteRange range) {
  if (addr >= swiotlb_base && params_.bidirectional) {  // from_device: nothing to bring there
    const auto slot = static_cast<SlotId>((addr - swiotlb_base) / Swiotlb::slot_bytes);
    const SwiotlbCopy copied = swiotlb_.sync_for_device(slot, range.offset, range.bytes);
    memory_.cpus().compute(copied.cost);
    if (copied.lost_device_lines != 0)
      checker_.report(Kind::payload_corruption, Harm::corruption, "dma: swiotlb copy for device",
                      "the page was copied over what the device wrote", frame.id);
  }
  if (dev.is_coherent) return;
  memory_.cpus().compute(cache_.clean_cost(range));
  if (faults_.late_clean) [[unlikely]]
    return clean_late(frame, range);
  memory_.step_begin("dma: clean to PoC done", 0);
  memory_.touch(Object::lines, frame.id, sim::Touch::write);
  const CacheResult cleaned = cache_.sync_for_device(lines_of(frame), range, now());
  report_harm(cleaned.harm, frame, "dma: clean to PoC done");
  memory_.end("dma: clean to PoC done", frame.id);
}

void Dma::sync_for_cpu(Device& dev, std::uint64_t addr, std::uint32_t offset, std::uint32_t bytes,
                       Page page) {
  constexpr sim::Site site{"dma: sync for cpu"};
  if (!need_sync(dev) || memory_.effects(site) == 0) return;
  const Ps began = memory_.cpus().cpu_time();
  const ByteRange range = clip(offset, bytes);
  touch_call(dev, addr, page, sim::Touch::read);
  memory_.touch(Object::bounce_slots, 0, sim::Touch::write);
  const bool live = check_sync(dev, addr, page, site.text());
  Frame* frame = live ? &page.frame() : sync_nowhere(dev, addr, page, site.text());
  if (frame == nullptr) return;
  if (addr >= swiotlb_base) {
    const auto slot = static_cast<SlotId>((addr - swiotlb_base) / Swiotlb::slot_bytes);
    memory_.cpus().compute(swiotlb_.sync_for_cpu(slot, range.offset, range.bytes).cost);
  }
  if (!dev.is_coherent) {
    memory_.cpus().compute(cache_.invalidate_cost(range));
    memory_.step_begin("dma: invalidate done", 0);
    memory_.touch(Object::lines, frame->id, sim::Touch::write);
    const CacheResult invalidated = cache_.sync_for_cpu(lines_of(*frame), range, now());
    report_harm(invalidated.harm, *frame, "dma: invalidate done");
    memory_.end("dma: invalidate done", frame->id);
  }
  time_in_driver_sync_ += memory_.cpus().cpu_time() - began;
}

// Seeded fault: nobody waited for the maintenance (a barrier is missing).
void Dma::clean_late(Frame& frame, ByteRange range) {
  constexpr Ps lag = 500 * ps_per_us;
  timers_->at(now() + lag, [this, &frame, range] {
    const CacheResult cleaned = cache_.sync_for_device(lines_of(frame), range, now());
    report_harm(cleaned.harm, frame, "dma: clean to PoC done");
  });
}

Frame* Dma::frame_of(std::uint64_t addr) {
  if (addr >= swiotlb_base) {
    const FrameId id =
        swiotlb_.owner(static_cast<SlotId>((addr - swiotlb_base) / Swiotlb::slot_bytes));
    return id == no_frame ? nullptr : &pages_.frame(id);
  }
  if (iommu_.mode() == IommuMode::none) return pages_.frame_at(static_cast<Pfn>(page_of(addr)));
  const IommuPhys phys = iommu_.iova_to_phys(addr);
  return phys.frame == no_frame ? nullptr : &pages_.frame(phys.frame);
}

// The CPU reads or writes bytes of a page: the stack's headers, an application's copy.
void Dma::cpu_touch(Page page, std::uint32_t offset, std::uint32_t bytes, bool write, Ps stay_mean,
                    sim::Site site) {
  Frame& frame = page.frame();
  const ByteRange range = clip(offset, bytes);
  memory_.step_begin(site, memory_.costs().local + llc_.touch(frame.id, range, now()));
  memory_.touch(Object::lines, frame.id, sim::Touch::write);
  if (!write) {
    memory_.touch(Object::frame_map, frame.id, sim::Touch::read);
    memory_.touch(Object::bounce_slots, 0, sim::Touch::read);
  }
  const Ps stay = cache_.coherent() ? ps_never : sim::exponential(evictions_, stay_mean);
  const CacheResult touched = write ? cache_.cpu_write(lines_of(frame), range, now(), stay)
                                    : cache_.cpu_read(lines_of(frame), range, now(), stay);
  if (!write) check_bounced(frame, range, site.text());
  report_harm(touched.harm, frame, site.text());
  memory_.end(site, frame.id);
}

void Dma::flush_now(sim::Site site) {
  memory_.step_begin(site, 0);
  memory_.touch(Object::flush_queue, 0, sim::Touch::write);
  memory_.touch(Object::iova_list, 0, sim::Touch::write);
  memory_.touch(Object::iotlb, 0, sim::Touch::write);
  memory_.touch(Object::device, 0, sim::Touch::read);
  const Ps deadline = iommu_.next_deadline();
  if (iommu_.attached() && deadline != ps_never) iommu_.timer_fired(0, deadline);
  memory_.end(site, iommu_.queued_iovas());
}

void Dma::write_back(Page page, sim::Site site) {
  Frame& frame = page.frame();
  memory_.step_begin(site, 0);
  memory_.touch(Object::lines, frame.id, sim::Touch::write);
  const CacheResult written = cache_.settle(lines_of(frame), ps_never - 1);
  report_harm(written.harm, frame, site.text());
  memory_.end(site, frame.id);
}

void Dma::report_harm(const CacheHarm& harm, Frame& frame, const char* site) {
  const char* what =
      harm.lost_device.count != 0         ? "a dirty line was written back over device data"
      : harm.stale_cpu_read.count != 0    ? "the CPU read a line from before the device wrote"
      : harm.stale_device_read.count != 0 ? "the device read memory from before the CPU wrote"
                                          : nullptr;
  if (what != nullptr)
    checker_.report(Kind::payload_corruption, Harm::corruption, site, what, frame.id);
}

void Dma::forget_contents(std::uint64_t addr, Page page, std::uint32_t offset,
                          std::uint32_t bytes) {
  const ByteRange range = clip(offset, bytes);
  cache_.forget_contents(lines_of(page.frame()), range);
  if (addr >= swiotlb_base)
    swiotlb_.sync_for_cpu(static_cast<SlotId>((addr - swiotlb_base) / Swiotlb::slot_bytes),
                          range.offset, range.bytes);
}

IommuAccess Dma::device_translate(std::uint64_t addr) {
  memory_.touch(Object::device, 0, sim::Touch::read);
  memory_.touch(Object::address, page_of(addr), sim::Touch::read);
  memory_.touch(Object::iotlb, 0, sim::Touch::write);
  if (addr < swiotlb_base) return iommu_.device_access(addr, now());
  IommuAccess bounced;
  bounced.done_at = now();
  return bounced;
}

// The device moves `bytes` at addr+offset.  Runs in device context, at the date it has the answer.
DeviceTarget Dma::device_land(std::uint64_t addr, const IommuAccess& access, std::uint32_t offset,
                              std::uint32_t bytes, bool write, Page meant) {
  DeviceTarget target;
  target.done_at = std::max(access.done_at, now());
  memory_.touch(Object::bounce_slots, 0, sim::Touch::write);
  if (addr >= swiotlb_base) {
    const auto slot = static_cast<SlotId>((addr - swiotlb_base) / Swiotlb::slot_bytes);
    const bool landed = write && swiotlb_.device_write(slot, offset, bytes);
    target.frame = frame_of(addr);
    if (landed && target.frame != &meant.frame())
      checker_.report(Kind::payload_corruption, Harm::corruption, "device: write payload",
                      "the bounce slot belongs to another buffer", target.frame->id);
    return target;
  }
  target.fault = access.fault || access.domain_gone;
  if (target.fault) {
    checker_.report(Kind::iommu_fault, Harm::none, "device: translate", "no translation");
    return target;
  }
  target.frame = access.frame != no_frame ? &pages_.frame(access.frame)
                                          : pages_.frame_at(static_cast<Pfn>(page_of(access.phys)));
  if (target.frame == nullptr) return target;
  const ByteRange range = clip(offset, bytes);
  if (!write) {
    memory_.touch(Object::lines, target.frame->id, sim::Touch::read);
    report_harm(cache_.device_read(lines_of(*target.frame), range, now()).harm, *target.frame,
                "device: read payload");
    return target;
  }
  memory_.touch(Object::frame, target.frame->id, sim::Touch::read);
  memory_.touch(Object::frame, meant.frame().id, sim::Touch::read);
  memory_.touch(Object::lines, target.frame->id, sim::Touch::write);
  llc_.device_write(target.frame->id, range, now());
  check_device_write(*target.frame, meant,
                     access.stale ? "stale IOTLB entry" : "no IOMMU, or its mapping was left");
  const CacheResult written = cache_.device_write(lines_of(*target.frame), range, target.done_at);
  report_harm(written.harm, *target.frame, "device: write payload");
  return target;
}

}  // namespace poolrace::models
