// SPDX-License-Identifier: MIT
#include "experiments/campaign/campaign.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "experiments/campaign/record.hpp"
#include "experiments/scenario/idle.hpp"
#include "experiments/scenario/replay_string.hpp"
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
  sum.rows.push_back(run_row(result));
  if (result.teardown != ps_never) {
    sum.grace_us += static_cast<double>(result.grace) / ps_per_us;
    sum.teardown_total_us += static_cast<double>(result.teardown) / ps_per_us;
  }
  sum.packets += result.packets;
  sum.all_packets += result.all_packets;
  sum.dropped += result.dropped;
  sum.socket_drops += result.socket_drops;
  sum.events += result.events;
  sum.ties += result.ties;
  sum.sync_ns += static_cast<double>(result.sync) / ps_per_ns;
  sum.guard_ns += static_cast<double>(result.guard) / ps_per_ns;
  sum.cpu_ns += static_cast<double>(result.cpu_busy) / ps_per_ns;
  sum.fingerprint = sim::fold(sum.fingerprint, result.fingerprint);
}

}  // namespace

// run_blocks' number of a simulation: a run under each variant in turn, in one process.
Campaign run_campaign_so_far(const CommonOptions& options, const Resolved& resolved) {
  Campaign out{resolved, options, {}, 0, 0, nullptr, 0};
  const auto variants = static_cast<std::int64_t>(resolved.variants.size());
  const auto variant_of = [&](std::int64_t number) -> const std::string& {
    return resolved.variants[static_cast<std::size_t>(number % variants)];
  };
  for (const std::string& variant : resolved.variants) {
    out.variants.emplace_back();
    out.variants.back().variant = variant;
  }
  ProgressBar bar;
  std::int64_t violations = 0;
  std::set<std::string> sites, acted;
  WorkerOptions worker_options;
  worker_options.block_runs = variants * fair_block(options.runs, options.jobs);
  worker_options.progress = [&](const Progress& p) {
    bar.show({p.done / variants, options.runs, p.elapsed_s}, violations);
  };
  worker_options.name = [&](std::int64_t number) {
    return "run " + std::to_string(number / variants) +
           (variants > 1 ? " of " + variant_of(number) : "");
  };
  worker_options.reproduce = [&](std::int64_t number) {
    return shell_text({"poolrace", "replay",
                       replay_string(resolved, options, variant_of(number), number / variants)});
  };
  std::vector<models::RunResult> results;  // of a run, until all variants have had it
  const auto began = std::chrono::steady_clock::now();
  try {
    out.interrupted = run_blocks(
                          options.runs * variants, options.jobs,
                          [&](std::int64_t number, std::string& record) {
                            const std::int64_t run = number / variants;
                            crash_on_request(run, variant_of(number));
                            record = pack(models::run_machine(
                                resolved.values(), run_options(options, variant_of(number), run)));
                            return engine_clock_lasts();
                          },
                          [&](std::int64_t number, const std::string& record) {
                            results.push_back(unpack(record));
                            if (std::ssize(results) < variants) return;
                            for (std::size_t v = 0; v < results.size(); ++v) {
                              add_run(out.variants[v], number / variants, results[v]);
                              sites.insert(results[v].sites.begin(), results[v].sites.end());
                              add_acted(options, results[v].idle_faults, acted);
                              violations += results[v].crashed || results[v].corrupted;
                            }
                            results.clear();
                            ++out.runs_done;
                          },
                          worker_options)
                          .interrupted;
  } catch (const std::exception&) {
    if (out.runs_done == 0) throw;
    out.failure = std::current_exception();
  }
  bar.erase();
  if (!out.failure && out.runs_done > 0) {
    check_stalls(options, sites);
    check_faults(options, acted);
  }
  out.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  for (VariantSummary& v : out.variants)
    for (KindSummary& kind : v.kinds) kind.interval = clopper_pearson(kind.harm_runs, v.runs);
  return out;
}

Campaign run_campaign(const CommonOptions& options, const Resolved& resolved) {
  Campaign out = run_campaign_so_far(options, resolved);
  if (out.failure) std::rethrow_exception(out.failure);
  return out;
}

}  // namespace poolrace::experiments
