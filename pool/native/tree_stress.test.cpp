// SPDX-License-Identifier: MIT
// destroy against late puts of a tree's pool.  Built with a sanitizer (scripts/native-sanitizers.sh),
// so is the tree's code, and the sanitizer judges it: of the fixture it has nothing to say, until a
// bug is seeded.  Without one the tests hold that the world is sound again with nothing in flight.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "pool/native/stress.hpp"
#include "pool/native/tree_fixture.hpp"
#include "pool/native/tree_pool.hpp"

namespace poolrace::pool::native {
namespace {

using linux_tree::Built;
using linux_tree::Target;

StressResult stress(const std::string& name, const Built& built, Reports& reports,
                    double least = 0.1) {
  const char* text = std::getenv("POOLRACE_STRESS_SECONDS");
  const double seconds = std::max(text != nullptr ? std::atof(text) : 0.3, least);
  const StressResult result = run_stress_of_tree(built.folder, seconds, 3, 1, reports);
  std::printf("stress %-16s %5.1f s %7llu teardowns %8llu puts during them; reports: %s\n",
              name.c_str(), seconds, static_cast<unsigned long long>(result.rounds),
              static_cast<unsigned long long>(result.puts_during_destroy), reports.text().c_str());
  std::fflush(stdout);
  return result;
}

class NativeTreeStress : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(Targets, NativeTreeStress,
                         testing::Values(Target::native, Target::native_no_preempt),
                         [](const auto& test) {
                           return test.param == Target::native ? "preempt" : "no_preempt";
                         });

TEST_P(NativeTreeStress, TheFixtureIsSound) {
  Reports reports;
  const StressResult result = stress("fixture", native_fixture(GetParam()), reports);
  EXPECT_GT(result.rounds, 0u);
  EXPECT_EQ(result.stuck_pools + result.stuck_pages + result.stuck_mappings, 0u);
  // A page that destroy has claimed and not yet unmapped may be freed by its put: that, here too.
  for (const Kind kind : {Kind::unmap_after_unbind, Kind::sync_after_unbind, Kind::sync_after_unmap,
                          Kind::double_unmap, Kind::wrong_context, Kind::leak})
    EXPECT_EQ(reports.count(kind), 0u) << reports.text();
}

// POOLRACE_STRESS_TREE: a kernel tree of yours.  What is found is printed, not expected.
TEST_P(NativeTreeStress, OfTheTreeThatIsNamed) {
  const char* path = std::getenv("POOLRACE_STRESS_TREE");
  if (path == nullptr) GTEST_SKIP() << "POOLRACE_STRESS_TREE names none";
  Reports reports;
  const StressResult result = stress(path, native_tree(path, GetParam()), reports);
  EXPECT_GT(result.rounds, 0u);
  for (const auto& [sentence, times] : reports.warnings())
    std::printf("  warned: %s\n", sentence.c_str());
}

#if defined(__SANITIZE_ADDRESS__)
// The positive control: destroy touches the pool that it has just freed.
TEST(NativeTreeAsan, SeesASeededUseAfterFree) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        const ThreadScope thread(0);
        NativePlatform p;
        Device device(p.reports);
        TreeWorld world(native_fixture(Target::native, "BUG_RETRY_TOO_LATE").folder, p);
        TreePool(world, device, PoolParams{}, Limits{.ring = 16}).destroy();
      },
      "heap-use-after-free.*\n(.*\n)*.*page_pool_destroy");
}
#endif
#if defined(__SANITIZE_THREAD__)
// The positive control: a count that two threads write without each other's knowledge.
TEST(NativeTreeTsan, SeesASeededRace) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        Reports reports;
        stress("a lost update", native_fixture(Target::native, "BUG_PLAIN_RELEASE_COUNT"), reports,
               2);
        std::exit(0);
      },
      testing::ExitedWithCode(66), "data race.*\n(.*\n)*.*return_page");
}
#endif

}  // namespace
}  // namespace poolrace::pool::native
