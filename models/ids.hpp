// SPDX-License-Identifier: MIT
// Numbers by which the parts of the machine name things: frames, CPUs, device addresses.  A FrameId
// is the identity the checker keeps books on; a Pfn is where that frame lies in physical memory; an
// Iova is the byte address a device puts on the bus (without an IOMMU it *is* the physical
// address).
#pragma once

#include <cstdint>

namespace poolrace::models {

using FrameId = std::uint32_t;  // one struct page, compound pages by their head
using CpuId = std::uint32_t;
using Pfn = std::uint32_t;   // 32 bits reach 16 TB
using Iova = std::uint64_t;  // byte address as the device sees it

inline constexpr CpuId no_cpu = ~CpuId{0};
inline constexpr CpuId cpus_max = 256;  // of a machine
inline constexpr FrameId no_frame = ~FrameId{0};
inline constexpr std::uint32_t page_shift = 12;
inline constexpr std::uint32_t page_bytes = 1u << page_shift;
inline constexpr std::uint32_t order_max = 10;  // MAX_PAGE_ORDER

constexpr std::uint64_t page_of(Iova address) {
  return address >> page_shift;
}
constexpr Iova address_of(std::uint64_t page) {
  return page << page_shift;
}

}  // namespace poolrace::models
