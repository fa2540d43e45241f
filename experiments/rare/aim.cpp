// SPDX-License-Identifier: MIT
#include "experiments/rare/aim.hpp"

#include <algorithm>

#include "models/drawn.hpp"
#include "models/parameters.hpp"
#include "sim/chance/weighted_pick.hpp"

namespace poolrace::experiments {

namespace {

constexpr Ps window_length = 100 * ps_per_us, grid = 7 * ps_per_us;
constexpr Ps near_enough = 16 * ps_per_ns, two_pages = 4 * ps_per_us;
constexpr double shots_a_meeting = 3;
constexpr double blind_shots = 0.5;     // of a window, beside those
constexpr Ps a_page = 500 * ps_per_ns;  // less than the drain takes for one
constexpr double closed_share = 0.3;
constexpr double even_windows = 0.2;

template <class Meetings>
double shares_of(const Meetings& meetings) {
  double out = 0;
  for (const auto& m : meetings) out += m.share;
  return out;
}

}  // namespace

Aimer::Aimer(const Sampler& sampler, const HoldAimer& by_hold)
    : sampler_(sampler), by_hold_(by_hold), jiffy_(ps_per_s / sampler.values().hz) {}

WatchedRun Aimer::at_phase(std::int64_t run, Ps phase, bool drain_only) const {
  const char* name = models::drawn::teardown_phase;
  return watched_run(sampler_, run, {{name, 0, 0, models::word_of_phase(name, jiffy_, phase)}},
                     drain_only);
}

// By how much each put's use comes after the drain's end.
const Aimer::Uses& Aimer::after_drain(std::int64_t run, Ps phase, ByPhase& known) const {
  const auto [at, unknown] = known.try_emplace(phase);
  if (!unknown) return at->second;
  const WatchedRun seen = at_phase(run, phase, true);
  const Ps drain = seen.watcher.drain_end();
  if (drain != ps_never)
    for (const auto& [order, use] : seen.watcher.uses())
      at->second[order] = {use - drain, !by_hold_.moved(seen.watcher, order)};
  return at->second;
}

// Between two phases; none if they do not change their order there.  By halves.  A drain that just misses
// the put's page ends a page earlier; one that sees it and is before the use all the same is what we
// look for.
std::optional<Aimer::Meeting> Aimer::meeting(std::int64_t run, std::uint64_t order, Ps early,
                                             Ps late, ByPhase& known) const {
  const auto after = [&](Ps phase) {
    const Uses& uses = after_drain(run, phase, known);
    const auto use = uses.find(order);
    return use == uses.end() ? ps_never : use->second.after;
  };
  Ps before = after(early);
  const Ps last = after(late);
  if (before == ps_never || before <= 0 || last > 0) return std::nullopt;
  while (late - early > near_enough) {
    const Ps middle = (early + late) / 2, here = after(middle);
    if (here == ps_never) return std::nullopt;
    (here > 0 ? early : late) = middle;
    if (here > 0) before = here;
  }
  return Meeting{(early + late) / 2, before < a_page ? 1 : closed_share};
}

// Where they would meet if the drain moved with the teardown, seen from either end of a part of the window;
// which it does, but where what the NIC has still to hand up waits for another interrupt.  A drain that
// does not see the put's page yet ends up to two pages earlier.
std::vector<Aimer::Meeting> Aimer::meetings(std::int64_t run, Window window) const {
  std::vector<Meeting> out;
  ByPhase known;
  std::map<std::uint64_t, Ps> found;  // by order, the last
  const auto seek = [&](std::uint64_t order, Ps early, Ps late) {
    const auto before = found.find(order);
    if (before != found.end() && early - two_pages < before->second) return;
    early = std::max(early, window.from), late = std::min(late, window.to - 1);
    if (early >= late) return;
    if (const auto meets = meeting(run, order, early, late, known)) {
      out.push_back(*meets);
      found[order] = meets->phase;
    }
  };
  for (Ps early = window.from; early < window.to - 1; early += grid) {
    const Ps late = std::min(early + grid, window.to - 1);
    const Uses from = after_drain(run, early, known), to = after_drain(run, late, known);
    for (const auto& [order, use] : from)
      if (use.ours && use.after > 0 && use.after <= late - early + two_pages) {
        const Ps middle = early + use.after - two_pages / 3;
        seek(order, std::max(early, middle - two_pages), middle);
        seek(order, middle, middle + two_pages / 2);
      }
    for (const auto& [order, use] : to)
      if (use.ours && use.after <= 0 && -use.after <= late - early)
        seek(order, late + use.after - two_pages / 2, late + use.after + two_pages / 8);
  }
  return out;
}

double Aimer::density(Ps phase, Window window, const std::vector<Meeting>& meetings,
                      const AimProposal& proposal) const {
  const double even = meetings.empty() ? 1 : proposal.even;
  const double all_meetings = shares_of(meetings);
  double out = even / static_cast<double>(window.to - window.from);
  for (const Meeting& m : meetings)
    out += (1 - even) * m.share / all_meetings * proposal.density(phase - m.phase);
  return out;
}

Shot Aimer::shoot(std::int64_t run, Window window, const std::vector<Meeting>& meetings,
                  const AimProposal& proposal, sim::Stream& stream) const {
  Shot out;
  Ps phase = window.from +
             static_cast<Ps>(stream.below(static_cast<std::uint64_t>(window.to - window.from)));
  if (!meetings.empty() && stream.uniform() >= proposal.even) {
    std::vector<double> shares;
    for (const Meeting& m : meetings) shares.push_back(m.share);
    out.bin = proposal.draw_bin(stream);
    phase = meetings[sim::weighted_pick(shares, shares_of(meetings), stream)].phase +
            proposal.draw(out.bin, stream);
  }
  if (phase < window.from || phase >= window.to) return out;  // another window's
  const WatchedRun seen = at_phase(run, phase, false);
  const models::Violation* harm = unexplained_harm(sampler_, seen);
  if (harm == nullptr || by_hold_.moved(seen.watcher, *harm)) return out;
  out.hit = true;
  out.words = {seen.options.words.back()};
  out.weight = window.per_ps / density(phase, window, meetings, proposal);
  return out;
}

// Evenly, and as many more as puts of ours are used where the drain would then end.
std::vector<double> Aimer::window_chances(const WatchedRun& plain) const {
  const auto windows = static_cast<std::size_t>(std::max<Ps>(1, jiffy_ / window_length));
  const Ps length = jiffy_ / static_cast<Ps>(windows);
  const sim::Streams streams(plain.options.seed, plain.options.run, plain.options.words);
  const Ps phase = static_cast<Ps>(
      streams.stream(models::drawn::teardown_phase).below(static_cast<std::uint64_t>(jiffy_)));
  std::vector<double> out(windows, 0);
  double puts = 0;
  if (const Ps drain = plain.watcher.drain_end(); drain != ps_never)
    for (const auto& [order, use] : plain.watcher.uses()) {
      const Ps then = phase + use - drain;
      if (by_hold_.moved(plain.watcher, order) || then < 0 || then >= jiffy_) continue;
      out[std::min(windows - 1, static_cast<std::size_t>(then / length))] += 1;
      ++puts;
    }
  for (double& chance : out)
    chance = (puts > 0 ? (1 - even_windows) * chance / puts : 0) +
             (puts > 0 ? even_windows : 1) / static_cast<double>(windows);
  return out;
}

// Windows of one run, whose traffic is the same in all.
std::vector<Shot> Aimer::take(std::int64_t run, const WatchedRun& plain,
                              const AimProposal& proposal, int windows) const {
  sim::Stream stream = sim::Streams(plain.options.seed, plain.options.run).stream("rare aim");
  std::vector<Shot> out;
  if (windows == 0) return out;
  const std::vector<double> chances = window_chances(plain);
  const Ps length = jiffy_ / static_cast<Ps>(chances.size());
  for (int i = 0; i < windows; ++i) {
    const std::size_t which = sim::weighted_pick(chances, 1, stream);
    const Ps from = static_cast<Ps>(which) * length;
    const Ps to = which + 1 == chances.size() ? jiffy_ : from + length;
    shoot_at_window(run, {from, to, 1 / chances[which] / static_cast<double>(jiffy_)}, proposal,
                    stream, out);
  }
  for (Shot& shot : out) shot.weight /= windows;
  return out;
}

void Aimer::shoot_at_window(std::int64_t run, Window window, const AimProposal& proposal,
                            sim::Stream& stream, std::vector<Shot>& out) const {
  const auto found = meetings(run, window);
  const double expected = blind_shots + shots_a_meeting * shares_of(found);
  for (double left = expected; left > 0 && (left >= 1 || stream.uniform() < left); left -= 1) {
    out.push_back(shoot(run, window, found, proposal, stream));
    out.back().weight /= expected;
  }
}

}  // namespace poolrace::experiments
