// SPDX-License-Identifier: MIT
// The trace of a run: one record a visible step, folded into a rolling 64-bit fingerprint as it
// goes.  The last records are kept for reports; all of them, up to a bound, if asked for.
// Equal traces have equal fingerprints; the converse is as good as a 64-bit hash.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/time.hpp"

namespace poolrace::sim {

struct Record {
  Ps at;
  std::uint32_t context;
  std::uint32_t site;
  std::uint64_t value;
  const char* text = nullptr;  // the site's; not part of the fingerprint
  bool operator==(const Record& o) const {
    return at == o.at && context == o.context && site == o.site && value == o.value;
  }
};

class Trace {
 public:
  static constexpr std::size_t last_records = 64;

  // Keeps the newest `bound` records as well (0: none).
  explicit Trace(std::size_t bound = 0) : bound_(bound) {}

  void add(Ps at, std::uint32_t context, std::uint32_t site, std::uint64_t value,
           const char* text = nullptr) {
    const std::uint64_t where = (std::uint64_t{context} << 32) | site;
    // A product per pair of words: sums or xors of shifted words would let a date that differs by
    // 2^k make up for another context.
    hash_ = mix(hash_ ^ static_cast<std::uint64_t>(at) ^ 0x9e3779b97f4a7c15ULL,
                where ^ 0xe7037ed1a0b428dbULL);
    hash_ = mix(hash_ ^ value, 0xa0761d6478bd642fULL);
    ring_[count_ % last_records] = {at, context, site, value, text};
    ++count_;
    if (bound_ != 0) [[unlikely]]
      keep({at, context, site, value, text});
  }
  // Of the records that are kept, those of these dates alone (both included).
  void keep_between(Ps from, Ps to) {
    from_ = from;
    to_ = to;
  }
  [[nodiscard]] std::uint64_t fingerprint() const {
    return mix(hash_ ^ count_, 0x8ebc6af09c88c6e3ULL);
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::vector<Record> last() const;     // oldest first
  [[nodiscard]] std::vector<Record> records() const;  // what was kept, oldest first

 private:
  // The two halves of the 128-bit product, folded.
  static constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ typedef unsigned __int128 Wide;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  void keep(const Record& record);

  std::uint64_t hash_ = 0x706f6f6c72616365ULL;
  std::uint64_t count_ = 0;
  std::array<Record, last_records> ring_{};
  std::size_t bound_, oldest_ = 0;
  std::vector<Record> kept_;
  Ps from_ = 0, to_ = ps_never;
};

// The fingerprint of N runs folds theirs in run order.
std::uint64_t fold(std::uint64_t folded, std::uint64_t run_fingerprint);
std::string hex16(std::uint64_t value);

}  // namespace poolrace::sim
