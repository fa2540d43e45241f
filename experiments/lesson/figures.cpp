// SPDX-License-Identifier: MIT
#include "experiments/lesson/figures.hpp"

#include <charconv>
#include <sstream>

#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "models/parameters.hpp"
#include "sim/settings/nearest.hpp"
#include "sim/time.hpp"

namespace poolrace::experiments {

namespace {

ReplayedRun run_told(const Lesson& lesson) {
  const std::string head = std::string("poolrace/") + version() + ";";
  if (!lesson.watch.empty()) return parse_replay(head + lesson.watch);
  ReplayedRun run;
  run.options = lesson.measured_as;
  run.options.scenario = lesson.measure.empty() ? "steady" : lesson.measure;
  return run;
}

double figure(const std::string& name, const Figures& figures, const std::string& label) {
  std::vector<std::string> names;
  for (const auto& [key, value] : figures) names.push_back(key);
  sim::require_known(label, "figure", name, names);
  return figures.at(name);
}

std::string sum_of(const std::string& terms, const Figures& figures, const std::string& label) {
  std::istringstream words(terms);
  double sum = 0;
  for (std::string word; words >> word;)
    if (word != "+") sum += figure(word, figures, label);
  std::ostringstream out;
  out << sum;
  return out.str();
}

}  // namespace

Figures figures_of(const Lesson& lesson, std::int64_t watched_run) {
  const ReplayedRun run = run_told(lesson);
  const Resolved resolved = resolve(run);
  const auto& table = models::parameter_table();
  Figures out;
  for (const auto& d : table.declarations()) {
    const std::string text = table.print(resolved.values(), d.name);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) out[d.name] = value;
  }
  for (const Stall& stall : run.options.stalls)
    out["stall_us"] = static_cast<double>(stall.duration) / static_cast<double>(ps_per_us);
  out["tries"] = static_cast<double>(watched_run + 1);
  return out;
}

std::string with_figures(const std::string& text, const Figures& figures,
                         const std::string& label) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = text.find('}', open == std::string::npos ? open : open + 1);
    if (close == std::string::npos) return out + text.substr(at);
    const std::string inside = text.substr(open + 1, close - open - 1);
    out += text.substr(at, open - at);
    out += inside == "N" ? "{N}" : sum_of(inside, figures, label);
    at = close + 1;
  }
  return out;
}

}  // namespace poolrace::experiments
