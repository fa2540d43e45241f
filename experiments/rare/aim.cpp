// SPDX-License-Identifier: MIT
#include "experiments/rare/aim.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "models/drawn.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

using models::Event;
using models::PageStage;

namespace {

constexpr Ps burst_gap = 50 * ps_per_us;  // between the ends of two drains
constexpr Ps window_length = 100 * ps_per_us, grid = 13 * ps_per_us;
constexpr Ps near_enough = 16 * ps_per_ns, two_pages = 4 * ps_per_us;
constexpr double shots_a_meeting = 3;
constexpr double blind_shots = 0.1;     // of a window, beside those
constexpr Ps a_page = 500 * ps_per_ns;  // less than the drain takes for one
constexpr double closed_share = 0.3;
constexpr Ps first_bin = 16 * ps_per_ns;

double sum_of(const std::vector<double>& all) {
  return std::accumulate(all.begin(), all.end(), 0.0);
}

template <class Meetings>
double shares_of(const Meetings& meetings) {
  double out = 0;
  for (const auto& m : meetings) out += m.share;
  return out;
}

double uniform(sim::Stream& stream) {
  return static_cast<double>(stream.u64() >> 11) * 0x1p-53;
}

std::size_t pick(const std::vector<double>& shares, sim::Stream& stream) {
  double left = uniform(stream) * sum_of(shares);
  std::size_t out = 0;
  for (; out + 1 < shares.size() && left >= shares[out]; ++out) left -= shares[out];
  return out;
}

}  // namespace

AimBin aim_bin(std::size_t bin) {
  const std::size_t out = bin % aim_bins_a_side;
  const Ps far = first_bin << out, near = out == 0 ? 0 : far / 2;
  return bin < aim_bins_a_side ? AimBin{-far, -near} : AimBin{near, far};
}

void AimWatcher::see(const models::Seen& s) {
  PutWatcher::see(s);
  if (drain_only_ && !drained_.empty() && s.at > drained_.back() + 2 * burst_gap) enough_ = true;
  of_put_.resize(puts_.size());
  const auto under_way = under_way_.find(s.context);
  const bool in_put = under_way != under_way_.end() && !under_way->second.empty();
  if (s.what == Event::page) {
    const auto stage = static_cast<PageStage>(s.value);
    stage_[s.who] = stage;
    if (stage == PageStage::stack) taken_[s.who] = ++order_;
    if (stage == PageStage::put && in_put) of_put_[under_way->second.back()] = taken_[s.who];
  }
  if (s.what == Event::synced && in_put) synced_[under_way->second.back()] = s.at;
  // A page is in the ring before its put says so, at its end.
  if (s.what == Event::unmapped && !in_put && stage_[s.who] >= PageStage::put)
    drained_.push_back(s.at);
}

std::map<std::uint64_t, Ps> AimWatcher::uses() const {
  std::map<std::uint64_t, Ps> out;
  for (std::size_t i = 0; i < puts_.size(); ++i) {
    if (of_put_[i] == 0) continue;
    const auto synced = synced_.find(i);
    const Ps use = synced != synced_.end() ? synced->second : puts_[i].to;
    if (use != ps_never) out[of_put_[i]] = use;
  }
  return out;
}

Ps AimWatcher::drain_end() const {
  for (std::size_t i = 0; i < drained_.size(); ++i)
    if (i + 1 == drained_.size() || drained_[i + 1] - drained_[i] > burst_gap) return drained_[i];
  return ps_never;
}

Aimer::Aimer(const Sampler& sampler) : sampler_(sampler), jiffy_(ps_per_s / sampler.values().hz) {}

Aimer::Seen Aimer::at_phase(std::int64_t run, Ps phase, bool drain_only) const {
  Seen out{AimWatcher(drain_only), {}, sampler_.run(run)};
  const char* name = models::drawn::teardown_phase;
  out.options.words.push_back({name, 0, 0, models::word_of_phase(name, jiffy_, phase)});
  out.options.watcher = &out.watcher;
  out.result = models::run_machine(sampler_.values(), out.options);
  out.options.watcher = nullptr;
  return out;
}

