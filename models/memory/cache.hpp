// SPDX-License-Identifier: MIT
// The non-coherent CPU cache as one page sees it, by 64-B lines.  CPUs are coherent with each
// other, so there is one cache; the device reads and writes memory behind it.  A line in the cache
// leaves it at a date drawn by whoever brought it in; a dirty line is then written back, over
// whatever the device wrote meanwhile.  Dates are looked at lazily, on the next access: no events.
// Mirrors arm64: sync-for-device cleans to PoC (DC CVAC), sync-for-cpu invalidates (DC IVAC), and
// cleans and invalidates the lines it covers only in part (hardware.md §3, MEM h).  Leaves out:
// byte masks within a line, clean-on-invalidate errata, more than 6 leave dates a page (the closest
// two merge into the earlier).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

inline constexpr std::uint32_t line_bytes = 64;
inline constexpr std::uint32_t lines_per_page = page_bytes / line_bytes;
inline constexpr std::uint32_t dma_minalign = 128;  // ARCH_DMA_MINALIGN on arm64

using LineMask = std::uint64_t;  // bit i: line i of a 4-KB page

struct CacheParams {
  bool coherent = false;  // true: every call costs nothing, changes nothing and harms nothing
  std::uint32_t cost_line_bytes =
      line_bytes;  // of the machine's lines: the contents are kept by 64 B
  Ps clean_fixed_ps = 60 * ps_per_ns;
  Ps clean_line_ps = 13'200;  // Espressobin: 727 ns for 55 lines
  Ps invalidate_fixed_ps = 60 * ps_per_ns;
  Ps invalidate_line_ps = 3'500;       // perf share 7.1 % against 26.9 %
  std::uint64_t speculate_chance = 0;  // of 2^32: see speculate()
  std::uint32_t speculate_lines = 1;   // neighbours that come along
};

// One 4-KB page.  A compound page is 2^order of them in a row, passed as a span.
struct FrameLines {
  struct Leaving {
    LineMask lines = 0;
    Ps at = ps_never;
  };
  LineMask valid = 0;                // in the cache
  LineMask dirty = 0;                // cache newer than memory; a part of valid
  LineMask stale = 0;                // memory holds device bytes this copy lacks; a part of valid
  LineMask unsaved = 0;              // CPU bytes that are nowhere but here; a part of dirty
  LineMask device_written = 0;       // by the device since the last sync-for-cpu
  std::array<Leaving, 6> leaving{};  // disjoint; valid lines in none of them stay
};

struct ByteRange {
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;
};

// Lines that came to harm; several pages: all counted, those of the first page hit named.
struct HarmedLines {
  std::uint32_t count = 0;
  std::uint32_t page = 0;
  LineMask lines = 0;
};

struct CacheHarm {
  HarmedLines lost_device;        // a write-back put old bytes over what the device wrote
  HarmedLines lost_cpu;           // an invalidate dropped CPU bytes that were nowhere else
  HarmedLines stale_cpu_read;     // the CPU read a copy older than what the device wrote
  HarmedLines stale_device_read;  // the device read memory older than what the CPU wrote
  Ps lost_device_at = ps_never;   // date of the first such write-back, maybe long before the call
  bool any() const {
    return (lost_device.count | lost_cpu.count | stale_cpu_read.count | stale_device_read.count) !=
           0;
  }
};

struct CacheResult {
  Ps cost = 0;  // of maintenance; loads and stores are priced by the CPU model
  CacheHarm harm;
};

class LineCache {
 public:
  explicit LineCache(const CacheParams& params) : params_(params) {}

  // `stay`: how long the touched lines remain in the cache (a draw; ps_never: until told to go).
  CacheResult cpu_write(std::span<FrameLines> pages, ByteRange range, Ps now, Ps stay) const;
  CacheResult cpu_read(std::span<FrameLines> pages, ByteRange range, Ps now,
                       Ps stay = ps_never) const;
  CacheResult device_write(std::span<FrameLines> pages, ByteRange range, Ps now) const;
  CacheResult device_read(std::span<FrameLines> pages, ByteRange range, Ps now) const;
  // Effect at `now`; a caller that spends the cost first asks the two functions below for it.
  CacheResult sync_for_device(std::span<FrameLines> pages, ByteRange range, Ps now) const;
  CacheResult sync_for_cpu(std::span<FrameLines> pages, ByteRange range, Ps now) const;
  // Speculation or a prefetcher refills lines the CPU did not ask for, with the chance of the
  // parameters: the low half of the uniform 64-bit draw decides, the high half picks the line.
  CacheResult speculate(std::span<FrameLines> pages, ByteRange range, Ps now, std::uint64_t draw,
                        Ps stay = ps_never) const;
  // Carries out the write-backs due by now: at the end of a run, or before looking at a page.
  CacheResult settle(std::span<FrameLines> pages, Ps now) const;

  // What the range holds is of no interest to anybody from here on (freed, or put for recycling):
  // losing it is no harm.  Lines stay in the cache, and a dirty one can still hit the next user.
  void forget_contents(std::span<FrameLines> pages, ByteRange range) const;

  Ps clean_cost(ByteRange range) const;
  Ps invalidate_cost(ByteRange range) const;
  bool coherent() const { return params_.coherent; }

 private:
  template <typename Work>  // work(page, its number, lines touched, lines wholly covered)
  CacheResult each_page(std::span<FrameLines> pages, ByteRange range, Ps now, Work work) const;

  CacheParams params_;
};

}  // namespace poolrace::models
