// SPDX-License-Identifier: MIT
#include "experiments/report/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/report/in_flight.hpp"
#include "experiments/report/rounds.hpp"
#include "experiments/runs/paired.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "models/assembly.hpp"
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
  const std::vector<std::int64_t> times = teardown_times_ns(v.rows);
  auto quantiles = ordered_json::object();  // percent → us
  for (const int percent : {0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100})
    quantiles[std::to_string(percent)] = us(quantile(times, percent, 100));
  return {{"median", us(median(times))},
          {"p99", us(p99(times))},
          {"destroy_median", us(median(destroy_times_ns(v.rows)))},
          {"grace_period_share", v.teardown_total_us > 0 ? v.grace_us / v.teardown_total_us : 0.0},
          {"runs", times.size()},
          {"quantiles", quantiles}};
}

ordered_json estimate_json(const Estimate& e) {
  return {{"value", number(e.value)}, {"low", number(e.low)}, {"high", number(e.high)}};
}

// Against every other variant, run by run.
ordered_json paired_json(const Campaign& c, const VariantSummary& v) {
  auto out = ordered_json::array();
  for (const VariantSummary& other : c.variants) {
    if (&other == &v) continue;
    const Paired p = paired(v.rows, other.rows);
    out.push_back({{"versus", other.variant},
                   {"probability", estimate_json(p.probability)},
                   {"crashed_only", p.crashed_only},
                   {"spared_only", p.spared_only},
                   {"teardown_us", estimate_json(p.teardown_us)},
                   {"teardowns", p.teardowns},
                   {"cpu_ns_per_packet", estimate_json(p.cpu_ns_per_packet)}});
  }
  return out;
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

}  // namespace

ordered_json json_result(const Campaign& c, const VariantSummary& v) {
  const Interval crash = clopper_pearson(v.crashed, v.runs);
  const Estimate delta = paired(v.rows, c.variants.front().rows).cpu_ns_per_packet;
  const auto cost = [&](double ns) {  // of no packet, none
    return v.packets == 0 ? ordered_json(nullptr) : ordered_json(per(ns, v.packets));
  };
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
  j["horizon_s"] = static_cast<double>(models::horizon_of(c.resolved.values())) / ps_per_s;
  j["ended_with_pages_out"] = {{"runs", v.cut_short}, {"most_pages", v.most_still_out}};
  j["load_mpps"] = models::mean_load_pps(c.resolved.values()) / 1e6;
  j["cost"] = {{"sync_ns_per_packet", cost(v.sync_ns)},
               {"guard_ns_per_packet", cost(v.guard_ns)},
               {"cpu_ns_per_packet", cost(v.cpu_ns)},
               {"paired_delta_ns_per_packet",
                {{"value", number(delta.value)},
                 {"low", number(delta.low)},
                 {"high", number(delta.high)},
                 {"versus", c.variants.front().variant}}}};
  j["teardown_us"] = teardown_json(v);
  j["paired"] = paired_json(c, v);
  add_rounds(j, c, v);
  add_in_flight(j, v);
  j["packets"] = v.all_packets;
  j["measured_packets"] = v.packets;
  j["dropped"] = v.dropped;
  j["socket_drops"] = v.socket_drops;
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

}  // namespace poolrace::experiments
