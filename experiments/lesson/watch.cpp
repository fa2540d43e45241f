// SPDX-License-Identifier: MIT
#include "experiments/lesson/watch.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/trace/events.hpp"
#include "sim/settings/input_file.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t bytes_max = 1'000'000;  // half of what a page may have
constexpr std::int64_t runs_tried = 300;

// What the page reads of each.
bool is_event(const Json& e) {
  const auto text = [&](const char* key) { return !e.contains(key) || e[key].is_string(); };
  return e.is_object() && e.contains("ph") && text("ph") && text("name") && text("cat") &&
         (!e.contains("ts") || e["ts"].is_number()) &&
         (e["ph"] != "M" || (e.contains("args") && e["args"].is_object()));
}

Json read_trace(const std::string& path) {
  const std::string text = sim::read_text(path, "poolrace lesson: --trace=" + path);
  Json events = Json::parse(text, nullptr, false);
  if (!events.is_array() || events.empty() ||
      !std::all_of(events.begin(), events.end(), is_event) ||
      events[0].value("name", "") != "poolrace")
    throw ConfigError("poolrace lesson: --trace=" + path +
                      ": not a trace that `poolrace trace` wrote");
  return events;
}

bool harmed_by(const models::RunResult& result, const std::string& kind) {
  return std::any_of(
      result.violations.begin(), result.violations.end(), [&](const models::Violation& v) {
        return v.harm != models::Harm::none && kind == models::kind_info(v.kind).name;
      });
}

std::int64_t first_run_of(const Lesson& lesson, const RunChoice& choice) {
  const std::string& variant = choice.resolved.variants.front();
  for (std::int64_t run = 0; run < runs_tried; ++run)
    if (harmed_by(models::run_machine(choice.resolved.values(),
                                      run_options(choice.options, variant, run)),
                  lesson.watch_kind))
      return run;
  throw ConfigError("lesson " + lesson.name + ": no " + lesson.watch_kind + " does harm in " +
                    std::to_string(runs_tried) + " runs of " + lesson.watch);
}

}  // namespace

Watched watched(const Lesson& lesson, const std::optional<std::string>& path) {
  if (path) return {read_trace(*path)};
  if (lesson.watch.empty()) return {};
  const ReplayedRun run = parse_replay(std::string("poolrace/") + version() + ";" + lesson.watch);
  RunChoice choice{run.options, resolve(run), run.run};
  if (!lesson.watch_kind.empty()) choice.run = first_run_of(lesson, choice);
  for (Ps length = lesson.watch_us * ps_per_us;; length /= 2) {  // a busy run has less of it
    const Recording recording = record_run(choice, {.asked = true, .length = length});
    if (lesson.watch_harm && !recording.violation)
      throw ConfigError(
          "poolrace lesson: nothing broke in that run, so there is nothing to watch; `poolrace "
          "compare` prints runs in which something did");
    std::stringstream text;
    write_trace_events(recording, spans_of(recording), text);
    if (text.view().size() <= bytes_max) return {Json::parse(text), choice.run};
    if (length < ps_per_us)
      throw ConfigError(
          "poolrace lesson: that run has too many pages in flight for one page; `poolrace trace` "
          "writes it for ui.perfetto.dev");
  }
}

}  // namespace poolrace::experiments
