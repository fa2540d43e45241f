// SPDX-License-Identifier: MIT
#include "sim/chance/random.hpp"

#include <Random123/philox.h>

#include "sim/errors.hpp"

namespace poolrace::sim {

Stream::Stream(std::uint64_t seed, std::uint64_t run, std::uint64_t name_hash,
               std::uint32_t instance)
    : seed_(seed), who_{run, name_hash, instance} {}

void Stream::refill() {
  const r123::Philox4x64::ctr_type counter = {{next_block_, who_[0], who_[1], who_[2]}};
  const r123::Philox4x64::key_type key = {{seed_, 0}};
  const r123::Philox4x64::ctr_type block = r123::Philox4x64{}(counter, key);
  for (std::size_t i = 0; i < block_.size(); ++i) block_[i] = block[i];
  ++next_block_;
  used_ = 0;
}

// Lemire's method ("Fast random integer generation in an interval", 2019): the upper word of the
// product is the draw; the lower word tells the 2^64 mod n products that would bias it.
std::uint64_t Stream::below(std::uint64_t n) {
  check(n > 0, "Stream::below needs n > 0");
  unsigned __int128 product = static_cast<unsigned __int128>(u64()) * n;
  if (static_cast<std::uint64_t>(product) < n) [[unlikely]] {
    const std::uint64_t surplus = -n % n;
    while (static_cast<std::uint64_t>(product) < surplus) {
      product = static_cast<unsigned __int128>(u64()) * n;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::int64_t Stream::between(std::int64_t lo, std::int64_t hi) {
  check(lo <= hi, "Stream::between needs lo <= hi");
  const std::uint64_t base = static_cast<std::uint64_t>(lo);
  const std::uint64_t count = static_cast<std::uint64_t>(hi) - base + 1;  // 0: all of int64
  const std::uint64_t offset = count == 0 ? u64() : below(count);
  return static_cast<std::int64_t>(base + offset);
}

bool Stream::chance_ppm(std::uint32_t ppm) {
  check(ppm <= 1'000'000, "Stream::chance_ppm needs ppm <= 1000000");
  return below(1'000'000) < ppm;
}

bool Stream::chance_q32(std::uint64_t p) {
  check(p <= std::uint64_t{1} << 32, "Stream::chance_q32 needs p <= 2^32");
  return u32() < p;
}

}  // namespace poolrace::sim
