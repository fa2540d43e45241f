// SPDX-License-Identifier: MIT
#include "experiments/report/report.hpp"

#include <cmath>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/scenario/version.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

namespace {

double per(double sum, std::uint64_t n) {
  return n == 0 ? 0 : sum / static_cast<double>(n);
}

ordered_json number(double value) {  // JSON has no infinity
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json kind_json(const Campaign& c, const VariantSummary& v, const KindSummary& kind) {
  const bool estimated = kind.has_estimate();
  const std::int64_t runs = v.runs, first = kind.first_harm_run;
  return {
      {"misuse_runs", kind.misuse_runs},
      {"harm_runs", kind.harm_runs},
      {"probability", per(static_cast<double>(kind.harm_runs), static_cast<std::uint64_t>(runs))},
      {"low", kind.interval.low},
      {"high", kind.interval.high},
      {"exposure_estimate",
       estimated ? ordered_json(exposure_estimate(kind.exposures).value) : ordered_json(nullptr)},
      {"put_began",
       {{"before_unmap", kind.put_before_unmap}, {"after_unmap", kind.put_after_unmap}}},
      {"first_harm_replay",
       first < 0 ? ordered_json(nullptr)
                 : ordered_json(replay_string(c.resolved, c.options, v.variant, first))}};
}

ordered_json teardown_json(const VariantSummary& v) {
  auto us = [](std::optional<std::int64_t> ns) {
    return ns ? ordered_json(static_cast<double>(*ns) / 1000) : ordered_json(nullptr);
  };
  auto quantiles = ordered_json::object();  // percent → us
  for (const int percent : {0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100})
    quantiles[std::to_string(percent)] = us(quantile(v.teardown_ns, percent, 100));
  return {{"median", us(median(v.teardown_ns))},
          {"p99", us(p99(v.teardown_ns))},
          {"destroy_median", us(median(v.destroy_ns))},
          {"grace_period_share", v.teardown_total_us > 0 ? v.grace_us / v.teardown_total_us : 0.0},
          {"runs", v.teardown_ns.size()},
          {"quantiles", quantiles}};
}

}  // namespace

// What a variant costs the CPUs more than the first one, a packet, on the same traffic.
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

double total_events(const Campaign& c) {
  double sum = 0;
  for (const VariantSummary& v : c.variants) sum += static_cast<double>(v.events);
  return sum;
}

double total_packets(const Campaign& c) {
  double sum = 0;
  for (const VariantSummary& v : c.variants) sum += static_cast<double>(v.all_packets);
  return sum;
}

ordered_json json_result(const Campaign& c, const VariantSummary& v) {
  const Interval crash = clopper_pearson(v.crashed, v.runs);
  const Estimate delta = paired_delta_ns_per_packet(c, v);
  ordered_json j;
  j["scenario"] = c.resolved.scenario;
  j["profile"] = c.resolved.profile;
  j["variant"] = v.variant;
  j["world"] = c.options.world;
  j["seed"] = c.options.seed;
  j["runs"] = v.runs;
  j["version"] = std::string(version()) + " " + commit();
  j["kinds"] = ordered_json::object();
  for (std::size_t i = 0; i < models::kind_count; ++i)
    if (v.kinds[i].misuse_runs > 0 || v.kinds[i].has_estimate())
      j["kinds"][models::kind_table[i].name] = kind_json(c, v, v.kinds[i]);
  j["crashed_runs"] = v.crashed;
  j["corrupted_runs"] = v.corrupted;
  j["leaked_runs"] = v.leaked;
  j["stalled_runs"] = v.stalled;
  j["probability"] = per(static_cast<double>(v.crashed), static_cast<std::uint64_t>(v.runs));
  j["low"] = crash.low;
  j["high"] = crash.high;
  j["interval"] = "clopper-pearson-95";
  j["cost"] = {{"sync_ns_per_packet", per(v.sync_ns, v.packets)},
               {"guard_ns_per_packet", per(v.guard_ns, v.packets)},
               {"cpu_ns_per_packet", per(v.cpu_ns, v.packets)},
               {"paired_delta_ns_per_packet",
                {{"value", number(delta.value)},
                 {"low", number(delta.low)},
                 {"high", number(delta.high)},
                 {"versus", c.variants.front().variant}}}};
  j["teardown_us"] = teardown_json(v);
  j["packets"] = v.all_packets;
  j["dropped"] = v.dropped;
  j["events"] = v.events;
  j["ties"] = v.ties;
  j["wall_seconds"] = c.wall_seconds;
  j["events_per_second"] = c.wall_seconds > 0 ? total_events(c) / c.wall_seconds : 0.0;
  j["packets_per_second"] = c.wall_seconds > 0 ? total_packets(c) / c.wall_seconds : 0.0;
  j["fingerprint"] = sim::hex16(v.fingerprint);
  if (v.first_harm.run >= 0)
    j["first_harm"] = {
        {"kind", models::kind_info(v.first_harm.violation.kind).name},
        {"class", models::harm_name(v.first_harm.violation.harm)},
        {"ended_by", v.first_harm.violation.ended_by},
        {"replay", replay_string(c.resolved, c.options, v.variant, v.first_harm.run)}};
  return j;
}

std::string csv_table(const Campaign& c) {
  std::string out =
      "scenario,profile,variant,seed,runs,kind,misuse_runs,harm_runs,low,high,"
      "put_before_unmap,put_after_unmap,fingerprint\n";
  char line[512];
  for (const VariantSummary& v : c.variants)
    for (std::size_t i = 0; i < models::kind_count; ++i) {
      const KindSummary& k = v.kinds[i];
      std::snprintf(line, sizeof line, "%s,%s,%s,%llu,%lld,%s,%lld,%lld,%.9g,%.9g,%lld,%lld,%s\n",
                    c.resolved.scenario.c_str(), c.resolved.profile.c_str(), v.variant.c_str(),
                    static_cast<unsigned long long>(c.options.seed), static_cast<long long>(v.runs),
                    models::kind_table[i].name, static_cast<long long>(k.misuse_runs),
                    static_cast<long long>(k.harm_runs), k.interval.low, k.interval.high,
                    static_cast<long long>(k.put_before_unmap),
                    static_cast<long long>(k.put_after_unmap), sim::hex16(v.fingerprint).c_str());
      out += line;
    }
  return out;
}

int print_campaign(const Campaign& c, bool as_list) {
  switch (c.options.format) {
    case Format::text:
      std::cout << text_table(c);
      break;
    case Format::csv:
      std::cout << csv_table(c);
      break;
    case Format::json: {
      ordered_json results = ordered_json::array();
      for (const VariantSummary& v : c.variants) results.push_back(json_result(c, v));
      const ordered_json out =
          as_list ? ordered_json{{"results", results}} : ordered_json(results.at(0));
      std::cout << out.dump(1) << "\n";
      break;
    }
  }
  std::cout.flush();
  if (c.interrupted != 0) {
    std::cerr << "interrupted: the first " << c.runs_done << " of " << c.options.runs
              << " runs are kept\n";
    return 128 + c.interrupted;
  }
  bool harm = false;
  for (const VariantSummary& v : c.variants) harm = harm || v.first_harm.run >= 0;
  return harm && c.options.fail_on_violation ? 10 : 0;
}

}  // namespace poolrace::experiments
