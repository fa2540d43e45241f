// SPDX-License-Identifier: MIT
#include "sim/explore/commutation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/explore/search.hpp"
#include "sim/explore/strategies.hpp"

namespace poolrace::sim {

namespace {

constexpr int pair_swaps_max = 3;

// Passes on what another scheduler says, and notes who could have gone on.
class Watching final : public Scheduler {
 public:
  explicit Watching(Scheduler& to, std::vector<ContextSet>& enabled) : to_(to), enabled_(enabled) {}
  std::uint32_t next(const std::vector<Step>& taken, ContextSet enabled) override {
    enabled_.push_back(enabled);
    return to_.next(taken, enabled);
  }
  std::uint32_t choose(const std::vector<Step>& taken, std::uint64_t allowed) override {
    return to_.choose(taken, allowed);
  }

 private:
  Scheduler& to_;
  std::vector<ContextSet>& enabled_;
};

// As the search sees it; a join follows its signals.
bool dependent(const Step& first, const Step& second) {
  if (first.context == second.context || conflict(first.touched, second.touched)) return true;
  return std::any_of(first.touched.begin(), first.touched.end(), [&second](const Touched& touched) {
    const Touched join{touched.object, Touch::join};
    return touched.how == Touch::signal &&
           std::find(second.touched.begin(), second.touched.end(), join) != second.touched.end();
  });
}

Footprint sorted(Footprint touched) {
  std::sort(touched.begin(), touched.end(), [](const Touched& a, const Touched& b) {
    return std::pair(a.object, a.how) < std::pair(b.object, b.how);
  });
  return touched;
}

// What differs, or "".
std::string difference(const Step& before, const Step& after) {
  if (before.context != after.context) return "another context";
  if (before.way != after.way) return "it cannot go on in the same way";
  if (std::string_view(before.site) != after.site) return std::string("it is ") + after.site;
  if (before.value != after.value || before.wrote_value != after.wrote_value)
    return "its value is " + std::to_string(after.value) + ", not " + std::to_string(before.value);
  if (sorted(before.touched) != sorted(after.touched)) return "it touches something else";
  return "";
}

std::string text_of(const Step& step) {
  return std::to_string(step.context) + " at \"" + step.site + "\"";
}

}  // namespace

CommutationCheck::Seen CommutationCheck::watch(Scheduler& scheduler) {
  Seen seen;
  Watching watching(scheduler, seen.enabled);
  seen.told = execute_(watching);
  return seen;
}

bool CommutationCheck::run(std::uint64_t seed, std::uint64_t executions) {
  std::uint64_t longest = 1;
  for (std::uint64_t i = 0; i < executions; ++i) {
    RandomWalk walk(seed, i);
    Pct pct(longest, 4, seed, i);
    const Seen seen = watch(i % 2 == 0 ? static_cast<Scheduler&>(walk) : pct);
    longest = std::max<std::uint64_t>(longest, seen.told.steps.size());
    for (std::size_t at = 0; at < seen.told.steps.size(); ++at)
      if (!try_pair(seen, at) || !try_others(seen, at)) return false;
  }
  return true;
}

// Whoever could have gone on as well does so next.  Where it stands is known by its last step.
bool CommutationCheck::try_others(const Seen& seen, std::size_t at) {
  const std::vector<Step>& steps = seen.told.steps;
  for (std::uint32_t other = 0; other < 64; ++other) {
    if (other == steps[at].context || (seen.enabled[at] & set_of(other)) == 0) continue;
    std::vector<Pick> picks;
    std::string stands = std::to_string(other);
    for (std::size_t i = 0; i < at; ++i) {
      picks.emplace_back(steps[i]);
      if (steps[i].context == other) stands = text_of(steps[i]);
    }
    if (tried_[text_of(steps[at]) + " | " + stands]++ >= pair_swaps_max) continue;
    picks.emplace_back(steps[at]);
    picks.emplace_back(other);
    Replay replay(picks);
    const Seen pair = watch(replay);
    if (!replay.astray() && !try_pair(pair, at)) return false;
  }
  return true;
}

bool CommutationCheck::try_pair(const Seen& seen, std::size_t first) {
  const std::vector<Step>& steps = seen.told.steps;
  // The step that ended it all is no pair's: after it there is nothing to compare.
  const std::size_t beside = seen.told.end == Explore::End::stopped ? 2 : 1;
  if (first + beside >= steps.size() || dependent(steps[first], steps[first + 1])) return true;
  if ((seen.enabled[first] & set_of(steps[first + 1].context)) == 0)
    return fail(seen, first, "the first lets the second go on");
  if (tried_[text_of(steps[first]) + text_of(steps[first + 1])]++ >= pair_swaps_max) return true;
  return swap(seen, first);
}

bool CommutationCheck::swap(const Seen& seen, std::size_t first) {
  std::vector<Step> expected = seen.told.steps;
  std::swap(expected[first], expected[first + 1]);
  std::vector<Pick> picks;
  for (const Step& step : expected) picks.emplace_back(step);
  Replay replay(picks);
  const Seen swapped = watch(replay);
  ++swaps_;
  const std::vector<Step>& steps = swapped.told.steps;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (i >= steps.size()) return fail(seen, first, "swapped, it ends sooner");
    if (const std::string what = difference(expected[i], steps[i]); !what.empty())
      return fail(
          seen, first,
          "swapped, step " + std::to_string(i) + " differs, " + text_of(expected[i]) + ": " + what);
    if (i > first + 1 && swapped.enabled[i] != seen.enabled[i])
      return fail(seen, first, "swapped, others can go on before step " + std::to_string(i));
  }
  if (swapped.told.end != seen.told.end || steps.size() != expected.size())
    return fail(seen, first, "swapped, it ends otherwise");
  if (swapped.told.outcome != seen.told.outcome)
    return fail(seen, first,
                "swapped, it ends as\n" + swapped.told.outcome + "not\n" + seen.told.outcome);
  return true;
}

bool CommutationCheck::fail(const Seen& seen, std::size_t first, const std::string& what) {
  const std::vector<Step>& steps = seen.told.steps;
  gap_ = "steps " + std::to_string(first) + " and " + std::to_string(first + 1) + ", of " +
         text_of(steps[first]) + " and " + text_of(steps[first + 1]) +
         ", touch nothing in common, but " + what + "; contexts:";
  for (const Step& step : steps) gap_ += " " + std::to_string(step.context);
  return false;
}

}  // namespace poolrace::sim
