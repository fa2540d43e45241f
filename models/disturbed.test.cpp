// SPDX-License-Identifier: MIT
// Whole runs on a machine whose CPUs are stolen, interrupted and shared: the same trace in both
// worlds, whatever the preemption model; books that come out even; and no draw where nothing is on.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/assembly.hpp"
#include "models/machine.hpp"
#include "models/parameters.hpp"

namespace poolrace::models {
namespace {

using Words = std::vector<std::pair<std::string, std::string>>;

const Words stolen = {{"steal_ppm", "200000"},
                      {"steal_law", "pareto"},
                      {"steal_min_us", "10"},
                      {"steal_max_us", "20000"}};
const Words noisy = {{"irq_noise_hz", "2000"}, {"irqs_off_hz", "500"}, {"noise_hz", "500"}};

RunResult run_with(const Words& words, std::uint64_t run, sim::WorldKind world,
                   const char* variant = "scan-rcu") {
  auto settings = parameter_table().defaults();
  const auto& table = parameter_table();
  for (const auto& [key, value] : Words{{"load_mpps", "0.02"}, {"horizon_s", "0.2"}})
    table.set(settings, key, value, "test");
  for (const auto& [key, value] : words) table.set(settings, key, value, "test");
  check_together(settings.values);
  check_runnable(settings.values);
  RunOptions options;
  options.variant = variant;
  options.run = run;
  options.world = world;
  return run_machine(settings.values, options);
}

Words both() {
  Words words = stolen;
  words.insert(words.end(), noisy.begin(), noisy.end());
  return words;
}

TEST(Disturbed, BothWorldsMakeOneTrace) {
  for (const char* preempt : {"none", "voluntary", "lazy", "full"}) {
    Words words = both();
    words.emplace_back("preempt", preempt);
    for (const char* variant : {"scan-rcu", "xarray-fixed"}) {
      const RunResult timed = run_with(words, 3, sim::WorldKind::timed, variant);
      const RunResult reference = run_with(words, 3, sim::WorldKind::reference, variant);
      EXPECT_EQ(timed.fingerprint, reference.fingerprint) << preempt << ' ' << variant;
      EXPECT_EQ(timed.simulated, reference.simulated);
    }
  }
}

TEST(Disturbed, EachTailMovesTheTraceAndItsLawsNeutralValueDoesNot) {
  const auto fingerprint = [](const Words& words) {
    return run_with(words, 1, sim::WorldKind::timed).fingerprint;
  };
  const auto plain = fingerprint({});
  EXPECT_EQ(fingerprint({{"steal_law", "pareto"},
                         {"steal_alpha", "2"},
                         {"irq_noise_us", "50"},
                         {"irqs_off_us", "50"},
                         {"noise_us", "50"},
                         {"noise_sigma", "2"}}),
            plain);
  for (const auto& [name, value] : Words{{"steal_ppm", "200000"},
                                         {"irq_noise_hz", "5000"},
                                         {"irqs_off_hz", "5000"},
                                         {"noise_hz", "500"}})
    EXPECT_NE(fingerprint({{name, value}}), plain) << name;
}

// A guarded variant stays right: a grace period waits for readers that do not run.
TEST(Disturbed, AFixedVariantHasNoHarm) {
  for (std::uint64_t run = 0; run < 20; ++run) {
    Words words = both();
    words.emplace_back("hold", "exponential");
    const RunResult result = run_with(words, run, sim::WorldKind::timed, "xarray-fixed");
    EXPECT_FALSE(result.crashed || result.corrupted || result.leaked) << run;
    EXPECT_EQ(result.outstanding, 0U) << run;
  }
}

TEST(Disturbed, NoiseThatLeavesNoTimeIsRefused) {
  for (const Words& words :
       {Words{{"irq_noise_hz", "100000"}, {"irq_noise_us", "10"}},
        Words{{"noise_hz", "1000"}, {"noise_us", "1000"}},
        Words{{"irqs_off_hz", "1"}, {"irqs_off_us", "100000"}, {"noise_sigma", "3"}}}) {
    try {
      run_with(words, 0, sim::WorldKind::timed);
      ADD_FAILURE() << words.front().first;
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find("allowed: up to 90 %"), std::string::npos);
    }
  }
  EXPECT_THROW(run_with({{"steal_law", "pareto"}, {"steal_min_us", "20"}, {"steal_max_us", "10"}},
                        0, sim::WorldKind::timed),
               ConfigError);
}

}  // namespace
}  // namespace poolrace::models
