// SPDX-License-Identifier: MIT
#include "experiments/rare/climb_runs.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/rare/misses.hpp"
#include "experiments/rare/sample.hpp"
#include "experiments/workers/engine_clock.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t counted_run = 600'000'000, counted_runs = 40;

// What so many plain runs draw at most.
sim::WordCounts words_of(const RareRequest& request, const Resolved& resolved, const Rounds& rounds,
                         int& interrupted) {
  sim::WordCounts out;
  const auto run = [&](std::int64_t number, std::string& record) {
    models::RunOptions one = run_options(request.options, resolved.variants.front(), number);
    sim::WordCounts counts;
    one.word_counts = &counts;
    models::run_machine(resolved.values(), one);
    nlohmann::json all = nlohmann::json::array();
    for (const auto& [who, words] : counts) all.push_back({who.first, who.second, words});
    record = all.dump();
    return engine_clock_lasts();
  };
  const auto add = [&](std::int64_t, const std::string& record) {
    for (const auto& one : nlohmann::json::parse(record)) {
      auto& most = out[{one[0].get<std::string>(), one[1].get<std::uint32_t>()}];
      most = std::max(most, one[2].get<std::uint64_t>());
    }
  };
  interrupted = rounds.run("words", counted_run, counted_runs, run, add);
  std::erase_if(out, [](const auto& stream) { return stream.second == 0; });
  return out;
}

}  // namespace

Ladder climb_runs(const RareRequest& request, const Resolved& resolved, const Rounds& rounds) {
  Ladder none;
  Climb what;
  what.seed = request.options.seed;
  what.words = words_of(request, resolved, rounds, none.interrupted);
  if (none.interrupted != 0) return none;
  what.clock_lasts = engine_clock_lasts;
  const WantedHarm wanted(request.kind);
  const auto delayers = models::delayers(resolved.values());
  what.miss = [&](std::int64_t run, const std::vector<sim::GivenWord>& words) {
    models::RunOptions one = run_options(request.options, resolved.variants.front(), run);
    one.words.insert(one.words.end(), words.begin(), words.end());
    MissWatcher watcher(wanted.corruption());
    one.watcher = &watcher;
    const models::RunResult result = models::run_machine(resolved.values(), one);
    if (wanted.in(result) != nullptr) return harmed;
    return watcher.nearest(delayers, sim::Streams(one.seed, one.run, one.words), result.simulated);
  };
  return climb(what, request.ladder, rounds);
}

}  // namespace poolrace::experiments
