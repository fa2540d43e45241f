// SPDX-License-Identifier: MIT
#include "experiments/explain/stalled_pools.hpp"

#include <algorithm>
#include <cstdlib>

namespace poolrace::experiments {

namespace {

constexpr std::size_t pools_max = 10'000;
// A pool's next warning comes after 60 s and whole jiffies of its 1 s retries; lines may be missing.
constexpr std::int64_t gap_min_s = 30, gap_max_s = 100;
// Ages are whole seconds, cut off, and a line is printed a little later.
constexpr std::int64_t destroy_apart_s = 2;

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

// The last stamp of printk in `text`: "[  870.512345]", not "[  T812]" and not a date in words.
std::optional<std::int64_t> stamp(std::string_view text) {
  for (std::size_t at = text.rfind('['); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind('[', at - 1)) {
    std::string_view inside = text.substr(at + 1);
    inside.remove_prefix(std::min(inside.find_first_not_of(' '), inside.size()));
    const auto seconds = number(inside, 0);
    if (seconds && inside.starts_with('.')) return seconds;
  }
  return std::nullopt;
}

// How far apart two lines date the destroy of their pool; none if one of them bears no stamp.
std::optional<std::int64_t> apart(const StalledLine& a, const StalledLine& b) {
  if (!a.uptime_s || !b.uptime_s) return std::nullopt;
  return std::abs((*a.uptime_s - a.age_s) - (*b.uptime_s - b.age_s));
}

// Whether the pool that said `last` may go on with `next`.
bool may_follow(const StalledLine& last, const StalledLine& next) {
  const std::int64_t gap = next.age_s - last.age_s;
  const auto dates = apart(last, next);
  // Nobody takes a page from a pool that is destroyed.
  if (last.id != next.id || next.inflight > last.inflight) return false;
  if (dates && *dates > destroy_apart_s) return false;
  if (next.id >= 0) return gap >= 0;
  return gap >= gap_min_s && (gap <= gap_max_s || dates);
}

}  // namespace

std::optional<StalledLine> stalled_line(std::string_view text) {
  constexpr std::string_view says = "stalled pool shutdown";
  const std::size_t at = text.find(says);
  if (at == std::string_view::npos) return std::nullopt;
  StalledLine out;
  out.uptime_s = stamp(text.substr(0, at));
  text.remove_prefix(at + says.size());
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
  // An id names one pool, but comes again after a reboot: the latest.  Else one whose count is the
  // same before one whose count would have fallen; and of those the one that spoke longest ago, as
  // pools that were destroyed together take turns in the same order each minute.
  const auto better = [&](const StalledPool& a, const StalledPool& b) {
    if (said.id >= 0) return a.last_line > b.last_line;
    const bool same_a = a.last.inflight == said.inflight, same_b = b.last.inflight == said.inflight;
    return same_a != same_b ? same_a : a.last_line < b.last_line;
  };
  auto found = pools_.end();
  for (auto pool = pools_.begin(); pool != pools_.end(); ++pool)
    if (may_follow(pool->last, said) && (found == pools_.end() || better(*pool, *found)))
      found = pool;
  if (found != pools_.end()) {
    found->last = said;
    found->last_line = line;
    ++found->warnings;
  } else if (pools_.size() < pools_max) {
    pools_.push_back({said.id, said, said, 1, line, line});
  }
}

}  // namespace poolrace::experiments
