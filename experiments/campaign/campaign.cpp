// SPDX-License-Identifier: MIT
#include "experiments/campaign/campaign.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>

#include "experiments/campaign/record.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/workers/crash_hook.hpp"
#include "experiments/workers/progress.hpp"
#include "experiments/workers/workers.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/nearest.hpp"
#include "sim/trace.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::experiments {

namespace {

constexpr Ps fresh_process_after = 1500 * ps_per_s;  // of SimGrid's clock; it must not pass 2000 s

void add_kinds(VariantSummary& sum, std::int64_t run, const models::RunResult& result) {
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    const models::KindCount& count = result.kinds[i];
    KindSummary& kind = sum.kinds[i];
    kind.misuse_runs += count.misuse > 0;
    kind.harm_runs += count.harm > 0;
    if (count.harm > 0 && kind.first_harm_run < 0) kind.first_harm_run = run;
    kind.put_before_unmap += static_cast<std::int64_t>(count.put_before_unmap);
    kind.put_after_unmap += static_cast<std::int64_t>(count.put_after_unmap);
    if (result.exposure[i] >= 0) kind.exposures.push_back(result.exposure[i]);
  }
  for (const models::Violation& v : result.violations) {
    if (v.harm != models::Harm::none && sum.first_harm.run < 0) sum.first_harm = {run, v};
    const bool seen = std::any_of(sum.first_of_kind.begin(), sum.first_of_kind.end(),
                                  [&v](const FirstHarm& f) { return f.violation.kind == v.kind; });
    if (!seen) sum.first_of_kind.push_back({run, v});
  }
}

void add_run(VariantSummary& sum, std::int64_t run, const models::RunResult& result) {
  ++sum.runs;
  sum.crashed += result.crashed;
  sum.corrupted += result.corrupted;
  sum.leaked += result.leaked;
  sum.stalled += result.stalled;
  add_kinds(sum, run, result);
  if (result.teardown != ps_never) {
    sum.teardown_ns.push_back(result.teardown / ps_per_ns);
    sum.grace_us += static_cast<double>(result.grace) / ps_per_us;
    sum.teardown_total_us += static_cast<double>(result.teardown) / ps_per_us;
  }
  if (result.destroy != ps_never) sum.destroy_ns.push_back(result.destroy / ps_per_ns);
  sum.packets += result.packets;
  sum.all_packets += result.all_packets;
  sum.dropped += result.dropped;
  sum.events += result.events;
  sum.ties += result.ties;
  sum.sync_ns += static_cast<double>(result.sync) / ps_per_ns;
  sum.guard_ns += static_cast<double>(result.guard) / ps_per_ns;
  sum.cpu_ns += static_cast<double>(result.cpu_busy) / ps_per_ns;
  sum.cpu_ns_by_run.push_back(static_cast<double>(result.cpu_busy) / ps_per_ns);
  sum.packets_by_run.push_back(static_cast<double>(result.packets));
  sum.fingerprint = sim::fold(sum.fingerprint, result.fingerprint);
}

// A stall at a site that no run passed is a slip of the pen, not a result.
void check_stalls(const CommonOptions& options, const std::set<std::string>& sites) {
  const std::vector<std::string> known(sites.begin(), sites.end());
  for (const Stall& stall : options.stalls)
    if (!sites.contains(stall.site))
      throw ConfigError(
          "--stall: no run passed a site '" + stall.site + "'" +
          sim::known_hint(stall.site, known, "poolrace replay, which tells a run's sites"));
}

}  // namespace

void tell_idle_stalls(const CommonOptions& options, const std::vector<std::string>& sites) {
  for (const Stall& stall : options.stalls)
    if (std::find(sites.begin(), sites.end(), stall.site) == sites.end())
      std::cerr << "this run passed no site '" << stall.site << "'"
                << sim::nearest_hint(stall.site, sites) << ": its stall delayed nobody\n";
}

models::RunOptions run_options(const CommonOptions& options, const std::string& variant,
                               std::int64_t run) {
  models::RunOptions out;
  out.variant = variant;
  out.world = options.world == "reference" ? sim::WorldKind::reference : sim::WorldKind::timed;
  out.seed = options.seed;
  out.run = static_cast<std::uint64_t>(run);
  for (const Stall& stall : options.stalls) out.stalls.emplace_back(stall.site, stall.duration);
  out.faults = options.faults;
  return out;
}

std::string replay_string(const Resolved& resolved, const CommonOptions& options,
                          const std::string& variant, std::int64_t run) {
  std::string out = std::string("poolrace/") + version() + ";scenario=" + resolved.scenario +
                    ";profile=" + resolved.profile + ";variant=" + variant +
                    ";seed=" + std::to_string(options.seed) + ";run=" + std::to_string(run);
  for (const Setting& s : options.settings) out += ";set=" + s.name + "=" + s.value;
  if (!options.config.empty()) out += ";config=" + options.config;
  for (const Stall& s : options.stalls)
    out += ";stall=" + s.site + "=" + sim::print_decimal(s.duration, ps_per_us);
  for (const std::string& fault : options.faults) out += ";fault=" + fault;
  return out;
}

Campaign run_campaign(const CommonOptions& options, const Resolved& resolved) {
  Campaign out{resolved, options, {}, 0, 0, 0};
  for (const std::string& variant : resolved.variants) {
    out.variants.emplace_back();
    out.variants.back().variant = variant;
  }
  ProgressBar bar;
  std::int64_t violations = 0;
  std::set<std::string> sites;
  WorkerOptions worker_options;
  worker_options.progress = [&](const Progress& p) { bar.show(p, violations); };
  worker_options.reproduce = [&](std::int64_t run) {
    return "poolrace replay '" + replay_string(resolved, options, resolved.variants.front(), run) +
           "'";
  };
  const auto began = std::chrono::steady_clock::now();
  const WorkersResult done = run_blocks(
      options.runs, options.jobs,
      [&](std::int64_t run, std::string& record) {
        crash_on_request(run);
        std::vector<models::RunResult> results;
        for (const std::string& variant : resolved.variants)
          results.push_back(
              models::run_machine(resolved.values(), run_options(options, variant, run)));
        record = pack(results);
        return sim::World::clock_used() < fresh_process_after;
      },
      [&](std::int64_t run, const std::string& record) {
        const auto results = unpack(record);
        for (std::size_t v = 0; v < results.size(); ++v) {
          add_run(out.variants[v], run, results[v]);
          sites.insert(results[v].sites.begin(), results[v].sites.end());
          violations += results[v].crashed || results[v].corrupted;
        }
      },
      worker_options);
  bar.erase();
  check_stalls(options, sites);
  out.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  out.runs_done = done.runs_delivered;
  out.interrupted = done.interrupted;
  for (VariantSummary& v : out.variants)
    for (KindSummary& kind : v.kinds) kind.interval = clopper_pearson(kind.harm_runs, v.runs);
  return out;
}

}  // namespace poolrace::experiments