// By how much each put's use comes after the drain's end.
const Aimer::Uses& Aimer::after_drain(std::int64_t run, Ps phase, ByPhase& known) const {
  const auto [at, unknown] = known.try_emplace(phase);
  if (!unknown) return at->second;
  const Seen seen = at_phase(run, phase, true);
  const Ps drain = seen.watcher.drain_end();
  if (drain != ps_never)
    for (const auto& [order, use] : seen.watcher.uses()) at->second[order] = use - drain;
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
    return use == uses.end() ? ps_never : use->second;
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
    for (const auto& [order, after] : from)
      if (after > 0 && after <= late - early + two_pages) {
        const Ps middle = early + after - two_pages / 3;
        seek(order, std::max(early, middle - two_pages), middle);
        seek(order, middle, middle + two_pages / 2);
      }
    for (const auto& [order, after] : to)
      if (after <= 0 && -after <= late - early)
        seek(order, late + after - two_pages / 2, late + after + two_pages / 8);
  }
  return out;
}

double Aimer::density(Ps phase, Window window, const std::vector<Meeting>& meetings,
                      const AimProposal& proposal) const {
  const double even = meetings.empty() ? 1 : proposal.even;
  const double all_bins = sum_of(proposal.shares), all_meetings = shares_of(meetings);
  double out = even / static_cast<double>(window.to - window.from);
  for (const Meeting& m : meetings)
    for (std::size_t bin = 0; bin < aim_bins; ++bin) {
      const auto [from, to] = aim_bin(bin);
      if (phase >= m.phase + from && phase < m.phase + to)
        out += (1 - even) * m.share / all_meetings * proposal.shares[bin] / all_bins /
               static_cast<double>(to - from);
    }
  return out;
}

Shot Aimer::shoot(std::int64_t run, Window window, const std::vector<Meeting>& meetings,
                  const AimProposal& proposal, sim::Stream& stream) const {
  Shot out;
  Ps phase = window.from +
             static_cast<Ps>(stream.below(static_cast<std::uint64_t>(window.to - window.from)));
  if (!meetings.empty() && uniform(stream) >= proposal.even) {
    std::vector<double> shares;
    for (const Meeting& m : meetings) shares.push_back(m.share);
    out.bin = pick(proposal.shares, stream);
    const auto [from, to] = aim_bin(out.bin);
    phase = meetings[pick(shares, stream)].phase + from;
    phase += static_cast<Ps>(stream.below(static_cast<std::uint64_t>(to - from)));
  }
  if (phase < window.from || phase >= window.to) return out;  // another window's
  const Seen seen = at_phase(run, phase, false);
  const models::Violation* harm = sampler_.wanted().in(seen.result);
  if (harm == nullptr) return out;
  const sim::Streams streams(seen.options.seed, seen.options.run, seen.options.words);
  if (sampler_.explained(*harm, streams)) return out;
  out.hit = true;
  out.words = {seen.options.words.back()};
  out.weight = window.per_ps / density(phase, window, meetings, proposal);
  return out;
}

// Windows of one run, whose traffic is the same in all.
std::vector<Shot> Aimer::take(std::int64_t run, const AimProposal& proposal, int windows) const {
  const models::RunOptions plain = sampler_.run(run);
  sim::Stream stream = sim::Streams(plain.seed, plain.run).stream("rare aim");
  std::vector<Shot> out;
  for (int i = 0; i < windows; ++i) shoot_at_window(run, proposal, stream, out);
  for (Shot& shot : out) shot.weight /= windows;
  return out;
}

void Aimer::shoot_at_window(std::int64_t run, const AimProposal& proposal, sim::Stream& stream,
                            std::vector<Shot>& out) const {
  const Ps windows = std::max<Ps>(1, jiffy_ / window_length), length = jiffy_ / windows;
  const Ps which = static_cast<Ps>(stream.below(static_cast<std::uint64_t>(windows)));
  const Window window{which * length, which + 1 == windows ? jiffy_ : (which + 1) * length,
                      static_cast<double>(windows) / static_cast<double>(jiffy_)};
  const auto found = meetings(run, window);
  const double expected = blind_shots + shots_a_meeting * shares_of(found);
  for (double left = expected; left > 0 && (left >= 1 || uniform(stream) < left); left -= 1) {
    out.push_back(shoot(run, window, found, proposal, stream));
    out.back().weight /= expected;
  }
}

}  // namespace poolrace::experiments
