// SPDX-License-Identifier: MIT
// Where a page says which entry of the pool's tracking is its own: a field of pp_magic above the
// signature's bits, 0 for none.  The xarray fixes do so in the kernel (32 bits from bit 7).
#pragma once

#include <cstdint>

namespace poolrace::pool {

inline constexpr unsigned index_shift = 7;
inline constexpr std::uint64_t index_mask = 0xffffffffULL << index_shift;

constexpr std::uint64_t index_bits(std::uint32_t id) {
  return std::uint64_t{id} << index_shift;
}
constexpr std::uint32_t index_of(std::uint64_t magic) {
  return static_cast<std::uint32_t>((magic & index_mask) >> index_shift);
}

}  // namespace poolrace::pool
