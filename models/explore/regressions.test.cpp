// SPDX-License-Identifier: MIT
// Every finding kept in models/regressions/ still replays to its kind, its class and what ended it;
// and shrinking keeps all three.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/explore/shrink.hpp"
#include "sim/explore/strategies.hpp"
#include "source_paths.hpp"

namespace poolrace::models {
namespace {

using Fields = std::map<std::string, std::string>;

Fields read(const std::filesystem::path& path) {
  Fields fields;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error(path.string() + ": " + line);
    fields[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return fields;
}

std::string told(const Violation& v) {
  return std::string(kind_info(v.kind).name) + " (" + harm_name(v.harm) + ") ended by '" +
         v.ended_by + "'";
}

TEST(Regressions, EveryFindingReplays) {
  const std::filesystem::path directory = POOLRACE_SOURCE_DIR "/models/regressions";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".txt") continue;
    ++files;
    Fields fields = read(entry.path());
    const ScheduledTask what = parse_schedule_string(fields["schedule"]);
    const Retelling retelling = retell(what.task, what.schedule);
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(retelling.astray, "") << name << ": scripts/renew.py if meant";
    ASSERT_FALSE(retelling.execution.violations.empty()) << name;
    const std::string expected =
        fields["kind"] + " (" + fields["class"] + ") ended by '" + fields["ended_by"] + "'";
    std::string all;
    bool found = false;
    for (const Violation& v : retelling.execution.violations) {
      all += told(v) + "; ";
      found |= told(v) == expected && static_cast<std::size_t>(v.at) == what.schedule.size();
    }
    EXPECT_TRUE(found) << name << ": expected " << expected << " at the last step, got " << all;
  }
  EXPECT_GE(files, 10U);
}

// Of schedules as pct finds them, with more changes of priority than any of them needs.
TEST(Shrink, KeepsTheKindAndNeverGrows) {
  const ExploreTask task{&find_program("destroy-vs-put-preemptible"), "scan", {}};
  std::size_t shrunk_any = 0, violations = 0;
  for (std::uint64_t i = 0; i < 150; ++i) {
    sim::Pct pct(80, 6, 7, i);
    bool more = false;
    std::vector<sim::Step> steps;
    const Execution execution = execute(task, pct, nullptr, more, &steps);
    for (const Violation& v : execution.violations) {
      ++violations;
      Schedule schedule;
      for (const sim::Step& step : steps) schedule.push_back(step.context);
      schedule.resize(static_cast<std::size_t>(v.at));
      const Shrunk shrunk = shrink(task, v, schedule);
      EXPECT_LE(shrunk.schedule.size(), schedule.size());
      EXPECT_LE(switches_of(shrunk.schedule), switches_of(schedule));
      shrunk_any += switches_of(shrunk.schedule) < switches_of(schedule) ? 1 : 0;
      EXPECT_EQ(shrink(task, v, schedule).schedule, shrunk.schedule);
      const Retelling again = retell(task, shrunk.schedule);
      EXPECT_EQ(again.astray, "");
      ASSERT_FALSE(again.execution.violations.empty());
      EXPECT_EQ(told(again.execution.violations.back()), told(v));
      EXPECT_EQ(again.execution.violations.back().at, shrunk.violation.at);
    }
  }
  EXPECT_GE(violations, 5U);
  EXPECT_GE(shrunk_any, 5U);
}

}  // namespace
}  // namespace poolrace::models
