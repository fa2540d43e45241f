// SPDX-License-Identifier: MIT
#include "experiments/commands/lists.hpp"

#include <gtest/gtest.h>

#include <iostream>

#include "experiments/commands/commands.hpp"
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
  const auto infos = models::variant_infos();
  ASSERT_EQ(json.at("variants").size(), infos.size());
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const auto& row = json["variants"][i];
    EXPECT_EQ(row.at("name"), infos[i].name);
    EXPECT_EQ(row.at("help"), infos[i].help);
    EXPECT_EQ(row.at("destroy_unmaps"), infos[i].destroy_unmaps);
    EXPECT_EQ(row.at("clears_dma_sync"), infos[i].clears_dma_sync);
    EXPECT_EQ(row.at("stalls_unregister"), infos[i].stalls_unregister);
    EXPECT_EQ(row.at("waits_in_destroy"), infos[i].waits_in_destroy);
  }
}

TEST(Lists, VariantsForPeopleAreANameAndAHelp) {
  std::string expected;
  for (const pool::VariantInfo& info : models::variant_infos())
    expected += std::string(info.name) + "\n    " + info.help + "\n";
  EXPECT_EQ(said({"list", "variants"}), expected);
}

}  // namespace
}  // namespace poolrace::experiments
