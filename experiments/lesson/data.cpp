// SPDX-License-Identifier: MIT
#include "experiments/lesson/data.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/explore/graph_json.hpp"
#include "experiments/lesson/figures.hpp"
#include "experiments/lesson/lesson_head.hpp"
#include "experiments/lesson/measure.hpp"
#include "experiments/lesson/page.hpp"
#include "experiments/lesson/source_lines.hpp"
#include "experiments/lesson/watch.hpp"
#include "experiments/scenario/version.hpp"
#include "models/explore/graph.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const LessonTask& task) {
  Json out = {
      {"kind", task.kind}, {"variant", task.variant}, {"slack", task.slack}, {"say", task.say}};
  if (!task.harm.empty()) out["harm"] = task.harm;
  if (!task.through.empty()) out["through"] = task.through;
  if (!task.wait.empty()) out["wait"] = task.wait;
  return out;
}

Json json_of(const Lesson& lesson, std::int64_t watched_run) {
  const Figures figures = figures_of(lesson, watched_run);
  const auto filled = [&](const std::string& text) {
    return with_figures(text, figures, "lesson " + lesson.name);
  };
  Json out = {{"name", lesson.name},           {"title", lesson.title},
              {"question", lesson.question},   {"text", filled(lesson.text)},
              {"after", filled(lesson.after)}, {"notes", filled(lesson.notes)}};
  if (!lesson.predict.empty()) {
    out["predict"] = {{"ask", lesson.predict}, {"guesses", Json::array()}};
    for (const LessonGuess& guess : lesson.guesses)
      out["predict"]["guesses"].push_back({{"what", guess.what}, {"say", guess.say}});
  }
  out["tasks"] = Json::array();
  for (const LessonTask& task : lesson.tasks) out["tasks"].push_back(json_of(task));
  if (!lesson.show.empty()) out["show"] = lesson.show;
  for (const sim::Pick& pick : lesson.schedule) out["schedule"].push_back({pick.context, pick.way});
  return out;
}

Json graph_of(const Lesson& lesson, const std::string& variant, std::int64_t states_max) {
  models::ExploreTask task = lesson.explored;
  const auto [name, memory] = under(variant, "lesson " + lesson.name);
  task.variant = name;
  if (memory) task.config.memory = *memory;
  const models::StateGraph graph =
      models::state_graph(task, static_cast<std::uint32_t>(states_max));
  if (!graph.complete)
    throw ConfigError("poolrace lesson: " + std::string(task.program->name) + " under " + variant +
                      " has more than " + std::to_string(states_max) +
                      " states; take a smaller program, or --states N for a larger page");
  Json whole = graph_json(task, graph);
  whole["variant"] = variant;  // as the lesson tells it from others
  whole["sources"] = source_lines(name, whole.at("sites"));
  return pack_graph(whole);
}

// All but the graphs.
Json without_graphs(const Lesson& lesson, const PageSizes& sizes,
                    const std::optional<std::string>& trace) {
  const Watched seen = watched(lesson, trace);
  Json out = {{"lesson", json_of(lesson, seen.run)}, {"graphs", Json::array()}};
  out["watch"] = seen.events;
  out["measure"] = measured(lesson, sizes.runs);
  return out;
}

}  // namespace

Json lesson_data(const Lesson& lesson, const PageSizes& sizes,
                 const std::optional<std::string>& trace) {
  Json out = without_graphs(lesson, sizes, trace);
  for (const std::string& variant : lesson.variants)
    out["graphs"].push_back(graph_of(lesson, variant, sizes.states_max));
  out["version"] = version();
  return out;
}

Json course_data(const std::vector<Lesson>& lessons, const PageSizes& sizes) {
  Json course = Json::array(), graphs = Json::array();
  for (const Lesson& lesson : lessons) {
    Json one = without_graphs(lesson, sizes, std::nullopt);
    for (const std::string& variant : lesson.variants) {
      const Json graph = graph_of(lesson, variant, sizes.states_max);
      const auto same = std::find(graphs.begin(), graphs.end(), graph);
      one["graphs"].push_back(same - graphs.begin());
      if (same == graphs.end()) graphs.push_back(graph);
    }
    course.push_back(one);
  }
  return {{"version", version()}, {"course", course}, {"graphs", graphs}};
}

}  // namespace poolrace::experiments
