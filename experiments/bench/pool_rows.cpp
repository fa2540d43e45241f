// SPDX-License-Identifier: MIT
#include "experiments/bench/pool_rows.hpp"

#include <algorithm>

#include "experiments/scenario/scenario.hpp"
#include "models/test_bench.hpp"

namespace poolrace::experiments {

std::string row_name(const std::string& world, pool::BenchPath path, const std::string& last) {
  for (const pool::BenchPathInfo& info : pool::bench_paths)
    if (info.path == path) return world + '/' + info.name + '/' + last;
  return {};
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

models::Parameters simulated_machine(const BenchOptions& options) {
  CommonOptions asked;
  asked.profile = options.profile.empty() ? published_profile : options.profile;
  asked.settings = options.settings;
  return resolve(asked, {}).values();
}

bool is_published_machine(const BenchOptions& options) {
  return (options.profile.empty() || options.profile == published_profile) &&
         options.settings.empty();
}

std::string simulated_on(const BenchOptions& options) {
  std::string out = "profile " + (options.profile.empty() ? published_profile : options.profile);
  for (const Setting& setting : options.settings) out += ", " + text_of(setting);
  return out;
}

std::optional<double> simulated_ns(const models::Parameters& machine, const char* variant,
                                   pool::BenchPath path, bool softirq, std::uint64_t pages) {
  models::TestBench bench({.p = machine});
  bench.napi.sched.poke(true);  // as napi_disable leaves it
  auto pool = bench.pool(variant, pool::bench_params(path));
  constexpr Ps cannot = -1;
  Ps took = 0;
  const auto measure = [&] {
    if (!pool::fill_ring(*pool)) {
      took = cannot;
      return;
    }
    for (std::uint64_t i = 0; i < pages / 10; ++i) pass_once(path, *pool, bench.platform);
    const Ps began = bench.world->now();
    for (std::uint64_t i = 0; i < pages; ++i) pass_once(path, *pool, bench.platform);
    took = bench.world->now() - began;
  };
  bench.run_task([&] {
    pool.get();
    if (!softirq) return measure();
    bench.softirq(0, measure);
    while (took == 0) bench.cpus.compute(ps_per_us);
  });
  if (took == cannot) return std::nullopt;
  return static_cast<double>(took) / ps_per_ns / static_cast<double>(pages);
}

}  // namespace poolrace::experiments
