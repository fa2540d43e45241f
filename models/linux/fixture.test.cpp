// SPDX-License-Identifier: MIT
// The mechanism, on a pool of our own: unbroken it does no harm in any order; with one thing broken
// the explorer finds just that, in the fixture's own lines.
#include <gtest/gtest.h>

#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/linux/tree_fixture.hpp"
#include "models/linux/watchdog.hpp"
#include "sim/errors.hpp"

namespace poolrace::models::linux_tree {
namespace {

constexpr ExploreConfig hns3{.driver_order = DriverOrder::hns3};

class UnbrokenFixture : public testing::TestWithParam<const char*> {};

TEST_P(UnbrokenFixture, DoesNoHarmInAnyOrder) {
  const std::string name = fixture();
  for (const ExploreConfig& config : {ExploreConfig{}, hns3}) {
    const Verdict verdict = explore(task_of(GetParam(), name, config));
    EXPECT_TRUE(verdict.complete);
    EXPECT_FALSE(harmed(verdict)) << GetParam();
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, UnbrokenFixture,
                         testing::Values("remove-vs-put-preemptible", "remove-vs-put-return",
                                         "remove-vs-late", "destroy-vs-put-bulk",
                                         "destroy-vs-frag-vs-frag", "recycle-and-post",
                                         "put-return-vs-put-return", "destroy-vs-late-vs-worker"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

struct Bug {
  const char* macro;
  const char* program;
  Kind kind;
  Harm harm;
  const char* line;  // of the site: the file it stands in
  ExploreConfig config{};
};

const Bug bugs[] = {
    {"BUG_NO_BARRIER", "destroy-vs-put-preemptible", Kind::pool_use_after_free, Harm::corruption,
     "ptr_ring.h:"},
    {"BUG_STAT_AFTER_UNLOCK", "destroy-vs-put-preemptible", Kind::pool_use_after_free,
     Harm::corruption, "page_pool.c:"},
    {"BUG_SYNC_UNGUARDED", "destroy-vs-put-preemptible", Kind::sync_after_unmap, Harm::crash,
     "dma: sync"},
    {"BUG_NO_GRACE", "destroy-vs-put-preemptible", Kind::sync_after_unmap, Harm::crash,
     "dma: sync"},
    {"BUG_CLEAR_AFTER_GRACE", "destroy-vs-put-preemptible", Kind::sync_after_unmap, Harm::crash,
     "dma: sync"},
    {"BUG_CLAIM_UNLOCKED", "destroy-vs-put-return", Kind::double_unmap, Harm::none, "dma: unmap"},
    {"BUG_CLAIM_IGNORED", "destroy-vs-put-return", Kind::double_unmap, Harm::none, "dma: unmap"},
    {"BUG_ADDR_BEHIND_CLAIM", "destroy-vs-put-return", Kind::double_unmap, Harm::none,
     "dma: unmap"},
    {"BUG_CLAIM_WITHOUT_RCU", "remove-vs-put-return", Kind::unmap_after_unbind, Harm::crash,
     "dma: unmap"},
    {"BUG_NO_GRACE_AFTER_WALK", "remove-vs-put-return", Kind::unmap_after_unbind, Harm::crash,
     "dma: unmap", hns3},
    {"BUG_NOT_TRACKED", "remove-vs-put-return", Kind::unmap_after_unbind, Harm::crash,
     "dma: unmap"},
    {"BUG_NEVER_UNMAP", "destroy-vs-late", Kind::free_while_mapped, Harm::none,
     "page allocator: free"},
    {"BUG_DOUBLE_FETCH", "destroy-vs-put-return", Kind::page_use_after_free, Harm::crash,
     "page_pool.c:"},
    {"BUG_COUNT_FIRST", "destroy-vs-put-return", Kind::pool_use_after_free, Harm::corruption,
     "page_pool.c:"},
    {"BUG_OWNER_AFTER_CLEAR", "destroy-vs-put-return", Kind::page_use_after_free, Harm::crash,
     "page_pool.c:"},
    {"BUG_PLAIN_RELEASE_COUNT", "put-return-vs-put-return", Kind::accounting, Harm::none, "at the"},
    {"BUG_USED_ONCE_MORE", "destroy-vs-put-return", Kind::pool_use_after_free, Harm::corruption,
     "page_pool.c:"},
    {"BUG_FREED_TWICE", "destroy-vs-put-return", Kind::page_use_after_free, Harm::corruption,
     "put_page:"},
    {"BUG_RETRY_TOO_LATE", "destroy-vs-put-preemptible", Kind::pool_use_after_free,
     Harm::corruption, "page_pool.c:"},
    {"BUG_SPINS", "destroy-vs-late", Kind::teardown_stall, Harm::stall, ""},
};

class SeededBug : public testing::TestWithParam<Bug> {};

// Found, with a schedule that leads to it again; and not in the pool without the bug.
TEST_P(SeededBug, IsFoundWhereItIsAndNowhereElse) {
  const Bug& bug = GetParam();
  const ExploreTask broken = task_of(bug.program, fixture(bug.macro), bug.config);
  const Verdict verdict = explore(broken);
  const Found* found = found_in(verdict, bug.kind, bug.harm);
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(verdict.complete);
  EXPECT_TRUE(found->violation.site.find(bug.line) != std::string::npos) << found->violation.site;
  const Retelling told = retell(broken, found->schedule);
  EXPECT_EQ(told.astray, "");
  EXPECT_TRUE(std::any_of(told.execution.violations.begin(), told.execution.violations.end(),
                          [&](const Violation& v) { return v.kind == bug.kind; }));
  const Verdict healthy = explore(task_of(bug.program, fixture(), bug.config));
  EXPECT_EQ(found_in(healthy, bug.kind, bug.harm), nullptr);
}

INSTANTIATE_TEST_SUITE_P(All, SeededBug, testing::ValuesIn(bugs),
                         [](const auto& tested) { return std::string(tested.param.macro); });

// A fault of the tree's own code is a finding as any other: the line, a schedule, and the search
// goes on behind it.
struct Faulty {
  const char *macro, *says, *line;
};

class TreeFault : public testing::TestWithParam<Faulty> {};

TEST_P(TreeFault, IsACrashOfThatExecutionAlone) {
  const Faulty& bug = GetParam();
  const ExploreTask broken = task_of("destroy-vs-put-preemptible", fixture(bug.macro));
  const Verdict verdict = explore(broken);
  const Found* found = found_in(verdict, Kind::page_use_after_free, Harm::crash);
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(verdict.complete);
  EXPECT_GT(verdict.executions, 10U);
  EXPECT_NE(found->violation.site.find(bug.line), std::string::npos) << found->violation.site;
  EXPECT_EQ(found->violation.ended_by, bug.says);
  const Retelling told = retell(broken, found->schedule);
  EXPECT_EQ(told.astray, "");
  ASSERT_FALSE(told.execution.violations.empty());
  EXPECT_EQ(told.execution.violations.back().site, found->violation.site);
}

INSTANTIATE_TEST_SUITE_P(
    All, TreeFault,
    testing::Values(Faulty{"BUG_CALLS_NOWHERE", "a jump to nowhere", "page_pool.c:"},
                    Faulty{"BUG_CALLS_NULL", "a jump to nowhere", "page_pool.c:"},
                    Faulty{"BUG_TRAPS", "an instruction that traps", "page_pool.c:"},
                    Faulty{"BUG_DIVIDES", "a division by zero", "page_pool.c:"},
                    Faulty{"BUG_WRITES_CONST", "a wild pointer", "page_pool.c:"},
                    Faulty{"BUG_READS_NOWHERE", "a wild pointer", "page_pool.c:"},
                    Faulty{"BUG_RECURSES", "no stack left", "page_pool.c:"}),
    [](const auto& tested) { return std::string(tested.param.macro); });

TEST(FaultOfTheTree, InItsCreateIsOneToo) {
  const Verdict verdict = explore(task_of("destroy-vs-late", fixture("BUG_TRAPS_AT_FIRST")));
  const Found* found = found_in(verdict, Kind::page_use_after_free, Harm::crash);
  ASSERT_NE(found, nullptr);
  EXPECT_NE(found->violation.site.find("(page_pool_create)"), std::string::npos);
}

// What rests on the order of plain loads might rest on the compiler: another level says the same.
TEST(TreeCompiler, FindsTheSameWhateverItOptimises) {
  keep_in_build_tree();
  for (const char* level : {"-O0", "-Og"}) {
    pool::linux_tree::BuildOptions options;
    options.optimise = level;
    const std::string name = know_tree("linux:" + fixture_path(), "test", options);
    ASSERT_NE(name, fixture());
    for (const char* program : {"remove-vs-put-preemptible", "remove-vs-put-return"}) {
      const Verdict here = explore(task_of(program, name));
      const Verdict there = explore(task_of(program, fixture()));
      EXPECT_TRUE(here.complete && there.complete);
      for (std::size_t kind = 0; kind < kind_count; ++kind)
        EXPECT_EQ(here.found[kind].has_value(), there.found[kind].has_value())
            << level << " " << program << " " << pool::kind_names[kind];
    }
  }
}

TEST(TreeSchedule, IsOfOneContentAlone) {
  const std::string name = fixture(), other = fixture("BUG_NO_GRACE");
  ASSERT_NE(name, other);
  const std::string line = schedule_string(task_of("destroy-vs-late", name), {1, 1, 2}, "1.0");
  const ScheduledTask read = parse_schedule_string(line);
  EXPECT_EQ(read.task.variant, name);
  const std::string gone = name.substr(0, name.find('#')) + "#0123456789abcdef";
  try {
    know_tree(gone, "here");
    FAIL() << "another content was taken for it";
  } catch (const ConfigError& error) {
    const std::string said = error.what();
    EXPECT_TRUE(said.starts_with("here: linux:")) << said;
    EXPECT_NE(said.find("0123456789abcdef"), std::string::npos) << said;
    EXPECT_NE(said.find(name.substr(name.find('#') + 1)), std::string::npos) << said;
  }
}

TEST(TreeVariant, RunsInWorldExploreAlone) {
  EXPECT_TRUE(names_tree(fixture()));
  const std::string name = fixture();
  EXPECT_EQ(know_tree(name, "test"), name);  // known already: nothing is compiled again
}

// A private loop takes no step; it ends the process with a line.
TEST(TreeWatchdog, EndsALoopThatTouchesNothingShared) {
  const std::string name = fixture("BUG_HANGS");
  EXPECT_EXIT(explore(task_of("destroy-vs-late", name)),
              testing::ExitedWithCode(Watchdog::exit_status), "a loop without an end");
}

// Writes that nobody announced would be orders that nobody tried.
std::uint64_t unannounced_in(const std::string& program, const std::string& variant) {
  WriteCheck::wanted = true;
  WriteCheck::checks = WriteCheck::unannounced = 0;
  explore(task_of(program, variant));
  WriteCheck::wanted = false;
  EXPECT_GT(WriteCheck::checks, 1000U);
  return WriteCheck::unannounced;
}

TEST(WriteCompleteness, EveryWriteOfTheFixtureIsAnnounced) {
  for (const char* program : {"remove-vs-put-return", "recycle-and-post", "destroy-vs-put-bulk"})
    EXPECT_EQ(unannounced_in(program, fixture()), 0U) << program;
}

TEST(WriteCompleteness, SeesOneThatIsNot) {
  EXPECT_GT(unannounced_in("remove-vs-put-return", fixture("BUG_UNANNOUNCED")), 0U);
}

}  // namespace
}  // namespace poolrace::models::linux_tree
