// SPDX-License-Identifier: MIT
#include "experiments/rare/hold_ups.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/rare/known_windows.hpp"
#include "experiments/workers/engine_clock.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

constexpr std::int64_t enough_runs = hold_up_runs, enough_harmed = 20;
constexpr Ps far_less = 3;

// Null: nothing was looked for.
json packed(const FoundHoldUp& found) {
  return {{"length", found.length},
          {"came", found.came},
          {"least of itself", found.least_of_itself},
          {"of itself", found.of_itself},
          {"tried", found.tried}};
}

FoundHoldUp unpacked(const json& from) {
  return {{},           from["length"], from["came"], from["least of itself"], from["of itself"],
          from["tried"]};
}

json of_all_windows(const Sampler& sampler, std::int64_t run,
                    const std::vector<Orders::Window>& windows) {
  json found = json::array();
  for (auto window = windows.begin(); window != windows.end(); ++window) {
    const auto same = std::find_if(windows.begin(), window, [&](const Orders::Window& w) {
      return is_held_up_for(w) && w.ready_at == window->ready_at &&
             w.held_up_at == window->held_up_at;
    });
    if (!is_held_up_for(*window))
      found.push_back(nullptr);
    else if (same != window)
      found.push_back(found[static_cast<std::size_t>(same - windows.begin())]);
    else
      found.push_back(packed(shortest_hold_up(sampler, run, *window)));
  }
  return found;
}

}  // namespace

void HoldUps::add(const FoundHoldUp& found) {
  ++runs;
  harmed += found.length != ps_never;
  came += found.came;
  tried += found.tried;
  runs_tried += found.tried > 0;
  shortest = std::min(shortest, found.length);
  least_of_itself = std::min(least_of_itself, found.least_of_itself);
  of_itself = std::max(of_itself, found.of_itself);
}

bool HoldUps::out_of_reach(Ps delay) const {
  if (harmed == 0) return runs >= enough_runs && (came == 0 || runs_tried >= enough_harmed);
  return harmed >= enough_harmed && shortest > far_less * (of_itself - least_of_itself) + delay;
}

int find_hold_ups(const Rounds& rounds, const Sampler& sampler,
                  const std::vector<Orders::Window>& windows, std::vector<HoldUps>& out) {
  std::vector<HoldUps> all(windows.size());
  const int interrupted = rounds.run(
      "hold-ups", 0, hold_up_runs,
      [&](std::int64_t run, std::string& record) {
        record = of_all_windows(sampler, run, windows).dump();
        return engine_clock_lasts();
      },
      [&all](std::int64_t, const std::string& record) {
        const json found = json::parse(record);
        for (std::size_t i = 0; i < all.size(); ++i)
          if (!found[i].is_null()) all[i].add(unpacked(found[i]));
      });
  if (interrupted == 0) out = std::move(all);
  return interrupted;
}

}  // namespace poolrace::experiments
