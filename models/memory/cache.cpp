// SPDX-License-Identifier: MIT
#include "models/memory/cache.hpp"

#include <algorithm>
#include <bit>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

// Lines [first, end) of a page.
LineMask lines_between(std::uint32_t first, std::uint32_t end) {
  if (first >= end) return 0;
  const std::uint32_t count = end - first;
  return (~LineMask{0} >> (lines_per_page - count)) << first;
}

std::uint32_t lines_in(ByteRange range, std::uint32_t size = line_bytes) {
  if (range.bytes == 0) return 0;
  return (range.offset + range.bytes - 1) / size - range.offset / size + 1;
}

void note(HarmedLines& harm, std::uint32_t page, LineMask lines) {
  if (lines == 0) return;
  if (harm.count == 0) harm.page = page;
  if (harm.page == page) harm.lines |= lines;  // several dates of one page come one by one
  harm.count += static_cast<std::uint32_t>(std::popcount(lines));
}

// The dirty ones of these lines go to memory, over what the device put there since they were read.
void write_back(FrameLines& page, std::uint32_t number, LineMask lines, Ps at, CacheHarm& harm) {
  lines &= page.dirty;
  const LineMask lost = lines & page.stale;
  note(harm.lost_device, number, lost);
  if (lost != 0) harm.lost_device_at = std::min(harm.lost_device_at, at);
  page.dirty &= ~lines;
  page.stale &= ~lines;
  page.unsaved &= ~lines;
}

void drop(FrameLines& page, LineMask lines) {
  page.valid &= ~lines;
  page.dirty &= ~lines;
  page.stale &= ~lines;
  page.unsaved &= ~lines;
  for (FrameLines::Leaving& group : page.leaving) group.lines &= ~lines;
}

// Lines whose date has come leave the cache, the dirty ones through memory.
void settle_page(FrameLines& page, std::uint32_t number, Ps now, CacheHarm& harm) {
  for (FrameLines::Leaving& group : page.leaving) {
    if (group.lines == 0 || group.at > now) continue;
    write_back(page, number, group.lines, group.at, harm);
    drop(page, group.lines);
  }
}

// Makes one of the groups empty by merging the two whose dates are closest, into the earlier date.
FrameLines::Leaving& merge_closest(FrameLines& page) {
  std::sort(page.leaving.begin(), page.leaving.end(),
            [](const auto& a, const auto& b) { return a.at < b.at; });
  std::size_t best = 0;
  for (std::size_t i = 0; i + 1 < page.leaving.size(); ++i)
    if (page.leaving[i + 1].at - page.leaving[i].at <
        page.leaving[best + 1].at - page.leaving[best].at)
      best = i;
  page.leaving[best].lines |= page.leaving[best + 1].lines;
  page.leaving[best + 1].lines = 0;
  return page.leaving[best + 1];
}

void set_leaving(FrameLines& page, LineMask lines, Ps now, Ps stay) {
  FrameLines::Leaving* empty = nullptr;
  for (FrameLines::Leaving& group : page.leaving) group.lines &= ~lines;
  if (lines == 0 || stay >= ps_never - now) return;
  for (FrameLines::Leaving& group : page.leaving) {
    if (group.lines == 0) {
      empty = &group;
    } else if (group.at == now + stay) {
      group.lines |= lines;
      return;
    }
  }
  if (empty == nullptr) empty = &merge_closest(page);
  *empty = {lines, now + stay};
}

// Lines not in the cache are read from memory.
void fill(FrameLines& page, LineMask lines, Ps now, Ps stay) {
  const LineMask missing = lines & ~page.valid;
  page.valid |= missing;
  set_leaving(page, missing, now, stay);
}

}  // namespace

template <typename Work>
CacheResult LineCache::each_page(std::span<FrameLines> pages, ByteRange range, Ps now,
                                 Work work) const {
  CacheResult result;
  if (params_.coherent || range.bytes == 0) return result;
  const std::uint32_t end = range.offset + range.bytes;
  check(end >= range.offset && end <= pages.size() * page_bytes, "byte range beyond the page");
  for (std::uint32_t p = range.offset / page_bytes; p * page_bytes < end; ++p) {
    const std::uint32_t from = std::max(range.offset, p * page_bytes) - p * page_bytes;
    const std::uint32_t to = std::min(end, (p + 1) * page_bytes) - p * page_bytes;
    const LineMask touched = lines_between(from / line_bytes, (to + line_bytes - 1) / line_bytes);
    const LineMask whole = lines_between((from + line_bytes - 1) / line_bytes, to / line_bytes);
    settle_page(pages[p], p, now, result.harm);
    work(pages[p], p, touched, whole, result.harm);
  }
  return result;
}

