// SPDX-License-Identifier: MIT
#include "experiments/commands/lists.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <iterator>
#include <sstream>

#include "experiments/commands/commands.hpp"
#include "models/explore/faults.hpp"
#include "models/faults/faults.hpp"
#include "models/variants.hpp"

namespace poolrace::experiments {
namespace {

std::string said(const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(main_of(words), 0);
  std::cout.flush();
  return testing::internal::GetCapturedStdout();
}

// Scripts ask for these instead of reading headers.
TEST(Lists, VariantsForAProgramHaveTheirFlags) {
  const auto json = nlohmann::json::parse(said({"list", "variants", "--format", "json"}));
  const auto infos = models::known_infos();
  ASSERT_EQ(json.at("variants").size(), infos.size());
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const auto& row = json["variants"][i];
    EXPECT_EQ(row.at("name"), infos[i].name);
    EXPECT_EQ(row.at("help"), infos[i].help);
    EXPECT_EQ(row.at("destroy_unmaps"), infos[i].destroy_unmaps);
    EXPECT_EQ(row.at("clears_dma_sync"), infos[i].clears_dma_sync);
    EXPECT_EQ(row.at("skips_unmap"), infos[i].skips_unmap);
    EXPECT_EQ(row.at("stalls_unregister"), infos[i].stalls_unregister);
    EXPECT_EQ(row.at("waits_in_destroy"), infos[i].waits_in_destroy);
    EXPECT_EQ(row.at("for_teaching"), infos[i].for_teaching);
  }
}

TEST(Lists, VariantsForPeopleAreANameAndAHelp) {
  std::string expected;
  for (const pool::VariantInfo& info : models::known_infos())
    expected += std::string(info.name) + "\n    " + info.help + "\n";
  EXPECT_EQ(said({"list", "variants"}), expected);
}

// Each fault is shown by the command that stands beside it.
TEST(FaultListSlow, CommandsShowEachFault) {
  const auto rows = nlohmann::json::parse(said({"list", "faults", "--format", "json"}))["faults"];
  EXPECT_EQ(rows.size(), models::fault_table().size() + models::explore_fault_table().size());
  for (const auto& row : rows) {
    std::istringstream text(row.at("shown by").get<std::string>());
    std::vector<std::string> words{std::istream_iterator<std::string>(text), {}};
    words.erase(words.begin());
    words.insert(words.end(), {"--format", "json"});
    const std::string kind = row.at("kind");
    const auto out = nlohmann::json::parse(said(words));
    if (row.at("where") == "timed")
      EXPECT_TRUE(out["kinds"].contains(kind) && out["kinds"][kind]["misuse_runs"] > 0) << row;
    else
      EXPECT_TRUE(out["verdicts"][0]["kinds"].contains(kind)) << row;
  }
}

}  // namespace
}  // namespace poolrace::experiments
