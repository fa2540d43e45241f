// SPDX-License-Identifier: MIT
#include "experiments/rare/sample.hpp"

#include "experiments/rare/puts.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {
namespace {

std::vector<std::string> harms() {
  std::vector<std::string> out{"crash", "corruption"};
  for (const auto& info : models::kind_table) out.emplace_back(info.name);
  return out;
}

Ps end_of(const models::RunResult& result) {
  return result.simulated;
}

}  // namespace

WantedHarm::WantedHarm(const std::string& kind) {
  sim::require_known("poolrace rare: --kind", "kind", kind, harms());
  if (kind == "crash") harm_ = models::Harm::crash;
  if (kind == "corruption") harm_ = models::Harm::corruption;
  for (const auto& info : models::kind_table)
    if (kind == info.name) kind_ = info.kind;
}

const models::Violation* WantedHarm::in(const models::RunResult& result) const {
  const models::Violation* first = nullptr;
  for (const models::Violation& v : result.violations) {
    const bool wanted = harm_ == models::Harm::none
                            ? v.kind == kind_ && v.harm != models::Harm::none
                            : v.harm == harm_;
    if (wanted && (first == nullptr || v.at < first->at)) first = &v;
  }
  return first;
}

Sampler::Sampler(const CommonOptions& options, const Resolved& resolved, const std::string& kind)
    : options_(options),
      resolved_(resolved),
      wanted_(kind),
      delayers_(models::delayers(resolved.values())) {
  for (const models::Delayer& d : delayers_)
    laws_.emplace_back(1 / static_cast<double>(d.gap_mean), d.length_of);
}

// Of all kinds of delay on its CPU the last since its put began.
std::optional<Sampler::Explained> Sampler::explanation(const models::Violation& harm,
                                                       const sim::Streams& streams) const {
  if (harm.put_began == ps_never || harm.cpu == models::no_cpu) return std::nullopt;
  std::optional<Explained> last;
  for (std::size_t i = 0; i < delayers_.size(); ++i)
    for (const models::Delay& d :
         models::delays_until(delayers_[i], streams, harm.cpu, harm.at + 1))
      if (d.at >= harm.put_began && (!last || d.at >= last->at)) last = Explained{i, d.at};
  return last;
}

Sample Sampler::take(std::int64_t run, const std::vector<Proposal>& proposals) const {
  const std::string& variant = resolved_.variants.front();
  models::RunOptions options = run_options(options_, variant, run);
  const sim::Streams streams(options.seed, options.run, options.words);
  PutWatcher watcher;
  options.watcher = &watcher;
  const models::RunResult plain = models::run_machine(resolved_.values(), options);
  Sample out;
  if (const models::Violation* harm = wanted_.in(plain)) {
    out.hit = true;
    out.explained = explanation(*harm, streams).has_value();
  }
  Openings openings{watcher.openings(end_of(plain)), 0, end_of(plain),
                    static_cast<std::uint32_t>(resolved_.values().cpus)};
  options.watcher = nullptr;
  for (std::size_t i = 0; i < delayers_.size(); ++i) {
    sim::Stream stream =
        sim::Streams(options.seed, options.run).stream("rare delay", static_cast<unsigned>(i));
    Sample::More more{proposals[i].draw(openings, laws_[i], stream), false, {}};
    const auto words = models::one_more(delayers_[i], streams, more.inserted.cpu, more.inserted.at,
                                        more.inserted.rank);
    if (words) {
      more.words = *words;
      options.words = options_.words;
      options.words.insert(options.words.end(), words->begin(), words->end());
      const models::RunResult late = models::run_machine(resolved_.values(), options);
      if (const models::Violation* harm = wanted_.in(late)) {
        const auto why = explanation(*harm, sim::Streams(options.seed, options.run, options.words));
        const Ps off = why ? why->at - more.inserted.at : 0;  // gaps are as fine as words make them
        more.hit = why && why->delayer == i && -10 <= off && off <= 0;
      }
    }
    out.more.push_back(std::move(more));
  }
  return out;
}

}  // namespace poolrace::experiments
