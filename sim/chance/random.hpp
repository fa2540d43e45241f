// SPDX-License-Identifier: MIT
// Chance by name.  A stream is Philox4x64-10 (Random123) in counter mode: the key is (campaign
// seed, 0), the counter (block, run, FNV-1a of the stream's name, instance).  Two streams differ in
// a coordinate, so they never share a block; adding, removing or reordering streams, or drawing
// more from one, shifts no other.  Parameters do not enter: a new one moves no draw, and two points
// of a sweep see common random numbers, so they are compared as pairs.  A method that draws takes
// one 64-bit word (below() may, rarely, take more), so that paired runs stay in step.  Single words
// can be given instead of drawn: a run is (seed, run, some words).  Not for cryptography.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/hash.hpp"

namespace poolrace::sim {

// The index-th word of a stream, given.
struct GivenWord {
  std::string stream;
  std::uint32_t instance = 0;
  std::uint64_t index = 0, value = 0;
  auto operator<=>(const GivenWord&) const = default;
};

// How many words of each stream a run has drawn at most, by name and instance.
using WordCounts = std::map<std::pair<std::string, std::uint32_t>, std::uint64_t>;

class Stream {
 public:
  std::uint64_t u64() {
    if (used_ == block_.size()) [[unlikely]]
      refill();
    return block_[used_++];
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(u64() >> 32); }

  // Uniform on 0 .. n-1, without bias; n > 0.
  std::uint64_t below(std::uint64_t n);
  // Uniform on lo .. hi, both included; lo <= hi.
  std::int64_t between(std::int64_t lo, std::int64_t hi);
  // True with probability ppm / 1e6; ppm <= 1'000'000.
  bool chance_ppm(std::uint32_t ppm);
  // True with probability p / 2^32; p <= 2^32.
  bool chance_q32(std::uint64_t p);

  // In 0 … 1, never 1.  For estimates: what a run draws is in integers.
  double uniform() { return static_cast<double>(u64() >> 11) * 0x1p-53; }

  // How many 64-bit words were drawn: two runs in step agree on it.
  std::uint64_t drawn() const { return 4 * next_block_ - (block_.size() - used_); }

 private:
  friend class Streams;
  Stream(std::uint64_t seed, std::uint64_t run, std::uint64_t name_hash, std::uint32_t instance,
         std::span<const GivenWord> given, std::uint64_t* count);
  void refill();

  std::uint64_t seed_;
  std::array<std::uint64_t, 3> who_;  // run, name, instance: the counter's upper words
  std::uint64_t next_block_ = 0;
  std::array<std::uint64_t, 4> block_{};
  std::size_t used_ = 4;
  std::span<const GivenWord> given_;  // of this stream, not yet reached, by index
  std::uint64_t* count_;              // null: nobody counts
};

// All the streams of one run.  Asking twice for a name gives the same stream from its beginning.
class Streams {
 public:
  // Outlives its streams if words are given; of two that are the same one, the last counts.
  Streams(std::uint64_t seed, std::uint64_t run, std::vector<GivenWord> given = {},
          WordCounts* counts = nullptr);

  Stream stream(std::string_view name, std::uint32_t instance = 0) const;
  // Of the given words those of one stream.
  [[nodiscard]] std::span<const GivenWord> given(std::string_view name,
                                                 std::uint32_t instance = 0) const;
  // What that stream draws as its index-th, without drawing those before.
  std::uint64_t word(std::string_view name, std::uint32_t instance, std::uint64_t index) const;

 private:
  std::uint64_t seed_, run_;
  std::vector<GivenWord> given_;  // by stream, instance and index
  WordCounts* counts_;
};

}  // namespace poolrace::sim
