// SPDX-License-Identifier: MIT
// What a DMA call that comes too late, or for the wrong mapping, runs into.  The order of the
// checks is the order in which the kernel would follow its pointers: device, group, domain, PTE.
#include "models/address_sites.hpp"
#include "models/dma/dma.hpp"
#include "models/dma/iommu.hpp"
#include "models/dma/swiotlb.hpp"

namespace poolrace::models {

namespace {
Pfn pfn_of(std::uint64_t addr) {
  return static_cast<Pfn>(page_of(addr));
}
}  // namespace

// From v6.15 on a removed device takes dma-direct's path: an unmap does nothing, and a sync takes
// the IOVA for a physical address, whose line is somebody's or no RAM at all.
bool Dma::goes_direct(const Device& dev) const {
  return iommu_.mode() != IommuMode::none && !dev.group_valid &&
         params_.iommu_generation >= IommuGeneration::v6_15;
}

// True: the mapping is dma-direct's, which an IOMMU knows nothing of.
bool Dma::check_map(Device& dev, const Frame& frame) {
  memory_.touch(Object::region, dev.region.id(), sim::Touch::read);
  memory_.touch(Object::device, 0, sim::Touch::read);  // without its domain it maps nothing
  if (!dev.region.alive())
    checker_.report(Kind::device_use_after_free, Harm::crash, site_map.text(), "last put_device",
                    frame.id);
  if (dev.bound) return false;
  const bool translated = iommu_.mode() != IommuMode::none;
  const bool direct = goes_direct(dev) || (translated && !dev.ops_valid);
  const bool oops = translated && !dev.group_valid && !direct;
  checker_.report(Kind::map_after_unbind, oops ? Harm::crash : Harm::none, site_map.text(),
                  dev.group_valid ? "unbind" : "device removal", frame.id);
  return direct;
}

// True: the hardware part of the unmap takes place.
bool Dma::check_unmap(Device& dev, std::uint64_t addr, Page page) {
  constexpr const char* site = site_unmap.text();
  const FrameId frame = page.frame().id;
  const bool translated = iommu_.mode() != IommuMode::none;
  if (!dev.region.alive())
    checker_.report(Kind::device_use_after_free, Harm::crash, site, "last put_device", frame);
  if (!dev.bound) {
    const bool removed = !dev.group_valid;
    const bool cleared = !dev.ops_valid;
    const bool direct = goes_direct(dev);
    // Cleared ops are dma-direct's: they follow no group pointer, and unmap nothing.
    const Harm harm = !translated || direct ? Harm::none
                      : cleared             ? Harm::leak
                      : removed             ? Harm::crash
                                            : Harm::none;
    checker_.report(Kind::unmap_after_unbind, harm, site, removed ? "device removal" : "unbind",
                    frame);
    if (translated && (cleared || direct)) {
      checker_.unmapped(addr, cleared ? "unmap with cleared ops" : "unmap after removal");
      if (!direct) ++lost_iovas_;  // PTE and IOVA stay for ever; after removal their domain is gone
      return false;
    }
  }
  // The page itself is not touched (no CPU sync): whoever then writes its words does the harm.
  if (page.stale())
    checker_.report(Kind::page_use_after_free, Harm::none, site, "page allocator: free", frame);
  const Checker::Mapping* live = checker_.live_at(addr);
  if (live == nullptr) {
    checker_.report(Kind::double_unmap, Harm::none, site, ended_by(page), frame);
    return false;
  }
  if (live->frame != frame || live->life != page.life())
    checker_.report(Kind::unmap_foreign, translated ? Harm::corruption : Harm::none, site,
                    "the address was handed out again", frame);
  return true;
}

// An unmap of more than was mapped takes the neighbours' translations with it.
void Dma::unmap_beyond(std::uint64_t addr, std::uint32_t order, Page page) {
  if (iommu_.mode() == IommuMode::none) return;
  const std::uint64_t end = addr + (page_bytes << order);
  for (addr += page_bytes << page.frame().order; addr < end; addr += page_bytes) {
    const Checker::Mapping* live = checker_.live_at(addr);
    if (live == nullptr) continue;
    checker_.report(Kind::unmap_foreign, Harm::corruption, site_unmap.text(), "the size was wrong",
                    live->frame);
    checker_.unmapped(addr, "an unmap of the wrong size");
    iommu_.unmap(cpu(), addr, 0, now());
  }
}

// True: the address has a live mapping of this page.
bool Dma::check_sync(Device& dev, std::uint64_t addr, Page page, const char* site) {
  const FrameId frame = page.frame().id;
  if (!dev.region.alive())
    checker_.report(Kind::device_use_after_free, Harm::crash, site, "last put_device", frame);
  const bool removed = iommu_.mode() != IommuMode::none && !dev.group_valid;
  const bool oops = goes_direct(dev) ? !dev.is_coherent && !pages_.is_ram(pfn_of(addr))
                                     : removed && touches_memory(dev);
  if (!dev.bound)
    checker_.report(Kind::sync_after_unbind, oops ? Harm::crash : Harm::none, site,
                    dev.group_valid ? "unbind" : "device removal", frame);
  if (goes_direct(dev)) return false;
  const Checker::Mapping* live = checker_.live_at(addr);
  return live != nullptr && live->frame == frame && live->life == page.life();
}

// A sync that no live mapping of this page stands behind: where do the lines lie that it
// maintains?  Returns another owner's frame if the address leads there.
Frame* Dma::sync_nowhere(Device& dev, std::uint64_t addr, Page page, const char* site) {
  if (goes_direct(dev))  // told already, as a sync after unbind
    return dev.is_coherent ? nullptr : pages_.frame_at(pfn_of(addr));
  Frame* there = addr == 0 ? nullptr : frame_of(addr);
  // No mapping: iova-to-phys says 0, and the maintenance goes to physical page 0.
  const bool page_zero = there == nullptr && (addr == 0 || iommu_.mode() != IommuMode::none);
  // (A coherent device behind swiotlb copies nothing for an address outside the bounce pool.)
  const bool oops = !dev.is_coherent && page_zero && !params_.ram_at_zero;
  checker_.report(Kind::sync_after_unmap, oops ? Harm::crash : Harm::none, site, ended_by(page),
                  page.frame().id);
  return touches_memory(dev) ? there : nullptr;
}

// The frame may be free, another owner's, or again a pool's: in another life, or as another buffer.
void Dma::check_device_write(Frame& frame, Page meant, const char* how) {
  const bool taken = frame.allocated && (&frame != &meant.frame() || meant.stale());
  if (frame.allocated && !taken) return;
  checker_.report(Kind::dma_to_freed_page,
                  taken || pages_.reowned(frame) ? Harm::corruption : Harm::none,
                  "device: write payload", how, frame.id);
}

// The CPU reads the page; what the device wrote may still lie in its bounce slot.
void Dma::check_bounced(const Frame& frame, ByteRange range, const char* site) {
  const Checker::Mapping* mapping = checker_.last_of(frame.id);
  if (mapping == nullptr || mapping->ended_at != ps_never || mapping->addr < swiotlb_base) return;
  const auto slot = static_cast<SlotId>((mapping->addr - swiotlb_base) / Swiotlb::slot_bytes);
  if (swiotlb_.pending_lines(slot, range.offset, range.bytes) != 0)
    checker_.report(Kind::payload_corruption, Harm::corruption, site,
                    "the bounce slot was not copied to the page", frame.id);
}

std::string Dma::ended_by(Page page) const {
  const Checker::Mapping* last = checker_.last_of(page.frame().id);
  if (last == nullptr) return "never mapped";
  return last->ended_at == ps_never ? "mapped elsewhere" : last->ended_by;
}

}  // namespace poolrace::models
