// SPDX-License-Identifier: MIT
#include "experiments/lesson/lessons.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "experiments/lesson/data.hpp"
#include "experiments/lesson/lesson_head.hpp"
#include "experiments/lesson/page.hpp"
#include "experiments/lesson/source_lines.hpp"
#include "models/linux/tree_fixture.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

using Json = nlohmann::ordered_json;

const std::string head =
    "---\ntitle = T\nprogram = destroy-vs-put-softirq\nvariants = scan, xarray-fixed\n";

std::string error_of(const std::string& text) {
  try {
    parse_lesson(text, "x");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Lesson, EveryShippedLessonParses) {
  EXPECT_GE(lessons().size(), 6U);
  for (const auto& [name, title] : lessons()) {
    const Lesson lesson = find_lesson(name);
    EXPECT_EQ(lesson.title, title);
    EXPECT_FALSE(lesson.tasks.empty()) << name;
    EXPECT_GE(lesson.guesses.size(), 2U) << name;
    EXPECT_FALSE(lesson.question.empty() || lesson.after.empty() || lesson.notes.empty()) << name;
    EXPECT_GT(lesson.text.size(), 300U) << name;
  }
}

// Times and costs in a text are computed: "{stall_us} µs", never "5 µs".
TEST(Lesson, NoTypedTimesOrCosts) {
  const std::regex typed(R"([0-9] ?(ns|µs|us|ms|s|%|Mpps|million)\b)");
  for (const Lesson& lesson : course())
    for (const std::string& text : {lesson.text, lesson.after, lesson.notes, lesson.question})
      EXPECT_FALSE(std::regex_search(text, typed)) << lesson.name;
}

TEST(Lesson, HeadAndText) {
  const Lesson lesson = parse_lesson(
      head + "set = iommu=lazy,coherent=true\ntask = reach\nharm = leak\nslack = 3\n---\nWords.\n",
      "x");
  EXPECT_EQ(lesson.explored.program->name, "destroy-vs-put-softirq");
  EXPECT_EQ(lesson.variants, (std::vector<std::string>{"scan", "xarray-fixed"}));
  EXPECT_EQ(lesson.explored.config.iommu, models::IommuMode::lazy);
  EXPECT_TRUE(lesson.explored.config.coherent);
  ASSERT_EQ(lesson.tasks.size(), 1U);
  EXPECT_EQ(lesson.tasks[0].variant, "scan");
  EXPECT_EQ(lesson.tasks[0].slack, 3);
  EXPECT_EQ(lesson.text, "Words.\n");
}

TEST(Lesson, TasksGuessesAndThePartsOfItsText) {
  const Lesson lesson = parse_lesson(
      head +
          "predict = What happens?\nguess = crash: It crashes.\nguess = fine: Nothing: it is "
          "fine.\n"
          "task = reach\nharm = crash\nthrough = put: read dma_sync > dma: unmap, clear the PTE\n"
          "task = wait\nvariant = xarray-fixed\nwait = grace period\nshow = mapping, dma_addr\n"
          "---\nFirst.\n\n# Afterwards\nThen.\n\n# For the teacher\nNotes.\n",
      "x");
  ASSERT_EQ(lesson.guesses.size(), 2U);
  EXPECT_EQ(lesson.guesses[1].what, "fine");
  EXPECT_EQ(lesson.guesses[1].say, "Nothing: it is fine.");
  ASSERT_EQ(lesson.tasks.size(), 2U);
  EXPECT_EQ(lesson.tasks[0].through,
            (std::vector<std::string>{"put: read dma_sync", "dma: unmap, clear the PTE"}));
  EXPECT_EQ(lesson.tasks[1].wait, "grace period");
  EXPECT_EQ(lesson.show, (std::vector<std::string>{"mapping", "dma_addr"}));
  EXPECT_EQ(lesson.text, "First.\n\n");
  EXPECT_EQ(lesson.after, "Then.\n\n");
  EXPECT_EQ(lesson.notes, "Notes.\n");
}

TEST(Lesson, TheCourseIsInOrder) {
  const std::vector<Lesson> all = course();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.front().name, "page-pool");
  for (std::size_t i = 1; i < all.size(); ++i)
    EXPECT_LT(all[i - 1].order, all[i].order) << all[i].name;
}

