// SPDX-License-Identifier: MIT
#include "models/dma/swiotlb.hpp"

#include <algorithm>
#include <bit>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

constexpr std::uint32_t line_shift = 6;
constexpr std::uint32_t slot_lines = Swiotlb::slot_bytes >> line_shift;
static_assert(slot_lines == 32, "a slot's lines fill the mask exactly");

Ps pass_lock(Ps& busy_until, Ps now, Ps hold) {
  busy_until = std::max(now, busy_until) + hold;
  return busy_until - now;
}

// Lines of slot `index` of a mapping that bytes [offset, end) touch.
std::uint32_t lines_touched(std::uint32_t index, std::uint32_t offset, std::uint32_t end) {
  const std::uint32_t base = index * Swiotlb::slot_bytes;
  const std::uint32_t from = std::max(offset, base) - base;
  const std::uint32_t to = std::min(end, base + Swiotlb::slot_bytes) - base;
  if (end <= base || from >= to) return 0;
  const std::uint32_t first = from >> line_shift;
  const std::uint32_t count = ((to - 1) >> line_shift) - first + 1;
  const auto ones = static_cast<std::uint32_t>((std::uint64_t{1} << count) - 1);
  return ones << first;
}

}  // namespace

Swiotlb::Swiotlb(const SwiotlbParams& params) : params_(params) {
  check(params.cpus >= 1 && params.slots / params.cpus >= 2,
        "the bounce pool needs slots for each CPU");
  area_slots_ = params.slots / params.cpus & ~1u;  // whole pages
  areas_.resize(params.cpus);
  for (CpuId i = 0; i < params.cpus; ++i) areas_[i].first = i * area_slots_;
}

SwiotlbMap Swiotlb::map(CpuId cpu, FrameId frame, std::uint32_t bytes, Ps now) {
  check(cpu < params_.cpus, "CPU number out of range");
  check(frame != no_frame && bytes >= 1, "a bounce mapping is of a frame and has bytes");
  const std::uint32_t run = (bytes + slot_bytes - 1) / slot_bytes;
  check(run <= segment_slots, "a bounce mapping is at most 256 KB");
  ever_bounced_ = true;
  if (slots_.empty()) slots_.resize(std::size_t{area_slots_} * params_.cpus);  // first bounce
  Ps cost = 0;
  for (CpuId i = 0; i < params_.cpus; ++i) {
    Area& area = areas_[(cpu + i) % params_.cpus];
    cost += pass_lock(area.busy_until, now + cost, params_.alloc_ps);
    const SlotId slot = find_run(area, run);
    if (slot == no_slot) continue;
    for (std::uint32_t k = 0; k < run; ++k) slots_[slot + k] = {frame, 0, 0, 0};
    slots_[slot].run = run;
    slots_[slot].bytes = bytes;
    area.next = slot + run - area.first;
    area.used += run;
    slots_used_ += run;
    ++live_;
    return {slot, cost + (params_.copy_on_map ? copy_cost(bytes) : 0)};
  }
  return {no_slot, cost};
}

// Next fit within the area; page-sized runs start at even slots, so that they are page aligned.
SlotId Swiotlb::find_run(const Area& area, std::uint32_t run) const {
  if (area.used + run > area_slots_) return no_slot;
  const std::uint32_t stride = run >= page_bytes / slot_bytes ? page_bytes / slot_bytes : 1;
  std::uint32_t at = (area.next + stride - 1) / stride * stride;
  for (std::uint32_t tried = 0; tried <= area_slots_; tried += stride, at += stride) {
    if (at + run > area_slots_) at = 0;
    if (at + run > area_slots_) return no_slot;
    std::uint32_t free = 0;
    while (free < run && slots_[area.first + at + free].frame == no_frame) ++free;
    if (free == run) return area.first + at;
  }
  return no_slot;
}

SwiotlbCopy Swiotlb::unmap(SlotId slot, bool copy_out, Ps now) {
  if (!starts_mapping(slot)) return {};
  const Slot head = slots_[slot];
  SwiotlbCopy result = {copy_out ? copy_cost(head.bytes) : 0, true, head.frame, 0};
  if (!copy_out) result.lost_device_lines = pending_lines(slot, 0, head.bytes);
  Area& area = areas_[slot / area_slots_];
  result.cost += pass_lock(area.busy_until, now + result.cost, params_.free_ps);
  for (std::uint32_t k = 0; k < head.run; ++k) slots_[slot + k] = {};
  area.used -= head.run;
  slots_used_ -= head.run;
  --live_;
  return result;
}

SwiotlbCopy Swiotlb::sync_for_cpu(SlotId slot, std::uint32_t offset, std::uint32_t bytes) {
  if (!starts_mapping(slot)) return {};
  const Slot head = slots_[slot];
  const std::uint32_t end = std::min(offset + bytes, head.bytes);
  for (std::uint32_t k = 0; k < head.run; ++k)
    slots_[slot + k].written &= ~lines_touched(k, offset, end);
  return {copy_cost(end > offset ? end - offset : 0), true, head.frame, 0};
}

SwiotlbCopy Swiotlb::sync_for_device(SlotId slot, std::uint32_t offset, std::uint32_t bytes) {
  const std::uint32_t lost = pending_lines(slot, offset, bytes);
  SwiotlbCopy result = sync_for_cpu(slot, offset, bytes);  // same range, the other way
  result.lost_device_lines = lost;
  return result;
}

bool Swiotlb::device_write(SlotId slot, std::uint32_t offset, std::uint32_t bytes) {
  if (!starts_mapping(slot)) return false;
  const Slot head = slots_[slot];
  const std::uint32_t end = std::min(offset + bytes, head.bytes);
  for (std::uint32_t k = 0; k < head.run; ++k)
    slots_[slot + k].written |= lines_touched(k, offset, end);
  return true;
}

std::uint32_t Swiotlb::pending_lines(SlotId slot, std::uint32_t offset, std::uint32_t bytes) const {
  if (!starts_mapping(slot)) return 0;
  const std::uint32_t end = std::min(offset + bytes, slots_[slot].bytes);
  int lines = 0;
  for (std::uint32_t k = 0; k < slots_[slot].run; ++k)
    lines += std::popcount(slots_[slot + k].written & lines_touched(k, offset, end));
  return static_cast<std::uint32_t>(lines);
}

FrameId Swiotlb::owner(SlotId slot) const {
  return slot < slots_.size() ? slots_[slot].frame : no_frame;
}

bool Swiotlb::starts_mapping(SlotId slot) const {
  return slot < slots_.size() && slots_[slot].run > 0;
}

Ps Swiotlb::copy_cost(std::uint32_t bytes) const {
  return bytes == 0 ? 0 : params_.copy_fixed_ps + bytes * params_.copy_ps_per_byte;
}

}  // namespace poolrace::models
