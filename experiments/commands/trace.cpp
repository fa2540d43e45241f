// SPDX-License-Identifier: MIT
// trace: one run as a timeline, for ui.perfetto.dev or for the terminal.
#include <iostream>

#include "experiments/cli/common_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/scenario/idle.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/text/output_file.hpp"
#include "experiments/trace/events.hpp"
#include "experiments/trace/recording.hpp"
#include "experiments/trace/text.hpp"
#include "models/explore/schedule_string.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::int64_t runs_max = 1'000'000'000;
constexpr std::int64_t window_max_us = 1'000'000'000;

// A replay string says all; a scenario's name leaves the rest to the options.
RunChoice chosen_run(const ParsedLine& parsed) {
  const std::string word = parsed.get("run-or-scenario").value_or("");
  if (models::is_schedule(word))
    throw ConfigError(
        "poolrace trace: this is a schedule of world explore, whose steps have no dates; "
        "`poolrace replay` tells it");
  if (word.rfind("poolrace/", 0) != 0) {
    if (word.find(';') != std::string::npos)
      throw ConfigError("poolrace trace: '" + word +
                        "' is not a replay string: one begins with 'poolrace/' and the version");
    CommonOptions defaults;
    if (!word.empty()) defaults.scenario = word;
    const CommonOptions options = common_options(parsed, defaults);
    const Resolved resolved = resolve(options, {"baseline"});
    if (resolved.variants.size() != 1)
      throw ConfigError("poolrace trace: --variant takes one variant here");
    return {options, resolved, parsed.integer("run", 0, 0, runs_max)};
  }
  for (const char* name : {"variant", "seed", "run", "profile", "config", "stall", "fault"})
    if (parsed.has(name))
      throw ConfigError("poolrace trace: --" + std::string(name) +
                        " does not go with a replay string, which says it already");
  if (!parsed.settings().empty())
    throw ConfigError("poolrace trace: " + parsed.settings().front().name +
                      " does not go with a replay string, which says it already");
  const ReplayedRun what = parse_replay(word);
  return {what.options, resolve(what), what.run};
}

WindowChoice chosen_window(const ParsedLine& parsed) {
  WindowChoice window;
  window.all = parsed.has("all");
  window.asked = parsed.has("window-us");
  if (window.all && window.asked)
    throw ConfigError("poolrace trace: --all and --window-us exclude each other");
  window.length =
      parsed.integer("window-us", window.length / ps_per_us, 1, window_max_us) * ps_per_us;
  return window;
}

int trace(const ParsedLine& parsed) {
  const bool text = parsed.has("text");
  const auto path = parsed.get("output");
  if (text == path.has_value())
    throw ConfigError(text ? "poolrace trace: --text prints, so it takes no --output"
                           : "poolrace trace: give -o FILE for ui.perfetto.dev, or --text");
  const RunChoice choice = chosen_run(parsed);
  const WindowChoice window = chosen_window(parsed);
  const std::int64_t rows = parsed.integer("steps", 60, 1, 1'000'000);
  if (text) {
    const Recording recording = record_run(choice, window);
    std::cout << text_timeline(recording, spans_of(recording), static_cast<std::size_t>(rows));
    tell_idle(choice.options, recording.result);
    return 0;
  }
  OutputFile file(*path, "poolrace trace: --output");
  const Recording recording = record_run(choice, window);
  write_trace_events(recording, spans_of(recording), file.stream());
  file.commit();
  tell_idle(choice.options, recording.result);
  std::cerr << *path << ": " << recording.result.records.size() << " steps in "
            << static_cast<double>(recording.to - recording.from) / ps_per_us
            << " us; open it in ui.perfetto.dev\n";
  return 0;
}

}  // namespace

Command trace_command() {
  CommandLine line("trace", "one run as a timeline: a file for ui.perfetto.dev, or --text");
  line.positional("run-or-scenario",
                  "what `compare` or `run` printed for a run, or a scenario (with --run)");
  line.value("output", "FILE", "the trace, in Chrome's trace-event JSON; -o for short");
  line.flag("text", "a timeline for the terminal instead, a column a CPU");
  line.value("steps", "N", "with --text: how many of the last rows", "60");
  line.value("window-us", "N", "trace so many microseconds, up to the violation", "1000");
  line.flag("all", "trace the whole run");
  line.value("run", "N", "which run of the campaign, 0 for its first", "0");
  add_common_options(line, {}, {"scenario", "runs", "jobs", "format", "fail-on-violation"});
  line.parameters(models::parameter_table().settable());
  line.example("seed-race --variant scan --text", "the steps before the crash, a column a CPU");
  line.example("seed-race --variant scan -o trace.json", "the same for ui.perfetto.dev");
  return {line, trace};
}

}  // namespace poolrace::experiments
