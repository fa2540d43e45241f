// SPDX-License-Identifier: MIT
// lesson: a self-contained page in which a learner plays the scheduler of a small program, sees the
// same choices under another variant, and what it comes to in numbers.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/commands/commands.hpp"
#include "experiments/explore/graph_json.hpp"
#include "experiments/lesson/choice.hpp"
#include "experiments/lesson/measure.hpp"
#include "experiments/lesson/page.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/text/output_file.hpp"
#include "experiments/trace/events.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t bytes_max = 2'000'000;  // of a page, so that a browser opens it at once
constexpr std::size_t recording_bytes_max = bytes_max / 2;

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
    out.push_back(pack_graph(graph_json(task, graph)));
  }
  return out;
}

// What the page reads of each.
bool is_event(const Json& e) {
  const auto text = [&](const char* key) { return !e.contains(key) || e[key].is_string(); };
  return e.is_object() && e.contains("ph") && text("ph") && text("name") && text("cat") &&
         (!e.contains("ts") || e["ts"].is_number()) &&
         (e["ph"] != "M" || (e.contains("args") && e["args"].is_object()));
}

// What `poolrace trace` wrote, or writes of the lesson's run.
Json recorded(const Lesson& lesson, const std::optional<std::string>& path) {
  if (path) {
    std::ifstream file(*path);
    if (!file || std::filesystem::is_directory(*path))
      throw ConfigError("poolrace lesson: --trace=" + *path + ": cannot be read");
    Json events = Json::parse(file, nullptr, false);
    if (!events.is_array() || events.empty() ||
        !std::all_of(events.begin(), events.end(), is_event) ||
        events[0].value("name", "") != "poolrace")
      throw ConfigError("poolrace lesson: --trace=" + *path +
                        ": not a trace that `poolrace trace` wrote");
    return events;
  }
  if (lesson.watch.empty()) return nullptr;
  const ReplayedRun run = parse_replay(std::string("poolrace/") + version() + ";" + lesson.watch);
  const RunChoice choice{run.options, resolve(run.options, {}), run.run};
  for (Ps length = lesson.watch_us * ps_per_us;; length /= 2) {  // a busy run has less of it
    const Recording recording = record_run(choice, {.asked = true, .length = length});
    if (lesson.watch_harm && !recording.violation)
      throw ConfigError(
          "poolrace lesson: nothing broke in that run, so there is nothing to watch; `poolrace "
          "compare` prints runs in which something did");
    std::stringstream text;
    write_trace_events(recording, spans_of(recording), text);
    if (text.view().size() <= recording_bytes_max) return Json::parse(text);
    if (length < ps_per_us)
      throw ConfigError(
          "poolrace lesson: that run has too many pages in flight for one page; `poolrace trace` "
          "writes it for ui.perfetto.dev");
  }
}

int lesson(const ParsedLine& parsed) {
  const std::int64_t runs = parsed.integer("runs", 100, 0, 1'000'000);
  const Lesson chosen = choose_lesson(parsed);
  const auto path = parsed.get("output");
  if (!path) throw ConfigError("poolrace lesson: give -o FILE.html for the page");
  OutputFile file(*path, "poolrace lesson: --output");
  Json data = {{"version", version()}, {"lesson", json_of(chosen)}};
  data["watch"] = recorded(chosen, parsed.get("trace"));
  data["graphs"] = graphs_of(chosen, parsed.integer("states", 20'000, 1, 10'000'000));
  try {
    data["measure"] = measured(chosen, runs);
  } catch (const Interrupted& by) {
    std::cerr << "poolrace lesson: interrupted; no page was written\n";
    return 128 + by.signal;
  }
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
  line.value("variant", "V[,V2...]", "of a program: variants to compare", "scan,xarray-fixed");
  line.repeated("set", "NAME=VALUE", "of a program: " + models::setting_names());
  line.value("output", "FILE", "the page; -o for short");
  line.value("runs", "N", "of the measured table, a variant and load; 0: no table", "100");
  line.value("trace", "FILE", "a trace that `poolrace trace` wrote, to watch in the page");
  line.value("states", "N", "largest graph of a variant, in states", "20000");
  line.example("the-race -o race.html",
               "the race that the list argued about; open it in a browser");
  line.example("destroy-vs-put-bulk --variant scan-rcu,xarray-fixed -o p.html", "any program");
  line.example("'poolrace/0.1.0;scenario=…' -o run.html", "a run that `compare` printed");
  return {line, lesson};
}

}  // namespace poolrace::experiments
