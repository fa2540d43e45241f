// SPDX-License-Identifier: MIT
// One truth for ranges: a run accepts both ends of every number that the table prints, in a scenario
// where the number matters.
#include "models/parameters.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/assembly.hpp"
#include "models/machine.hpp"

namespace poolrace::models {
namespace {

using Words = std::vector<std::pair<std::string, std::string>>;

// A short run of a small machine that touches most of it.
const Words usual = {{"cpus", "2"},           {"load_mpps", "0.02"},  {"warmup_us", "100"},
                     {"hold_median_us", "5"}, {"hold_tail_ppm", "0"}, {"removal_delay_us", "100"},
                     {"ram_gib", "1"},        {"horizon_s", "0.1"},   {"pool_size", "64"},
                     {"ring", "64"},          {"frame_bytes", "64"}};

// What a parameter needs to matter, or at its end to be possible at all.
Words needed_by(const std::string& name) {
  const std::map<std::string, Words> needs = {
      {"cpus", {{"napi_cpu", "0"}, {"app_first_cpu", "0"}}},
      {"cores_per_cluster", {{"cpus", "4"}, {"cores_per_socket", "256"}}},
      {"sockets_per_group", {{"cpus", "4"}, {"cores_per_socket", "1"}}},
      {"nic_socket", {{"cpus", "256"}, {"cores_per_socket", "1"}}},
      {"cores_per_socket", {{"cpus", "4"}}},
      {"napi_cpu", {{"cpus", "256"}}},
      {"app_first_cpu", {{"cpus", "256"}}},
      {"destroy_cpu", {{"cpus", "256"}}},
      {"steal_ppm", {{"steal_law", "pareto"}}},
      {"steal_mean_us", {{"steal_ppm", "10000"}}},
      {"steal_min_us",
       {{"steal_ppm", "10000"}, {"steal_law", "pareto"}, {"steal_max_us", "1000000"}}},
      {"steal_max_us", {{"steal_ppm", "10000"}, {"steal_law", "pareto"}, {"steal_min_us", "1"}}},
      {"steal_alpha", {{"steal_ppm", "10000"}, {"steal_law", "pareto"}}},
      {"irq_noise_hz", {{"irq_noise_us", "1"}}},
      {"irq_noise_us", {{"irq_noise_hz", "10"}}},
      {"irqs_off_hz", {{"irqs_off_us", "1"}}},
      {"irqs_off_us", {{"irqs_off_hz", "1"}}},
      {"noise_hz", {{"noise_us", "1"}}},
      {"noise_us", {{"noise_hz", "1"}}},
      {"noise_sigma", {{"noise_hz", "10"}, {"irqs_off_hz", "10"}, {"irq_noise_hz", "10"}}},
      {"load_mpps", {{"wire_gbps", "1000"}, {"ram_gib", "64"}, {"hz", "1000"}, {"warmup_us", "0"}}},
      {"wire_gbps", {{"load_mpps", "0.001"}}},
      {"on_mean_us", {{"traffic", "pareto_onoff"}}},
      {"duty_ppm", {{"traffic", "mmpp"}}},
      {"in_flight_pages", {{"load_mpps", "0"}, {"ring", "8"}, {"ram_gib", "64"}}},
      {"rx_buffer_bytes", {{"frame_bytes", "64"}}},
      {"measure_us", {{"teardown", "none"}, {"load_mpps", "0"}}},
      {"warmup_us", {{"load_mpps", "0"}}},
      {"removal_delay_us", {{"load_mpps", "0"}}},
      {"cycle_time_us", {{"cycles", "1"}, {"load_mpps", "0"}}},
      {"hold_slow_ppm", {{"hold_tail_ppm", "0"}}},
      {"hold_tail_ppm", {{"hold_slow_ppm", "0"}}},
      {"hold_stuck_ppm", {{"hold_slow_ppm", "0"}, {"load_mpps", "0.0001"}}},
      {"hold_fragment_ppm", {{"hold_slow_ppm", "0"}, {"load_mpps", "0.0001"}}},
      {"put_bh_off_ppm", {{"put_softirq_ppm", "0"}}},
      {"put_softirq_ppm", {{"put_bh_off_ppm", "0"}}},
      {"put_deferred_ppm", {{"put_bh_off_ppm", "0"}, {"put_softirq_ppm", "0"}}},
      {"issue_window_ns", {{"local_access_ns", "10"}}},
      {"redirect_release_us", {{"rx_action", "redirect"}}},
  };
  // Laws of holds: pages that the run starts with, since days times any rate are too many.
  if (name.starts_with("hold_") && name.find("_ppm") == std::string::npos)
    return {{"in_flight_pages", "20"},           {"load_mpps", "0"},
            {"hold_slow_ppm", "200000"},         {"hold_tail_ppm", "200000"},
            {"hold_stuck_ppm", "200000"},        {"hold_fragment_ppm", "200000"},
            {"hold_tail_min_us", "0.001"},       {"hold_tail_cap_us", "8640000000000"},
            {"hold_stuck_min_s", "0.000000001"}, {"hold_stuck_cap_s", "8640000"}};
  const auto found = needs.find(name);
  return found == needs.end() ? Words{} : found->second;
}

RunResult run_at(const std::string& name, std::int64_t stored) {
  const auto& table = parameter_table();
  auto settings = table.defaults();
  for (const auto& [key, value] : usual) table.set(settings, key, value);
  for (const auto& [key, value] : needed_by(name)) table.set(settings, key, value);
  const sim::Declaration& d = *table.find(name);
  table.set(settings, name, d.print(stored));
  check_together(settings.values);
  check_runnable(settings.values);
  RunOptions options;
  options.variant = "xarray-fixed";
  return run_machine(settings.values, options);
}

TEST(ParametersSlow, BothEndsOfEveryRangeRun) {
  int numbers = 0;
  for (const sim::Declaration& d : parameter_table().declarations()) {
    if (d.kind != sim::ParameterKind::integer && d.kind != sim::ParameterKind::decimal) continue;
    ++numbers;
    for (const std::int64_t end : {d.range.low, d.range.high}) {
      try {
        run_at(d.name, end);
      } catch (const std::exception& error) {
        ADD_FAILURE() << d.name << '=' << d.print(end) << ": " << error.what();
      }
    }
  }
  EXPECT_GT(numbers, 80);
}

}  // namespace
}  // namespace poolrace::models
