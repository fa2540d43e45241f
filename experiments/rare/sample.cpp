// SPDX-License-Identifier: MIT
#include "experiments/rare/sample.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace poolrace::experiments {
namespace {

// Of one plain run: so few that a promise which is too small does not make a hit too heavy.
constexpr double least_runs = 0.1, most_runs = 16;

// In a put, beside where delays matter by the explorer's orders: about a put's length less, so that either is
// tried as often.
constexpr double share_elsewhere = 0.02;

// One program of the explorer's posts a page again, and machines have more ways to: all of a put may matter then.
bool is_posted_again(std::size_t stratum) {
  const std::size_t date = stratum / date_strata;
  return date == 1 || date == 2;
}

// So many more may be longer than any of those that were seen; of few nothing is known.
constexpr std::size_t unseen_longer = 3, least_lengths = 100;

}  // namespace

Sampler::Sampler(const CommonOptions& options, const Resolved& resolved, const std::string& kind,
                 const KnownWindows& windows)
    : options_(options),
      resolved_(resolved),
      wanted_(kind),
      windows_(windows),
      delayers_(models::delayers(resolved.values())) {
  for (const models::Delayer& d : delayers_) {
    const double per_ps = 1 / static_cast<double>(d.gap_mean);
    laws_.push_back(d.tick ? DelayLaw(per_ps, d.length_of(0)) : DelayLaw(per_ps, d.length_of));
  }
  lasting_ = laws_;
}

void Sampler::learn_ticks(std::vector<Ps> lengths) {
  for (std::size_t i = 0; i < delayers_.size(); ++i) {
    if (!delayers_[i].tick) continue;
    if (lengths.size() < least_lengths) {
      lasting_[i] = DelayLaw(laws_[i].per_ps(), [](std::uint64_t) { return ps_never; });
      continue;
    }
    std::sort(lengths.begin(), lengths.end());
    lengths.insert(lengths.end(), unseen_longer, 2 * lengths.back());
    lasting_[i] = DelayLaw(laws_[i].per_ps(), [lengths](std::uint64_t rank) {
      return lengths[rank / (~0ULL / lengths.size() + 1)];
    });
  }
}

// Of all delays on its CPU since its put began the longest, of two the later: a short one that falls
// into a long one explains nothing.
std::optional<Sampler::Explained> Sampler::explanation(const models::Violation& harm,
                                                       const sim::Streams& streams) const {
  if (harm.put_began == ps_never || harm.cpu == models::no_cpu) return std::nullopt;
  std::optional<Explained> longest;
  for (std::size_t i = 0; i < delayers_.size(); ++i)
    for (const models::Delay& d :
         models::delays_until(delayers_[i], streams, harm.cpu, harm.at + 1))
      if (d.at >= harm.put_began &&
          (!longest || std::tie(d.length, d.at) > std::tie(longest->length, longest->at)))
        longest = Explained{i, d.at, d.length};
  return longest;
}

Sample Sampler::take(std::int64_t run, const std::vector<WayProposal>& proposals) const {
  models::RunOptions options = run_options(options_, resolved_.variants.front(), run);
  UseWatcher watcher;
  options.watcher = &watcher;
  for (const Orders::Window& window : windows_.of_puts)
    options.hold_ups.push_back({window.ready_at, ps_never, 0});
  const models::RunResult plain = models::run_machine(resolved_.values(), options);
  options.watcher = nullptr;
  options.hold_ups.clear();
  Sample out;
  out.simulated = plain.simulated;
  out.packets = static_cast<std::int64_t>(plain.packets);
  if (const models::Violation* harm = wanted_.in(plain)) {
    const sim::Streams streams(options.seed, options.run, options.words);
    out.hit = true;
    out.explained = explanation(*harm, streams).has_value();
    out.of_put = harm->put_began != ps_never;
  }
  out.ended_otherwise = plain.crashed && !out.hit;
  if (!options.stalls.empty()) out.sites = plain.sites;
  const Ps end = plain.simulated;
  out.nearest =
      watcher.nearest(end, delays_of(sim::Streams(options.seed, options.run, options.words), end));
  const auto cpus = static_cast<std::uint32_t>(resolved_.values().cpus);
  const auto stretches = stretches_of(plain, watcher);
  const std::vector<Opening> exposed = watcher.openings_of(stretches, end);
  out.interruptions = watcher.interruptions();
  Ps nearest = ps_never;
  for (const Opening& o : exposed)
    if (o.to >= watcher.looked_at_from() && o.beyond - o.to < nearest) {
      nearest = o.beyond - o.to;
      out.stretch = o.to - o.from;
    }
  Openings openings{exposed, 0, end, cpus};
  for (Opening& o : watcher.openings(end)) {
    o.matters = !knows_windows() || (windows_.of_rewritten && is_posted_again(o.stratum));
    if (!o.matters) o.share = share_elsewhere;
    openings.openings.push_back(o);
  }
  for (std::size_t i = 0; knows_windows() && i < delayers_.size(); ++i)
    out.exposures.push_back(exposure(exposed, lasting_[i]));
  for (std::size_t i = 0; i < proposals.size(); ++i)
    out.ways.push_back(way(i, options, openings, proposals[i]));
  return out;
}

