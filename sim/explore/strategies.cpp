// SPDX-License-Identifier: MIT
#include "sim/explore/strategies.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "sim/errors.hpp"

namespace poolrace::sim {

namespace {

Stream stream_of(const char* strategy, std::uint64_t seed, std::uint64_t execution) {
  return Streams(seed, execution).stream(strategy);
}

// One bit of the set, all alike.
std::uint32_t any_of(std::uint64_t set, Stream& draw) {
  auto passed_over = draw.below(static_cast<std::uint64_t>(std::popcount(set)));
  while (passed_over-- > 0) set &= set - 1;
  return static_cast<std::uint32_t>(std::countr_zero(set));
}

}  // namespace

RandomWalk::RandomWalk(std::uint64_t seed, std::uint64_t execution)
    : draw_(stream_of("strategy: random", seed, execution)) {}

std::uint32_t RandomWalk::next(const std::vector<Step>&, ContextSet enabled) {
  return any_of(enabled, draw_);
}

std::uint32_t RandomWalk::choose(const std::vector<Step>&, std::uint64_t allowed) {
  return any_of(allowed, draw_);
}

Pct::Pct(std::uint64_t steps, int depth, std::uint64_t seed, std::uint64_t execution)
    : draw_(stream_of("strategy: pct", seed, execution)),
      change_at_(static_cast<std::size_t>(depth - 1)) {
  check(depth >= 1 && depth <= 64 && steps > 0, "pct: a depth of 1 to 64, at least one step");
  std::iota(priority_.begin(), priority_.end(), static_cast<std::uint8_t>(depth));
  for (std::size_t i = priority_.size(); i > 1; --i)
    std::swap(priority_[i - 1], priority_[draw_.below(i)]);
  for (std::uint64_t& at : change_at_) at = draw_.below(steps);
}

std::uint32_t Pct::next(const std::vector<Step>& taken, ContextSet enabled) {
  const auto highest = [&] {
    auto best = static_cast<std::uint32_t>(std::countr_zero(enabled));
    for (ContextSet left = enabled; left != 0; left &= left - 1) {
      const auto id = static_cast<std::uint32_t>(std::countr_zero(left));
      if (priority_[id] > priority_[best]) best = id;
    }
    return best;
  };
  for (std::size_t i = 0; i < change_at_.size(); ++i)
    if (change_at_[i] == taken.size()) priority_[highest()] = static_cast<std::uint8_t>(i);
  return highest();
}

std::uint32_t Pct::choose(const std::vector<Step>&, std::uint64_t allowed) {
  return any_of(allowed, draw_);
}

double pct_bound(std::uint64_t contexts, std::uint64_t steps, int depth) {
  return 1 / (static_cast<double>(contexts) * std::pow(static_cast<double>(steps), depth - 1));
}

}  // namespace poolrace::sim
