// SPDX-License-Identifier: MIT
#include "pool/native/report.hpp"

namespace poolrace::pool::native {

std::uint64_t Reports::total() const {
  std::uint64_t sum = 0;
  for (const auto& count : count_) sum += count.load(std::memory_order_relaxed);
  return sum;
}

std::string Reports::text() const {
  std::string out;
  for (std::size_t i = 0; i < count_.size(); ++i) {
    const std::uint64_t n = count_[i].load(std::memory_order_relaxed);
    if (n == 0) continue;
    if (!out.empty()) out += ", ";
    out += std::string(kind_names[i]) + " " + std::to_string(n);
  }
  return out.empty() ? "none" : out;
}

void Reports::clear() {
  for (auto& count : count_) count.store(0, std::memory_order_relaxed);
  const std::lock_guard guard(mutex_);
  warnings_.clear();
}

void Reports::warn(const char* sentence) {
  const std::lock_guard guard(mutex_);
  ++warnings_[sentence];
}

std::map<std::string, std::uint64_t> Reports::warnings() const {
  const std::lock_guard guard(mutex_);
  return warnings_;
}

}  // namespace poolrace::pool::native