CacheResult LineCache::cpu_write(std::span<FrameLines> pages, ByteRange range, Ps now,
                                 Ps stay) const {
  return each_page(
      pages, range, now,
      [&](FrameLines& page, std::uint32_t, LineMask touched, LineMask whole, CacheHarm&) {
        page.valid |= touched;
        page.dirty |= touched;
        page.unsaved |= touched;
        page.stale &= ~whole;  // overwritten on purpose, nothing old is left of them
        set_leaving(page, touched, now, stay);
      });
}

CacheResult LineCache::cpu_read(std::span<FrameLines> pages, ByteRange range, Ps now,
                                Ps stay) const {
  return each_page(
      pages, range, now,
      [&](FrameLines& page, std::uint32_t number, LineMask touched, LineMask, CacheHarm& harm) {
        note(harm.stale_cpu_read, number, touched & page.stale);
        fill(page, touched, now, stay);
      });
}

CacheResult LineCache::device_write(std::span<FrameLines> pages, ByteRange range, Ps now) const {
  return each_page(
      pages, range, now,
      [](FrameLines& page, std::uint32_t, LineMask touched, LineMask whole, CacheHarm&) {
        page.stale |= touched & page.valid;
        page.unsaved &= ~whole;  // superseded: dropping the CPU's bytes loses nothing
        page.device_written |= touched;
      });
}

CacheResult LineCache::device_read(std::span<FrameLines> pages, ByteRange range, Ps now) const {
  return each_page(
      pages, range, now,
      [](FrameLines& page, std::uint32_t number, LineMask touched, LineMask, CacheHarm& harm) {
        note(harm.stale_device_read, number, touched & page.unsaved);
      });
}

CacheResult LineCache::sync_for_device(std::span<FrameLines> pages, ByteRange range, Ps now) const {
  CacheResult result =
      each_page(pages, range, now,
                [&](FrameLines& page, std::uint32_t number, LineMask touched, LineMask,
                    CacheHarm& harm) { write_back(page, number, touched, now, harm); });
  result.cost = clean_cost(range);
  return result;
}

CacheResult LineCache::sync_for_cpu(std::span<FrameLines> pages, ByteRange range, Ps now) const {
  CacheResult result = each_page(pages, range, now,
                                 [&](FrameLines& page, std::uint32_t number, LineMask touched,
                                     LineMask whole, CacheHarm& harm) {
                                   // The edges may hold somebody else's bytes: cleaned before they
                                   // are invalidated.
                                   write_back(page, number, touched & ~whole, now, harm);
                                   note(harm.lost_cpu, number, touched & page.unsaved);
                                   drop(page, touched);
                                   page.device_written &= ~touched;
                                 });
  result.cost = invalidate_cost(range);
  return result;
}

CacheResult LineCache::speculate(std::span<FrameLines> pages, ByteRange range, Ps now,
                                 std::uint64_t draw, Ps stay) const {
  const std::uint64_t low = draw & 0xFFFF'FFFF;
  if (low >= params_.speculate_chance || range.bytes == 0) return {};
  const auto picked = static_cast<std::uint32_t>(((draw >> 32) * lines_in(range)) >> 32);
  const std::uint32_t first = (range.offset / line_bytes + picked) * line_bytes;
  const auto room = static_cast<std::uint32_t>(pages.size() * page_bytes) - first;
  const std::uint32_t bytes = std::min(params_.speculate_lines * line_bytes, room);
  return each_page(pages, {first, bytes}, now,
                   [&](FrameLines& page, std::uint32_t, LineMask touched, LineMask, CacheHarm&) {
                     fill(page, touched, now, stay);
                   });
}

CacheResult LineCache::settle(std::span<FrameLines> pages, Ps now) const {
  const auto bytes = static_cast<std::uint32_t>(pages.size() * page_bytes);
  return each_page(pages, {0, bytes}, now,
                   [](FrameLines&, std::uint32_t, LineMask, LineMask, CacheHarm&) {});
}

void LineCache::forget_contents(std::span<FrameLines> pages, ByteRange range) const {
  const std::uint32_t end = range.offset + range.bytes;
  for (std::uint32_t p = range.offset / page_bytes; p * page_bytes < end; ++p) {
    const std::uint32_t from = std::max(range.offset, p * page_bytes) - p * page_bytes;
    const std::uint32_t to = std::min(end, (p + 1) * page_bytes) - p * page_bytes;
    const LineMask kept = ~lines_between(from / line_bytes, (to + line_bytes - 1) / line_bytes);
    pages[p].stale &= kept;
    pages[p].unsaved &= kept;
    pages[p].device_written &= kept;
  }
}

Ps LineCache::clean_cost(ByteRange range) const {
  if (params_.coherent || range.bytes == 0) return 0;
  return params_.clean_fixed_ps + lines_in(range, params_.cost_line_bytes) * params_.clean_line_ps;
}

Ps LineCache::invalidate_cost(ByteRange range) const {
  if (params_.coherent || range.bytes == 0) return 0;
  return params_.invalidate_fixed_ps +
         lines_in(range, params_.cost_line_bytes) * params_.invalidate_line_ps;
}

}  // namespace poolrace::models
