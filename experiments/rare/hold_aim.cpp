// SPDX-License-Identifier: MIT
#include "experiments/rare/hold_aim.hpp"

#include <cstdlib>
#include <numeric>

#include "models/drawn.hpp"
#include "models/parameters.hpp"
#include "sim/chance/weighted_pick.hpp"

namespace poolrace::experiments {

namespace {

constexpr Ps for_ever = 1'000'000 * ps_per_s;
constexpr Ps usual_lag = 10 * ps_per_us;  // from a hold's end to its page's use
constexpr Ps even_half = ps_per_ms;       // of the stretch that is drawn from now and then
constexpr int shots_a_run = 3, tries = 8;
constexpr Ps just_before = 100 * ps_per_ns, step_back = 4 * ps_per_us;
constexpr double least_share = 1e-3;  // of the mean: of holds that seem never to end then

}  // namespace

HoldAimer::HoldAimer(const Sampler& sampler)
    : sampler_(sampler),
      law_(sampler.values().hold),
      dates_are_draws_(law_.has_density() && sampler.values().rx_buffer > models::page_bytes / 2) {}

bool HoldAimer::moves(const DrainWatcher::Hold& hold) const {
  return hold.ends_in_task && dates_are_draws_;
}

bool HoldAimer::moved(const DrainWatcher& watcher, std::uint64_t order) const {
  const auto hold = watcher.holds().find(order);
  return hold != watcher.holds().end() && moves(hold->second) && watcher.prompt(order);
}

bool HoldAimer::moved(const DrainWatcher& watcher, const models::Violation& harm) const {
  return watcher.at_first_drain(harm.at) && moved(watcher, watcher.order_of(harm));
}

HoldAimer::Candidate HoldAimer::choose(const DrainWatcher& watcher, sim::Stream& stream) const {
  const Ps wanted = watcher.drain_end() - usual_lag;
  std::vector<Candidate> all;
  std::vector<double> weights;
  for (const auto& [order, hold] : watcher.holds()) {
    if (!moves(hold)) continue;
    all.push_back({order, hold});
    weights.push_back(law_.density(hold.law, hold.age, wanted - hold.from));
  }
  if (all.empty()) return {};
  const double mean =
      std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(all.size());
  for (double& w : weights) w += mean > 0 ? least_share * mean : 1;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const std::size_t chosen = sim::weighted_pick(weights, sum, stream);
  all[chosen].chance = weights[chosen] / sum;
  return all[chosen];
}

WatchedRun HoldAimer::with_hold(std::int64_t run, const Candidate& c, Ps hold) const {
  return watched_run(sampler_, run,
                     {{models::drawn::holds, 0, c.order, static_cast<std::uint64_t>(hold)}}, true);
}

// By how much its page is used before the drain ends; below 0: after it, or never.
Ps HoldAimer::early_by(std::int64_t run, const Candidate& c, Ps hold) const {
  const WatchedRun seen = with_hold(run, c, hold);
  const auto uses = seen.watcher.uses();
  const auto use = uses.find(c.order);
  return use == uses.end() ? -1 : seen.watcher.drain_end() - use->second;
}

// Until when it can be held so that the drain still sees its page, and its use comes as the drain ends.  A
// drain that does not see it ends a page earlier, so this is sought from below, where a run tells by how
// much the use came too early: the put goes with its hold.  Where it does not, by halves.
Ps HoldAimer::meeting(std::int64_t run, const Candidate& c, Ps drain_end) const {
  Ps hold = drain_end - usual_lag - c.hold.from, early = 0, late = ps_never, meets = hold;
  for (int i = 0; i < tries && hold > 0; ++i) {
    const Ps by = early_by(run, c, hold);
    if (by <= 0) {
      late = hold;
      hold = early > 0 ? (early + late) / 2 : hold - step_back;
      continue;
    }
    early = hold, meets = hold + by;
    if (by <= 2 * just_before) break;
    hold = meets - just_before < late ? meets - just_before : (early + late) / 2;
  }
  return meets;
}

Shot HoldAimer::shoot(std::int64_t run, const Candidate& c, Ps meeting, const AimProposal& proposal,
                      sim::Stream& stream) const {
  Shot out;
  Ps from_meeting = 0;
  if (stream.uniform() < proposal.even) {
    from_meeting = stream.between(-even_half, even_half);
  } else {
    out.bin = proposal.draw_bin(stream);
    from_meeting = proposal.draw(out.bin, stream);
  }
  const Ps hold = meeting + from_meeting;
  const double likely = law_.density(c.hold.law, c.hold.age, hold);
  if (likely <= 0) return out;
  const WatchedRun seen = with_hold(run, c, hold);
  const models::Violation* harm = unexplained_harm(sampler_, seen);
  if (harm == nullptr || seen.watcher.order_of(*harm) != c.order || !moved(seen.watcher, *harm))
    return out;
  const bool in_stretch = from_meeting >= -even_half && from_meeting <= even_half;
  const double drawn = (1 - proposal.even) * proposal.density(from_meeting) +
                       (in_stretch ? proposal.even / (2 * even_half + 1) : 0);
  out.hit = true;
  out.words = {seen.options.words.back()};
  out.weight = likely / drawn / c.chance;
  return out;
}

std::vector<Shot> HoldAimer::take(std::int64_t run, const WatchedRun& plain,
                                  const AimProposal& proposal) const {
  sim::Stream stream = sim::Streams(plain.options.seed, plain.options.run).stream("rare hold");
  if (plain.watcher.drain_end() == ps_never) return {};
  const Candidate chosen = choose(plain.watcher, stream);
  if (chosen.order == 0) return {};
  const Ps drain_end = with_hold(run, chosen, for_ever).watcher.drain_end();
  if (drain_end == ps_never) return {};
  const Ps meets = meeting(run, chosen, drain_end);
  std::vector<Shot> out;
  for (int i = 0; i < shots_a_run; ++i) {
    out.push_back(shoot(run, chosen, meets, proposal, stream));
    out.back().weight /= shots_a_run;
  }
  return out;
}

}  // namespace poolrace::experiments
