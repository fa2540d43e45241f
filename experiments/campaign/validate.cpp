// SPDX-License-Identifier: MIT
#include "experiments/campaign/validate.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/campaign/campaign.hpp"
#include "experiments/workers/engine_clock.hpp"
#include "experiments/workers/workers.hpp"
#include "models/nic/link.hpp"
#include "models/traffic/hold_time.hpp"

namespace poolrace::experiments {

namespace {

struct PublishedLink {
  const char* name;
  std::uint32_t gts_milli, lanes;
  double raw_gbps, tlp_gbps;  // tlp: 0 where the source has none
};

// pcie-bench (Neugebauer et al., SIGCOMM 2018) and the model it publishes; MPS 256.
constexpr PublishedLink links[] = {{"Gen3 x8", 8000, 8, 63.02, 57.88},
                                   {"Gen3 x16", 8000, 16, 126.03, 113.70},
                                   {"Gen4 x16", 16'000, 16, 252.06, 0},
                                   {"Gen2 x4", 5000, 4, 16.00, 0}};

void add_links(std::vector<ValidationRow>& rows) {
  for (const PublishedLink& published : links) {
    models::LinkParams params;
    params.gts_milli = published.gts_milli;
    params.lanes = published.lanes;
    params.mps = 256;
    const models::Link link(params);
    const auto add = [&](const char* what, double expected, double simulated) {
      rows.push_back({std::string("link/") + published.name + "/" + what, "pcie-bench", expected,
                      simulated, "Gb/s", simulated / expected - 1, false});
    };
    add("raw", published.raw_gbps, link.raw_gbps());
    if (published.tlp_gbps > 0) add("tlp", published.tlp_gbps, link.tlp_gbps());
  }
}

// A sample that was cut short is no row.
void require_whole(const std::string& row, int signal, std::int64_t done, std::int64_t runs) {
  if (signal != 0)
    throw Interrupted(signal, "poolrace validate: interrupted in " + row + ", after " +
                                  std::to_string(done) + " of " + std::to_string(runs) +
                                  " runs; only rows before it are printed, and they are whole");
}

void add_held(std::vector<ValidationRow>& rows, std::int64_t runs, int jobs) {
  for (const char* law : {"constant", "exponential", "mixture"}) {
    const HeldPages held = held_pages(law, runs, jobs);
    const double error = std::sqrt(held.expected / static_cast<double>(runs));
    rows.push_back({std::string("held/") + law, "lambda E[hold], M/G/infinity", held.expected,
                    held.mean, "pages", (held.mean - held.expected) / error, true});
  }
}

// Late puts under scan: no lock or grace period keeps them out, so every one in the window hits.
void add_exposed(std::vector<ValidationRow>& rows, std::int64_t runs, int jobs) {
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
  rows.push_back({"exposure/scan", "sum of 1 - exp(-lambda W), Poisson-binomial", expected, hits,
                  "runs", variance > 0 ? (hits - expected) / std::sqrt(variance) : 0, true});
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

void validate(std::int64_t runs, int jobs, std::vector<ValidationRow>& rows) {
  add_links(rows);
  add_exposed(rows, runs, jobs);
  add_held(rows, runs, jobs);
}

}  // namespace poolrace::experiments
