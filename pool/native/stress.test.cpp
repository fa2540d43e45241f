// SPDX-License-Identifier: MIT
// destroy against late puts.  What the variants do to each other's pages here depends on the
// machine: it is printed, not expected.  Expected is only that the run gets through, and that the
// world is sound again with nothing in flight.
#include "pool/native/stress.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "pool/variants/all.hpp"

namespace poolrace::pool::native {
namespace {

double stress_seconds() {  // POOLRACE_STRESS_SECONDS: a variant's time
  const char* text = std::getenv("POOLRACE_STRESS_SECONDS");
  const double seconds = text == nullptr ? 0 : std::atof(text);
  return seconds > 0 ? seconds : 0.3;
}

TEST(NativeStress, DestroyAgainstLatePuts) {
  for (const VariantInfo& variant : variant_table) {
    Reports reports;
    StressResult sum;
    for (int putters = 1; putters <= 3; ++putters) {
      const StressResult result = run_stress(variant.name, stress_seconds() / 3, putters,
                                             static_cast<std::uint64_t>(putters), reports);
      EXPECT_GT(result.rounds, 0u) << variant.name;
      sum.rounds += result.rounds;
      sum.puts_during_destroy += result.puts_during_destroy;
      sum.stuck_pools += result.stuck_pools;
      sum.stuck_pages += result.stuck_pages;
      sum.stuck_mappings += result.stuck_mappings;
    }
    std::printf(
        "%s: rounds %llu, puts during destroy %llu, stuck pools %llu pages %llu mappings %llu: "
        "%s\n",
        variant.name, static_cast<unsigned long long>(sum.rounds),
        static_cast<unsigned long long>(sum.puts_during_destroy),
        static_cast<unsigned long long>(sum.stuck_pools),
        static_cast<unsigned long long>(sum.stuck_pages),
        static_cast<unsigned long long>(sum.stuck_mappings), reports.text().c_str());
    for (const auto& [sentence, times] : reports.warnings())
      std::printf("  warned: %s\n", sentence.c_str());
  }
}

TEST(NativeStress, WithoutPuttersNothingIsEverReported) {
  for (const VariantInfo& variant : variant_table) {
    Reports reports;
    const StressResult result = run_stress(variant.name, 0.02, 0, 7, reports);
    EXPECT_GT(result.rounds, 0u);
    EXPECT_EQ(result.stuck_pools + result.stuck_pages + result.stuck_mappings, 0u) << variant.name;
    EXPECT_EQ(reports.text(), "none") << variant.name;
  }
}

}  // namespace
}  // namespace poolrace::pool::native
