// SPDX-License-Identifier: MIT
// The load that a report's time to the first crash leads to, held against brute force: at that load
// so many rounds crash as the report says.
#include "experiments/report/rounds.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "experiments/text/numbers.hpp"
#include "models/variants.hpp"

namespace poolrace::experiments {
namespace {

CommonOptions rounds_of(const std::string& load_mpps, std::int64_t runs, std::uint64_t seed) {
  CommonOptions o;
  o.scenario = "vf-cycling";
  o.settings = {{"load_mpps", load_mpps},
                {"round_s", "30"},
                {"reported_first_crash_s", "150"},
                {"put_deferred_ppm", "0"}};
  o.runs = runs;
  o.seed = seed;
  o.jobs = 2;
  return o;
}

TEST(RoundsSlow, AtTheDerivedLoadSoManyCrashAsReported) {
  for (const char* variant : {"baseline", "baseline-ringfix"}) {
    const CommonOptions known = rounds_of("0.0001", 400, 1);
    const Campaign c = run_campaign(known, resolve(known, {variant}));
    const auto load = load_of_the_report(c, c.variants.front());
    ASSERT_TRUE(load);
    const CommonOptions derived = rounds_of(format("%.6f", *load / 1e6), 4000, 1'000'000);
    const Campaign counted = run_campaign(derived, resolve(derived, {variant}));
    const VariantSummary& v = counted.variants.front();
    const double chance = 30.0 / 150, runs = static_cast<double>(v.runs);
    // Half as many errors again for the load, which was derived from 400 runs.
    const double error = 1.5 * std::sqrt(runs * chance * (1 - chance));
    EXPECT_LT(std::abs(static_cast<double>(v.crashed) - runs * chance), 4 * error)
        << variant << ": " << v.crashed << " of " << v.runs << " at " << *load << " frames/s";
    EXPECT_LT(4 * error, 0.2 * runs * chance) << "too few runs to see a fifth";
  }
}

}  // namespace
}  // namespace poolrace::experiments
