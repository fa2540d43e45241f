// SPDX-License-Identifier: MIT
// Closed forms that the simulation was not built from: the number of pages with holders against
// M/G/infinity, crashes against the dangerous time that the same runs measured (Poisson-binomial).
#include <algorithm>
#include <cmath>

#include "experiments/campaign/campaign.hpp"
#include "experiments/validate/groups.hpp"
#include "experiments/validate/validate.hpp"
#include "experiments/workers/engine_clock.hpp"
#include "experiments/workers/workers.hpp"
#include "models/machine.hpp"
#include "models/traffic/hold_time.hpp"

namespace poolrace::experiments {

namespace {

// A sample that was cut short is no row.
void require_whole(const std::string& row, int signal, std::int64_t done, std::int64_t runs) {
  if (signal != 0)
    throw Interrupted(signal, "poolrace validate: interrupted in " + row + ", after " +
                                  std::to_string(done) + " of " + std::to_string(runs) +
                                  " runs; only rows before it are printed, and they are whole");
}

void add_held(ValidationRows& rows, std::int64_t runs, int jobs) {
  GroupOfRows group(rows, "Pages with holders", "lambda E[hold], M/G/infinity");
  for (const char* law : {"constant", "exponential", "mixture"}) {
    const HeldPages held = held_pages(law, runs, jobs);
    group.add_sample(std::string("held/") + law, held.expected, held.mean, "pages",
                     std::sqrt(held.expected / static_cast<double>(runs)));
  }
}

// Late puts under scan: no lock or grace period keeps them out, so every one in the window hits.
void add_exposed(ValidationRows& rows, std::int64_t runs, int jobs) {
  CommonOptions options;
  options.scenario = "seed-race";
  options.runs = runs;
  options.jobs = jobs;
  options.settings = {{"load_mpps", "0.002"}};
  const Campaign campaign = run_campaign(options, resolve(options, {"scan"}));
  require_whole("exposure/scan", campaign.interrupted, campaign.runs_done, runs);
  const VariantSummary& scan = campaign.variants.front();
  const auto kind = static_cast<std::size_t>(models::Kind::sync_after_unmap);
  double expected = 0, variance = 0;
  for (const double exposure : scan.kinds[kind].exposures) {
    const double p = 1 - std::exp(-exposure);
    expected += p;
    variance += p * (1 - p);
  }
  const auto hits = static_cast<double>(scan.kinds[kind].misuse_runs);
  GroupOfRows group(rows, "Crashes, of the runs' own windows",
                    "sum of 1 - exp(-lambda W), Poisson-binomial");
  group.add_sample("exposure/scan", expected, hits, "runs", std::sqrt(variance));
}

}  // namespace

HeldPages held_pages(const std::string& hold, std::int64_t runs, int jobs) {
  CommonOptions o;
  o.scenario = "steady";
  o.settings = {{"hold", hold},           {"hold_median_us", "200"},
                {"hold_stuck_ppm", "0"},  {"coalesce_us", "0"},
                {"coalesce_frames", "1"}, {"napi_weight", "1"},
                {"load_mpps", "0.04"},    {"measure_us", "4000"},
                {"warmup_us", "1000"},    {"hold_tail_cap_us", "20000"}};
  const Resolved resolved = resolve(o, {"baseline"});
  HeldPages out;
  const models::HoldTime law(resolved.values().hold);
  out.expected = static_cast<double>(resolved.values().load_pps) * static_cast<double>(law.mean()) /
                 static_cast<double>(ps_per_s);
  std::vector<double> counts;
  const WorkersResult done = run_blocks(
      runs, jobs,
      [&](std::int64_t run, std::string& record) {
        record = std::to_string(
            models::run_machine(resolved.values(), run_options(o, "baseline", run)).holding);
        return engine_clock_lasts();
      },
      [&](std::int64_t, const std::string& record) { counts.push_back(std::stod(record)); });
  require_whole("held/" + hold, done.interrupted, done.runs_delivered, runs);
  for (const double n : counts) out.mean += n / static_cast<double>(runs);
  for (const double n : counts)
    out.variance +=
        (n - out.mean) * (n - out.mean) / static_cast<double>(std::max<std::int64_t>(runs - 1, 1));
  return out;
}

void add_closed_forms(ValidationRows& rows, std::int64_t runs, int jobs) {
  add_exposed(rows, runs, jobs);
  add_held(rows, runs, jobs);
}

}  // namespace poolrace::experiments
