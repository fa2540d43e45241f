// SPDX-License-Identifier: MIT
// merge as a user meets it: what two stores disagree about, and what does not belong together.  export
// of names that are no words.
#include <fstream>

#include "experiments/commands/commands.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/sweep/fixture.hpp"
#include "sim/settings/csv_reader.hpp"
#include "sim/utf8.hpp"

namespace poolrace::experiments {
namespace {

class MergeCommand : public StudyTest {};

TEST_F(MergeCommand, RefusesWhatDiffersAndTakesNothingOfIt) {
  const std::string a = file("a.sqlite"), b = file("b.sqlite"), c = file("c.sqlite");
  sweep(words({"--store", a}));
  sweep(words({"--store", b}), [](const models::Parameters& p, const models::RunOptions& o) {
    models::RunResult r = quick_run(p, o);
    r.fingerprint += o.run == 45;
    return r;
  });
  sweep(words({"--store", c, "--seed", "2"}));
  const std::string before = exported(a);
  const Command merge = merge_command();
  const auto run = [&](const std::vector<std::string>& words) {
    return merge.run(merge.line.parse(words));
  };
  EXPECT_EQ(run({"--store", a, b}), 4);
  EXPECT_EQ(exported(a), before);
  EXPECT_NE(error_of([&] { run({"--store", a}); }).find("which stores"), std::string::npos);
  EXPECT_NE(error_of([&] { run({"--store", a, c}); }).find("is of seed 1"), std::string::npos);
  EXPECT_EQ(exported(a), before);
}

class ExportCommand : public StudyTest {};

// Whatever a scenario's file is called, the table tells its name and the variant that ran.
TEST_F(ExportCommand, HoldsAnyNameOfAFile) {
  for (const std::string name : {"a\nvariant=xarray,\"b\".ini", "a;b=c%41.ini", "M\xfcller.ini"}) {
    const std::string scenario = file(name), store = file("store" + std::to_string(name.size()));
    std::ofstream(scenario) << "horizon_s = 1.2\n";
    sweep({scenario, "--vary", "load_mpps=0.1", "--variant", "scan", "--runs", "20", "--jobs", "1",
           "--store", store});
    const std::string table = exported(store);
    if (!sim::is_utf8(name)) {
      EXPECT_NE(table.find(scenario), std::string::npos);
    } else {
      sim::CsvReader csv(sim::file_of(table), "export", "a table");
      std::vector<std::string> cells;
      ASSERT_TRUE(csv.next(cells));
      EXPECT_EQ(csv.names()[1], "scenario");
      EXPECT_EQ(cells[1], scenario);
      EXPECT_EQ(csv.names()[3], "variant");
      EXPECT_EQ(cells[3], "scan");
      EXPECT_FALSE(csv.next(cells));
    }
    Store again(store, Store::Mode::read);
    EXPECT_NO_THROW(json_of(study_rows(again)).dump());
    // A block is computed from the text alone, and a replay tells the same scenario.
    const Problem problem = parse_problem(again.problem_texts().front());
    EXPECT_EQ(problem.options.scenario, scenario);
    EXPECT_EQ(parse_replay(replay_string(problem, 3)).options.scenario, scenario);
  }
}

}  // namespace
}  // namespace poolrace::experiments
