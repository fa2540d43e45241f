// SPDX-License-Identifier: MIT
// destroy against late puts.  What the variants do to each other's pages here depends on the
// machine: it is printed, not expected.  Expected is only that the run gets through, and that the
// world is sound again with nothing in flight.
#include "pool/native/stress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "pool/native/platform.hpp"
#include "pool/variant.hpp"

namespace poolrace::pool::native {
namespace {

double stress_seconds() {  // POOLRACE_STRESS_SECONDS: a variant's time
  const char* text = std::getenv("POOLRACE_STRESS_SECONDS");
  const double seconds = text == nullptr ? 0 : std::atof(text);
  return seconds > 0 ? seconds : 0.3;
}

class NativeStressOf : public testing::TestWithParam<VariantInfo> {};

// One row for each variant, read by scripts/native-sanitizers.sh too.
TEST_P(NativeStressOf, DestroyAgainstLatePuts) {
  const char* variant = GetParam().name;
  Reports reports;
  StressResult sum;
  for (int putters = 1; putters <= 3; ++putters) {
    const StressResult result = run_stress(variant, stress_seconds() / 3, putters,
                                           static_cast<std::uint64_t>(putters), reports);
    EXPECT_GT(result.rounds, 0u);
    sum.rounds += result.rounds;
    sum.puts_during_destroy += result.puts_during_destroy;
    sum.stuck_pools += result.stuck_pools;
    sum.stuck_pages += result.stuck_pages;
    sum.stuck_mappings += result.stuck_mappings;
  }
  const auto n = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf("stress %-16s %5.1f s %7llu teardowns %8llu puts during them; reports: %s\n", variant,
              stress_seconds(), n(sum.rounds), n(sum.puts_during_destroy), reports.text().c_str());
  if (sum.stuck_pools + sum.stuck_pages + sum.stuck_mappings != 0)
    std::printf("  left behind: pools %llu, pages %llu, mappings %llu\n", n(sum.stuck_pools),
                n(sum.stuck_pages), n(sum.stuck_mappings));
  for (const auto& [sentence, times] : reports.warnings())
    std::printf("  warned: %s\n", sentence.c_str());
  std::fflush(stdout);
}

INSTANTIATE_TEST_SUITE_P(Variants, NativeStressOf,
                         testing::ValuesIn(variant_infos<NativePlatform>()), [](const auto& test) {
                           std::string name = test.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(NativeStress, WithoutPuttersNothingIsEverReported) {
  for (const VariantInfo& variant : variant_infos<NativePlatform>()) {
    Reports reports;
    const StressResult result = run_stress(variant.name, 0.02, 0, 7, reports);
    EXPECT_GT(result.rounds, 0u);
    EXPECT_EQ(result.stuck_pools + result.stuck_pages + result.stuck_mappings, 0u) << variant.name;
    EXPECT_EQ(reports.text(), "none") << variant.name;
  }
}

}  // namespace
}  // namespace poolrace::pool::native
