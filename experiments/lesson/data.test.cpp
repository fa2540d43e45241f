// SPDX-License-Identifier: MIT
#include "experiments/lesson/data.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/lesson/lessons.hpp"

namespace poolrace::experiments {
namespace {

// Two lessons with the same fix beside different variants hold its graph once.
TEST(CourseData, LessonsShareGraphs) {
  std::vector<Lesson> two = {find_lesson("the-race"), find_lesson("grace-period")};
  for (Lesson& lesson : two) lesson.watch.clear();
  const auto data = course_data(two, {.states_max = 60'000, .runs = 0});
  ASSERT_EQ(data["graphs"].size(), 3U);
  EXPECT_EQ(data["course"][0]["graphs"], nlohmann::ordered_json({0, 1}));
  EXPECT_EQ(data["course"][1]["graphs"], nlohmann::ordered_json({2, 1}));
  const auto& lesson = data["course"][0]["lesson"];
  EXPECT_EQ(lesson["name"], "the-race");
  EXPECT_EQ(lesson["tasks"][0]["through"][0], "put: read dma_sync");
  EXPECT_GE(lesson["predict"]["guesses"].size(), 2U);
}

}  // namespace
}  // namespace poolrace::experiments
