// SPDX-License-Identifier: MIT
#include "experiments/campaign/campaign.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "experiments/campaign/record.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/stalls.hpp"
#include "experiments/workers/crash_hook.hpp"
#include "experiments/workers/engine_clock.hpp"
#include "experiments/workers/progress.hpp"
#include "experiments/workers/workers.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

namespace {

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
  sum.cut_short += result.still_out > 0;
  sum.most_still_out = std::max(sum.most_still_out, result.still_out);
  add_kinds(sum, run, result);
  sum.in_flight.add(result);
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

}  // namespace

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
    return shell_text(
        {"poolrace", "replay", replay_string(resolved, options, resolved.variants.front(), run)});
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
        return engine_clock_lasts();
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

Estimate paired_delta_ns_per_packet(const Campaign& campaign, const VariantSummary& variant) {
  // By run, so that it also holds where the CPUs are saturated and fewer packets get through.
  std::vector<double> a, b;
  const VariantSummary& first = campaign.variants.front();
  for (std::size_t i = 0; i < variant.cpu_ns_by_run.size(); ++i) {
    if (first.packets_by_run[i] == 0 || variant.packets_by_run[i] == 0) continue;
    a.push_back(first.cpu_ns_by_run[i] / first.packets_by_run[i]);
    b.push_back(variant.cpu_ns_by_run[i] / variant.packets_by_run[i]);
  }
  return paired_mean_difference(a, b);
}

}  // namespace poolrace::experiments
