// SPDX-License-Identifier: MIT
#include "experiments/explain/stalled_pools.hpp"

#include <algorithm>
#include <cstdlib>

namespace poolrace::experiments {

namespace {

constexpr std::size_t pools_max = 10'000;
// A pool's next warning comes after 60 s and whole jiffies of its 1 s retries; lines may be missing.
constexpr std::int64_t gap_min_s = 30, gap_max_s = 100;

// The next whole number of `text`, which moves on behind it; at most `skip` other bytes before it.
std::optional<std::int64_t> number(std::string_view& text, std::size_t skip) {
  const std::size_t at = text.find_first_of("0123456789-");
  if (at == std::string_view::npos || at > skip) return std::nullopt;
  const bool negative = text[at] == '-';
  std::size_t end = at + (negative ? 1 : 0);
  std::int64_t value = 0;
  const std::size_t begin = end;
  for (; end < text.size() && text[end] >= '0' && text[end] <= '9' && end - begin < 15; ++end)
    value = value * 10 + (text[end] - '0');
  if (end == begin) return std::nullopt;
  text.remove_prefix(end);
  return negative ? -value : value;
}

}  // namespace

std::optional<StalledLine> stalled_line(std::string_view text) {
  constexpr std::string_view says = "stalled pool shutdown";
  const std::size_t at = text.find(says);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + says.size());
  StalledLine out;
  const std::size_t id = text.substr(0, 6).find("id ");
  if (id != std::string_view::npos) {
    text.remove_prefix(id + 3);
    const auto value = number(text, 0);
    if (!value) return std::nullopt;
    out.id = *value;
  }
  const auto inflight = number(text, 4);
  if (!inflight || !text.starts_with(" inflight")) return std::nullopt;
  text.remove_prefix(std::string_view(" inflight").size());
  const auto age = number(text, 4);
  if (!age) return std::nullopt;
  out.inflight = *inflight;
  out.age_s = *age;
  return out;
}

void StalledPools::add(const StalledLine& said, std::int64_t line) {
  const auto continues = [&](const StalledPool& pool) {
    const std::int64_t gap = said.age_s - pool.last.age_s;
    if (pool.id != said.id) return false;
    return said.id >= 0 ? gap >= 0 : gap >= gap_min_s && gap <= gap_max_s;
  };
  // The latest that fits: ids come again after a reboot.
  const auto found = std::find_if(pools_.rbegin(), pools_.rend(), continues);
  if (found != pools_.rend()) {
    found->last = said;
    found->last_line = line;
    ++found->warnings;
  } else if (pools_.size() < pools_max) {
    pools_.push_back({said.id, said, said, 1, line, line});
  }
}

}  // namespace poolrace::experiments
