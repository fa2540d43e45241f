// SPDX-License-Identifier: MIT
// The shape of `bench`'s rows, not their figures: those are the machine's.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "experiments/bench/pool.hpp"
#include "experiments/commands/commands.hpp"
#include "models/linux/tree_fixture.hpp"
#include "models/variants.hpp"
#include "pool/bench_paths.hpp"

namespace poolrace::experiments {
namespace {

using Rows = std::map<std::string, BenchRow>;

Rows rows_of(const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  const int status = main_of(words);
  std::cout.flush();
  const auto json = nlohmann::json::parse(testing::internal::GetCapturedStdout());
  EXPECT_EQ(status, 0);
  Rows rows;
  for (const auto& r : json.at("benchmarks")) {
    EXPECT_EQ(r.size(), 5u) << r;
    const BenchRow row{r.at("name"), r.at("value"), r.at("unit"), r.at("versus"), r.at("ratio")};
    EXPECT_TRUE(rows.emplace(row.name, row).second) << row.name << " twice";
  }
  return rows;
}

TEST(BenchPool, HasARowForEveryPathAndVariantInBothWorlds) {
  const Rows rows = rows_of({"bench", "pool", "--repetitions", "1", "--format", "json"});
  for (const std::string world : {"native/", "timed/"})
    for (const auto& path : pool::bench_paths)
      for (const auto& variant : models::variant_infos()) {
        const std::string name = world + path.name + '/' + variant.name;
        ASSERT_TRUE(rows.contains(name)) << name;
        EXPECT_EQ(rows.at(name).versus, world + path.name + "/baseline");
      }
  for (const auto& [name, row] : rows) {
    EXPECT_EQ(row.unit, "ns/page") << name;
    EXPECT_GT(row.value, 0) << name;
    ASSERT_TRUE(rows.contains(row.versus)) << name;
    if (name.starts_with("native/")) {
      EXPECT_GT(row.ratio, 0) << name;
    } else {
      EXPECT_DOUBLE_EQ(row.ratio, row.value / rows.at(row.versus).value) << name;
    }
  }
}

TEST(BenchPool, PublishedRowsStandBesideTheSimulationOfTheirContext) {
  const Rows rows = rows_of({"bench", "pool", "--repetitions", "1", "--format", "json"});
  for (const char* path : {"fast", "ptr_ring", "slow"}) {
    const std::string name = path;
    EXPECT_EQ(rows.at("published/" + name + "/softirq").versus, "timed/" + name + "/baseline");
    EXPECT_EQ(rows.at("published/" + name + "/task").versus, "timed-task/" + name + "/baseline");
  }
  EXPECT_FALSE(rows.contains("published/slow-dma/softirq")) << "nobody published that one";
}

// The simulated half depends on nothing of this machine.
TEST(BenchPool, SimulatedRowsRepeatExactly) {
  BenchPoolOptions options;
  options.repetitions = 1;
  options.pages = 20;
  const auto once = bench_pool(options), again = bench_pool(options);
  std::size_t simulated = 0;
  for (std::size_t i = 0; i < once.size(); ++i) {
    if (!once[i].name.starts_with("timed")) continue;
    ++simulated;
    EXPECT_EQ(once[i].value, again[i].value) << once[i].name;
  }
  EXPECT_EQ(simulated, std::size(pool::bench_paths) * (models::variant_infos().size() + 1));
}

TEST(BenchPool, InShortHasPublishedFiguresAndPairedRatios) {
  BenchPoolOptions options;
  options.repetitions = 1;
  options.pages = 20;
  const auto rows = bench_pool(options);
  const std::string text = bench_pool_in_short(rows);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 40) << text;
  EXPECT_NE(text.find("published, softirq           5.4      15.1      66.1         —         —\n"),
            text.npos)
      << text;
  for (const auto& variant : models::variant_infos()) {
    char line[128];
    int at = std::snprintf(line, sizeof line, "\n%-22s", variant.name);
    for (const auto& path : pool::bench_paths)
      for (const char* world : {"timed/", "native/"})
        for (const BenchRow& row : rows)
          if (row.name == std::string(world) + path.name + '/' + variant.name)
            at += std::snprintf(line + at, sizeof line - static_cast<std::size_t>(at), "%10.2f",
                                row.ratio);
    EXPECT_NE(text.find(line), text.npos) << line << "\n" << text;
  }
}

TEST(BenchPool, AnotherMachineIsSimulatedAndHasNoPublishedRows) {
  BenchPoolOptions options;
  options.repetitions = 1;
  options.pages = 20;
  const auto value = [](const std::vector<BenchRow>& rows, const std::string& name) {
    for (const BenchRow& row : rows)
      if (row.name == name) return row.value;
    return 0.0;
  };
  const auto own = bench_pool(options);
  options.profile = "arm64-soc";
  const auto soc = bench_pool(options);
  EXPECT_GT(value(soc, "timed/fast/baseline"), 2 * value(own, "timed/fast/baseline"));
  options.settings = {{"page_alloc_ns", "5000"}};
  const auto slow = bench_pool(options);
  EXPECT_GT(value(slow, "timed/slow/baseline"), value(soc, "timed/slow/baseline"));
  for (const auto& rows : {soc, slow})
    for (const BenchRow& row : rows) EXPECT_FALSE(row.name.starts_with("published/")) << row.name;
  const std::string text = bench_pool_in_short(slow, options);
  EXPECT_NE(text.find("on profile arm64-soc, page_alloc_ns=5000"), text.npos) << text;
  EXPECT_EQ(text.find("published"), text.npos) << text;
}

// What a core does in cycles takes twice the time at half the clock; nothing else is in this path.
TEST(BenchPool, HalfTheClockIsTwiceTheCoresTime) {
  BenchPoolOptions options;
  options.repetitions = 1;
  options.pages = 20;
  const auto fast_path = [&] {
    for (const BenchRow& row : bench_pool(options))
      if (row.name == "timed/fast/baseline") return row.value;
    return 0.0;
  };
  const double full = fast_path();
  options.settings = {{"clock_mhz", "3600"}};
  EXPECT_EQ(fast_path(), full) << "the profile's own";
  options.settings = {{"clock_mhz", "1800"}};
  EXPECT_NEAR(fast_path() / full, 2, 0.01);
}

TEST(BenchPool, AMachineThatIsNoneIsRefusedBeforeAnythingRuns) {
  const auto error = [](const std::vector<std::string>& words) {
    testing::internal::CaptureStderr();
    EXPECT_NE(main_of(words), 0);
    return testing::internal::GetCapturedStderr();
  };
  const std::string unknown = error({"bench", "pool", "--profile", "x86-servr"});
  EXPECT_NE(unknown.find("nearest"), unknown.npos) << unknown;
  EXPECT_NE(error({"bench", "pool", "--set", "atomics_ns=3"}).find("atomic_ns"), unknown.npos);
  const std::string engine = error({"bench", "engine", "--profile", "x86-server"});
  EXPECT_NE(engine.find("benchmark 'engine' simulates no machine"), engine.npos) << engine;
}

// The fixture is a tree of ours: no kernel is needed.
TEST(BenchPool, ComparesATreeWithAVariantByIntervals) {
  models::linux_tree::keep_in_build_tree();
  const std::string tree = "linux:" + models::linux_tree::fixture_path();
  testing::internal::CaptureStdout();
  EXPECT_EQ(main_of({"bench", "pool", "--variant", "xarray-fixed," + tree, "--repetitions", "6",
                     "--format", "json"}),
            0);
  std::cout.flush();
  const auto rows = nlohmann::json::parse(testing::internal::GetCapturedStdout()).at("benchmarks");
  std::set<std::string> names;
  for (const auto& row : rows) {
    names.insert(row.at("name"));
    EXPECT_GT(row.at("value"), 0) << row;
    if (std::string(row.at("name")).starts_with("timed/")) continue;
    EXPECT_LE(row.at("ratio_interval")[0], row.at("ratio")) << row;
    EXPECT_LE(row.at("more"), row.at("more_interval")[1]) << row;
  }
  for (const std::string path : {"fast", "ptr_ring", "slow", "ring-dma", "slow-dma"}) {
    for (const std::string world : {"native/", "native-no-preempt/"})
      EXPECT_TRUE(names.contains(world + path + "/" + tree)) << world << path;
    EXPECT_TRUE(names.contains("native/" + path + "/xarray-fixed"));
    EXPECT_TRUE(names.contains("timed/" + path + "/xarray-fixed"));
  }
}

TEST(BenchPool, TooFewPairsHaveNoBound) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(
      main_of({"bench", "pool", "--variant", "scan", "--repetitions", "1", "--format", "json"}), 0);
  std::cout.flush();
  const auto rows = nlohmann::json::parse(testing::internal::GetCapturedStdout()).at("benchmarks");
  EXPECT_TRUE(rows[0].at("more_interval")[0].is_null()) << rows[0];
}

TEST(Bench, VerbosePrintsEveryRow) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(main_of({"bench", "pool", "--verbose", "--repetitions", "1"}), 0);
  const std::string text = testing::internal::GetCapturedStdout();
  for (const auto& path : pool::bench_paths)
    for (const auto& variant : models::variant_infos())
      EXPECT_NE(text.find(std::string("native/") + path.name + '/' + variant.name + ' '),
                text.npos);
}

TEST(Bench, HelpNamesEveryBenchmark) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(main_of({"bench", "--help"}), 0);
  std::cout.flush();
  const std::string help = testing::internal::GetCapturedStdout();
  for (const char* name : {"engine", "pool"}) EXPECT_NE(help.find(name), std::string::npos) << help;
}

}  // namespace
}  // namespace poolrace::experiments
