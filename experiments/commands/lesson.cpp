// SPDX-License-Identifier: MIT
// lesson: a self-contained page in which a learner plays the scheduler of a small program, sees the
// same choices under another variant, and what it comes to in numbers.
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/tree_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/explore/graph_json.hpp"
#include "experiments/lesson/choice.hpp"
#include "experiments/lesson/measure.hpp"
#include "experiments/lesson/page.hpp"
#include "experiments/lesson/source_lines.hpp"
#include "experiments/lesson/watch.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/text/output_file.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t bytes_max = 2'000'000;  // of a page, so that a browser opens it at once

Json json_of(const Lesson& lesson) {
  Json out = {{"name", lesson.name}, {"title", lesson.title}, {"text", lesson.text}};
  const LessonTask& t = lesson.task;
  if (!t.kind.empty())
    out["task"] = {{"kind", t.kind}, {"variant", t.variant}, {"slack", t.slack}, {"say", t.say}};
  if (!t.harm.empty()) out["task"]["harm"] = t.harm;
  if (!lesson.schedule.empty()) out["schedule"] = lesson.schedule;
  return out;
}

Json graphs_of(const Lesson& lesson, std::int64_t states_max) {
  Json out = Json::array();
  for (const std::string& variant : lesson.variants) {
    models::ExploreTask task = lesson.explored;
    task.variant = variant;
    const models::StateGraph graph =
        models::state_graph(task, static_cast<std::uint32_t>(states_max));
    if (!graph.complete)
      throw ConfigError("poolrace lesson: " + task.program->name + " under " + variant +
                        " has more than " + std::to_string(states_max) +
                        " states; take a smaller program, or --states N for a larger page");
    Json whole = graph_json(task, graph);
    whole["sources"] = source_lines(variant, whole.at("sites"));
    out.push_back(pack_graph(whole));
  }
  return out;
}

int lesson(const ParsedLine& parsed) {
  const std::int64_t runs = parsed.integer("runs", 100, 0, 1'000'000);
  const Lesson chosen = choose_lesson(parsed);
  const auto path = parsed.get("output");
  if (!path) throw ConfigError("poolrace lesson: give -o FILE.html for the page");
  OutputFile file(*path, "poolrace lesson: --output");
  Json data = {{"version", version()}, {"lesson", json_of(chosen)}};
  data["watch"] = watched(chosen, parsed.get("trace"));
  data["graphs"] = graphs_of(chosen, parsed.integer("states", 60'000, 1, 10'000'000));
  data["measure"] = measured(chosen, runs);
  const std::string page = lesson_page(data);
  if (page.size() > bytes_max)
    throw ConfigError("poolrace lesson: the page would have " + std::to_string(page.size()) +
                      " bytes, allowed are " + std::to_string(bytes_max) +
                      "; take fewer variants, a smaller program or a shorter trace");
  file.stream() << page;
  file.commit();
  std::cerr << *path << ": " << page.size() / 1000 << " kB; open it in a browser\n";
  if (parsed.has("runs") && runs > 0 && chosen.measure.empty())
    std::cerr << "there is no table in it: " << chosen.name << " has no traffic to measure\n";
  return 0;
}

}  // namespace

Command lesson_command() {
  CommandLine line("lesson", "a self-contained page: play the scheduler, compare, measure");
  line.positional("lesson",
                  "a lesson (poolrace list lessons), a program (poolrace list programs), or the "
                  "replay string of a run or of a schedule");
  line.value("program", "P", "a program, said this way");
  line.value(
      "variant", "V[,V2...]",
      "of a program: variants to compare; linux:TREE[@REF] is the pool of a kernel tree of your "
      "own, shown on its own lines",
      "scan,xarray-fixed");
  line.repeated("set", "NAME=VALUE", "of a program: " + models::setting_names());
  line.value("output", "FILE", "the page; -o for short");
  line.value("runs", "N", "of the measured table, a variant and load; 0: no table", "100");
  line.value("trace", "FILE", "a trace that `poolrace trace` wrote, to watch in the page");
  line.value("states", "N", "largest graph of a variant, in states", "60000");
  add_tree_options(line);
  line.example("the-race -o race.html",
               "the race that the list argued about; open it in a browser");
  line.example("destroy-vs-put-bulk --variant scan-rcu,xarray-fixed -o p.html", "any program");
  line.example("remove-vs-put-return --variant linux:$HOME/linux -o p.html",
               "your own page_pool.c, line by line");
  line.example(std::string("'poolrace/") + version() + ";scenario=…' -o run.html",
               "a run that `compare` printed");
  return {line, lesson};
}

}  // namespace poolrace::experiments
