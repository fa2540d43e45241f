// SPDX-License-Identifier: MIT
// A set of CPUs, as cpumask_t: a bit each, of as many as a machine may have.
#pragma once

#include <array>
#include <cstdint>

#include "models/ids.hpp"

namespace poolrace::models {

class CpuSet {
 public:
  [[nodiscard]] bool has(CpuId cpu) const {
    return ((words_[cpu / word_bits] >> (cpu % word_bits)) & 1U) != 0;
  }
  void add(CpuId cpu) { words_[cpu / word_bits] |= bit(cpu); }
  void remove(CpuId cpu) { words_[cpu / word_bits] &= ~bit(cpu); }
  void only(CpuId cpu) {
    words_ = {};
    add(cpu);
  }
  [[nodiscard]] bool empty() const { return !any_within(0, cpus_max); }
  // Is there one of `first` … `end` - 1?
  [[nodiscard]] bool any_within(CpuId first, CpuId end) const {
    for (CpuId at = first; at < end; at = (at / word_bits + 1) * word_bits) {
      std::uint64_t word = words_[at / word_bits] >> (at % word_bits);
      if (const CpuId left = end - at; left < word_bits) word &= (std::uint64_t{1} << left) - 1;
      if (word != 0) return true;
    }
    return false;
  }

 private:
  static constexpr CpuId word_bits = 64;
  static std::uint64_t bit(CpuId cpu) { return std::uint64_t{1} << (cpu % word_bits); }
  static_assert(cpus_max % word_bits == 0);

  std::array<std::uint64_t, cpus_max / word_bits> words_{};
};

}  // namespace poolrace::models
