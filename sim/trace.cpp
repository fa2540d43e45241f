// SPDX-License-Identifier: MIT
#include "sim/trace.hpp"

#include <algorithm>

namespace poolrace::sim {

std::vector<Record> Trace::last() const {
  std::vector<Record> out;
  const std::uint64_t n = std::min<std::uint64_t>(count_, last_records);
  for (std::uint64_t i = count_ - n; i < count_; ++i) out.push_back(ring_[i % last_records]);
  return out;
}

void Trace::keep(const Record& record) {
  if (record.at < from_ || record.at > to_) return;
  if (kept_.size() < bound_) {
    kept_.push_back(record);
    return;
  }
  kept_[oldest_] = record;
  oldest_ = (oldest_ + 1) % bound_;
}

std::vector<Record> Trace::records() const {
  std::vector<Record> out(kept_.begin() + static_cast<std::ptrdiff_t>(oldest_), kept_.end());
  out.insert(out.end(), kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(oldest_));
  return out;
}

std::uint64_t fold(std::uint64_t folded, std::uint64_t run_fingerprint) {
  std::uint64_t x = (folded ^ run_fingerprint) * 0x9e3779b97f4a7c15ULL;
  x ^= x >> 29;
  return x * 0xbf58476d1ce4e5b9ULL + run_fingerprint;
}

std::string hex16(std::uint64_t value) {
  std::string out(16, '0');
  for (int i = 15; i >= 0; --i, value >>= 4)
    out[static_cast<std::size_t>(i)] = "0123456789abcdef"[value & 15];
  return out;
}

}  // namespace poolrace::sim