TEST(Lesson, IsUnderAMemoryAndAVariantOfItPerhapsUnderAnother) {
  const Lesson lesson = parse_lesson(
      "---\ntitle = T\nprogram = destroy-vs-put-softirq\nmemory = tso\nvariants = scan, scan@sc\n"
      "task = absent\nharm = crash\nvariant = scan@sc\n---\nText.\n",
      "x");
  EXPECT_EQ(lesson.explored.config.memory, sim::MemoryModel::tso);
  EXPECT_EQ(under("scan", "").second, std::nullopt);
  EXPECT_EQ(under("scan@sc", ""),
            std::pair(std::string("scan"), std::optional(sim::MemoryModel::sc)));
  const Json data = lesson_data(lesson, {.states_max = 20'000, .runs = 1}, std::nullopt);
  ASSERT_EQ(data["graphs"].size(), 2U);
  EXPECT_EQ(data["graphs"][0]["variant"], "scan");
  EXPECT_EQ(data["graphs"][1]["variant"], "scan@sc");
  EXPECT_TRUE(data["graphs"][0].contains("stores"));
  EXPECT_FALSE(data["graphs"][1].contains("stores"));
  EXPECT_EQ(data["lesson"]["tasks"][0]["variant"], "scan@sc");
}

TEST(Lesson, ErrorsNameLineAndNearest) {
  EXPECT_EQ(error_of("no head"),
            "lesson x: it begins with `key = value` lines between two lines \"---\"");
  EXPECT_EQ(error_of(head + "taks = reach\n---\n"),
            "lesson x line 5: unknown key 'taks' (nearest: task)");
  EXPECT_TRUE(
      error_of(head + "quickly = 1\n---\n")
          .ends_with(
              "'quickly'; allowed: title, order, question, program, variants, set, "
              "memory, show, predict, guess, task, harm, variant, slack, through, wait, say, "
              "measure, watch, watch_kind, watch_us"));
  EXPECT_EQ(error_of(head + "memory = x86\n---\n").substr(0, 23), "lesson x line 5: memory");
  EXPECT_NE(error_of(head + "task = reach\nvariant = scan@ts\n---\n").find("memory"),
            std::string::npos);
  EXPECT_EQ(error_of(head + "task = raech\n---\n"),
            "lesson x line 5: unknown task 'raech' (nearest: reach)");
  EXPECT_EQ(error_of(head + "task = reach\nslack = -1\n---\n"),
            "lesson x line 6: slack=-1: allowed are 0 to 9999");
  EXPECT_NE(error_of("---\ntitle = T\nprogram = destroy-vs-put-sofirq\n---\n")
                .find("nearest: destroy-vs-put-softirq"),
            std::string::npos);
  EXPECT_EQ(error_of("---\ntitle = T\n---\n"),
            "lesson x: title, program and variants must be said");
  EXPECT_EQ(error_of(head + "task = wait\nvariant = wait\n---\n"),
            "lesson x: unknown variant of this lesson 'wait'; allowed: scan, xarray-fixed");
  EXPECT_EQ(error_of(head + "slack = 1\n---\n"), "lesson x line 5: slack is about no task yet");
  EXPECT_EQ(error_of(head + "guess = crash\n---\n"),
            "lesson x line 5: a guess is WORD: what the learner reads");
  EXPECT_EQ(error_of(head + "predict = What?\n---\n"), "lesson x: predict and guess go together");
}

// Only lines around those that steps name, and none of a variant that is no tree.
TEST(SourceLines, AreThoseOfTheTree) {
  const std::string tree = models::linux_tree::fixture();
  const Json sites = {"page_pool.c:100 read pool.destroy_cnt (scrub)", "put_device"};
  const Json lines = source_lines(tree, sites);
  ASSERT_EQ(lines.size(), 1u);
  const Json& file = lines["page_pool.c"];
  EXPECT_EQ(file.size(), 7u);
  std::ifstream source(models::linux_tree::fixture_path() + "/net/core/page_pool.c");
  std::string line;
  for (int n = 1; n <= 100; ++n) std::getline(source, line);
  EXPECT_EQ(file["100"], line);
  EXPECT_TRUE(source_lines("xarray-fixed", sites).empty());
}

TEST(LessonPage, DataCannotEndItsElement) {
  const std::string page = lesson_page({{"text", "</script><!-- <script>"}});
  EXPECT_NE(page.find(R"({"text":"\u003c/script>\u003c!-- \u003cscript>"})"), std::string::npos);
  EXPECT_EQ(page.find("/*DATA*/"), std::string::npos);
}

TEST(LessonPage, PackedGraphHoldsChangesAndSteps) {
  const Json graph =
      Json::parse(R"({"program": "p", "sites": ["put: read", "sync: read dma_addr"], "states": [
    {"f": [0, 1, 2], "c": [[0, -1]], "v": [], "end": "", "crash": 2},
    {"f": [0, 3, 2], "c": [[0, -1]], "v": [], "end": "", "crash": 1},
    {"f": [0, 3, 4], "c": [[2, -1]], "v": [0], "end": "harm", "crash": 0}],
    "edges": [[0, 1, 1, 0, 18446744073709551615, 9], [1, 2, 1, 1, 8192, 9]]})");
  const Json packed = pack_graph(graph);
  EXPECT_EQ(packed["program"], "p");
  EXPECT_FALSE(packed.contains("states"));
  EXPECT_EQ(packed["start"], Json({0, 1, 2}));
  EXPECT_EQ(packed["labels"], Json::parse(R"([[0, "-1", 9], [1, "0x2000", 9]])"));
  EXPECT_EQ(packed["rows"], Json({8,  0, 0, 0, 1, 1, 1, 0, 0,        // the start
                                  10, 0, 0, 0, 1, 1, 1, 1, 1, 1, 3,  // word 1 became 3
                                  7,  1, 1, 1, 0, 1, 2, 4}));        // word 2 became 4
}

}  // namespace
}  // namespace poolrace::experiments
