// SPDX-License-Identifier: MIT
#include "models/dma/iommu.hpp"

#include <algorithm>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

IovaParams iova_params(const IommuParams& params) {
  IovaParams p = params.iova;
  p.cpus = params.cpus;
  return p;
}

FlushQueueParams flush_params(const IommuParams& params) {
  FlushQueueParams p = params.flush_queue;
  p.cpus = params.cpus;
  return p;
}

std::uint64_t phys_of(Pfn pfn, Iova iova) {
  return (std::uint64_t{pfn} << page_shift) | (iova % page_bytes);
}

}  // namespace

Iommu::Iommu(const IommuParams& params)
    : params_(params),
      iova_(iova_params(params)),
      table_(params.iova.space_pages),
      iotlb_(params.iotlb),
      flush_queue_(flush_params(params)),
      command_queue_(params.command_queue) {}

IommuMap Iommu::map(CpuId cpu, FrameId frame, Pfn pfn, std::uint32_t order, Ps now,
                    std::uint32_t iova_pick) {
  if (params_.mode == IommuMode::none) return {address_of(pfn), params_.direct_ps, true, false};
  if (!attached_) return {0, 0, false, true};
  const IovaAlloc got = iova_.alloc(cpu, order, now, iova_pick);
  if (got.iova == 0) return {0, got.cost, false, false};
  const Ps cost = got.cost + params_.map_ps;
  if (faults_.lose_map) return {got.iova, cost, true, false};
  if (table_.map(got.iova, frame, pfn, order)) return {got.iova, cost, true, false};
  return {0, cost + iova_.free(cpu, got.iova, order, now + cost), false, false};
}

IommuUnmap Iommu::unmap(CpuId cpu, Iova iova, std::uint32_t order, Ps now) {
  IommuUnmap result = unmap_begin(cpu, iova, order, now);
  if (!result.had_mapping) return result;
  result.cost += unmap_invalidate(cpu, iova, result.order, now + result.cost).cost;
  result.cost += unmap_finish(cpu, iova, result.order, now + result.cost).cost;
  return result;
}

IommuUnmap Iommu::unmap_begin(CpuId, Iova iova, std::uint32_t order, Ps) {
  if (params_.mode == IommuMode::none) return {params_.direct_ps, true, no_frame, order, false};
  if (!attached_) return {0, false, no_frame, order, true};
  const Pte was = faults_.keep_pte ? table_.lookup(iova) : table_.unmap(iova);
  if (!was.present || was.page != 0) return {params_.lookup_ps, false, no_frame, order, false};
  return {params_.unmap_ps, true, was.frame, was.order, false};
}

IommuStep Iommu::unmap_invalidate(CpuId, Iova iova, std::uint32_t order, Ps now) {
  if (params_.mode != IommuMode::none && !attached_) return {0, true};
  if (params_.mode != IommuMode::strict) return {};
  const std::uint32_t commands = params_.range_invalidate ? 1 : 1u << order;
  const Submitted sent = command_queue_.submit(now, commands);
  const Ps synced_at = std::max(sent.done_at, iotlb_.drained_at(iova, order));
  return {synced_at - now, false, sent.published_at, sent.owns};
}

IommuStep Iommu::unmap_finish(CpuId cpu, Iova iova, std::uint32_t order, Ps now) {
  if (params_.mode == IommuMode::none) return {};
  if (!attached_) return {0, true};
  const bool strict = params_.mode == IommuMode::strict;
  if (strict && !faults_.lose_invalidate) iotlb_.invalidate(iova, order, params_.invalidate_leaf);
  if (faults_.leak_iova || faults_.keep_pte) return {};
  if (strict || faults_.release_iova_early) return {iova_.free(cpu, iova, order, now), false};
  return {flush_queue_.add(cpu, iova, order, now, *this), false};
}

IommuPhys Iommu::iova_to_phys(Iova iova) const {
  if (params_.mode == IommuMode::none) return {iova, no_frame, 0, false};
  if (!attached_) return {0, no_frame, 0, true};
  const Pte pte = table_.lookup(iova);
  if (!pte.present) return {0, no_frame, params_.lookup_ps, false};
  return {phys_of(pte.pfn, iova), pte.frame, params_.lookup_ps, false};
}

IommuAccess Iommu::device_access(Iova iova, Ps now) {
  IommuAccess access;
  access.done_at = now;
  if (params_.mode == IommuMode::none) {
    access.phys = iova;
    return access;
  }
  if (!attached_) {
    access.fault = access.domain_gone = true;
    return access;
  }
  const Translation t = iotlb_.translate(iova, table_, now);
  access.frame = t.frame;
  access.page = t.page;
  access.phys = t.fault ? 0 : phys_of(t.pfn, iova);
  access.fault = t.fault;
  access.hit = t.hit;
  access.stale = t.stale;
  access.done_at = t.done_at;
  return access;
}

Ps Iommu::timer_fired(CpuId cpu, Ps now) {
  if (now < next_deadline()) return 0;  // disarmed by detach(), or armed anew since
  return flush_queue_.timer_fired(cpu, now, *this);
}

void Iommu::detach() {
  if (params_.mode == IommuMode::none || !attached_) return;
  iotlb_.invalidate_all();
  flush_queue_.drain(0, 0, *this);
  attached_ = false;
}

// Rare enough that nobody contends for the queue's word.
Ps Iommu::flush_domain(CpuId, Ps now) {
  const Ps done_at = std::max(command_queue_.submit(now, 1).done_at, iotlb_.all_drained_at());
  if (!faults_.lose_flush) iotlb_.invalidate_all();
  return done_at - now;
}

Ps Iommu::release_iova(CpuId cpu, Iova iova, std::uint32_t order, Ps now) {
  return faults_.lose_queued ? 0 : iova_.free(cpu, iova, order, now);
}

}  // namespace poolrace::models
