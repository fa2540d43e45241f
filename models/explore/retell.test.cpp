// SPDX-License-Identifier: MIT
#include "models/explore/retell.hpp"

#include <gtest/gtest.h>

namespace poolrace::models {
namespace {

TEST(Retell, StepsAfterTheEndAreAstray) {
  const ExploreTask task{&find_program("destroy-vs-put-preemptible"), "scan", {}};
  Schedule whole;
  for (const sim::Step& step : retell(task, {}).steps) whole.push_back(step.context);
  EXPECT_EQ(retell(task, whole).astray, "");
  const std::string over = "over after " + std::to_string(whole.size());
  whole.push_back(2);
  EXPECT_NE(retell(task, whole).astray.find(over), std::string::npos) << retell(task, whole).astray;
  EXPECT_NE(retell(task, {1, 9}).astray.find("step 2 "), std::string::npos);
}

}  // namespace
}  // namespace poolrace::models