// From the windows' first step on, until the use that would be late, as far as it goes: two may be of one.
std::vector<UseWatcher::Stretch> Sampler::stretches_of(const models::RunResult& run,
                                                       const UseWatcher& watcher) const {
  std::map<std::pair<std::size_t, Ps>, Ps> ready;  // by use and its put's beginning: the first
  for (const models::PutPassing& p : run.put_passings) {
    const Orders::Window& window = windows_.of_puts[p.hold_up];
    const auto use = use_of(window.kind, window.site);
    if (use) ready.try_emplace({*use, p.put_began}, p.at);
  }
  std::vector<UseWatcher::Stretch> out;
  if (windows_.of_walk) out = watcher.returns();
  for (const auto& [of, from] : ready) out.push_back({of.first, of.second, from});
  return out;
}

UseWatcher::Delays Sampler::delays_of(const sim::Streams& streams, Ps end) const {
  UseWatcher::Delays out;
  for (const models::Delayer& d : delayers_)
    for (models::CpuId cpu = 0; !d.tick && cpu < resolved_.values().cpus; ++cpu) {
      const auto more = models::delays_until(d, streams, cpu, end);
      out[cpu].insert(out[cpu].end(), more.begin(), more.end());
    }
  return out;
}

// As many more runs as this one promises: a whole number by chance, that many on average.
Sample::Way Sampler::way(std::size_t delayer, const models::RunOptions& plain,
                         const Openings& openings, const WayProposal& proposal) const {
  sim::Stream stream =
      sim::Streams(plain.seed, plain.run).stream("rare delay", static_cast<unsigned>(delayer));
  const RunProposal here(openings, laws_[delayer], proposal.proposal);
  Sample::Way out{here.promise(), 1, {}};
  if (proposal.runs_by_promise > 0)
    out.expected = std::clamp(proposal.runs_by_promise * here.promise(), least_runs, most_runs);
  const double draw = stream.uniform();
  for (double left = out.expected; left > draw; left -= 1)
    out.more.push_back(more(delayer, plain, here.draw(stream)));
  return out;
}

Sample::More Sampler::more(std::size_t delayer, const models::RunOptions& plain,
                           const Inserted& inserted) const {
  const bool long_enough = inserted.needs < lasting_[delayer].length_of(~0ULL);
  Sample::More out;
  out.inserted = inserted;
  out.could = inserted.matters && long_enough;
  const sim::Streams streams(plain.seed, plain.run, plain.words);
  const auto words =
      models::one_more(delayers_[delayer], streams, inserted.cpu, inserted.at, inserted.rank);
  if (!words) return out;  // stolen then anyhow
  out.words = *words;
  models::RunOptions options = plain;
  options.words.insert(options.words.end(), words->begin(), words->end());
  const models::RunResult late = models::run_machine(resolved_.values(), options);
  const models::Violation* harm = wanted_.in(late);
  out.harmed = harm != nullptr;
  if (harm == nullptr) return out;
  const sim::Streams given(options.seed, options.run, options.words);
  const auto why = explanation(*harm, given);
  // Dates are as fine as words make them: it stands where the last one up to its date does.
  const auto placed =
      models::delays_until(delayers_[delayer], given, inserted.cpu, inserted.at + 1);
  out.hit =
      why && why->delayer == delayer && why->at == placed.back().at && harm->cpu == inserted.cpu;
  return out;
}

}  // namespace poolrace::experiments
