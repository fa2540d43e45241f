// SPDX-License-Identifier: MIT
#include "experiments/rare/climb_runs.hpp"

#include "experiments/rare/misses.hpp"
#include "experiments/rare/sample.hpp"
#include "experiments/workers/engine_clock.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

Ladder climb_runs(const RareRequest& request, const Resolved& resolved, const Rounds& rounds) {
  Climb what;
  what.seed = request.options.seed;
  what.clock_lasts = engine_clock_lasts;
  const WantedHarm wanted(request.kind);
  const auto delayers = models::delayers(resolved.values());
  what.reach = [&](std::int64_t run, const std::vector<sim::GivenWord>& words) {
    Reached out;
    models::RunOptions one = run_options(request.options, resolved.variants.front(), run);
    one.words.insert(one.words.end(), words.begin(), words.end());
    MissWatcher watcher(wanted.corruption());
    one.watcher = &watcher;
    one.word_counts = &out.drawn;
    const models::RunResult result = models::run_machine(resolved.values(), one);
    const sim::Streams streams(one.seed, one.run, one.words);
    out.miss = wanted.in(result) != nullptr ? harmed
                                            : watcher.nearest(delayers, streams, result.simulated);
    return out;
  };
  return climb(what, request.ladder, rounds);
}

}  // namespace poolrace::experiments
