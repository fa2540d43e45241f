// SPDX-License-Identifier: MIT
#include "models/explore/schedule_string.hpp"

#include <charconv>
#include <string_view>

#include "models/variants.hpp"
#include "sim/errors.hpp"
#include "sim/settings/find_named.hpp"
#include "sim/settings/replay_fields.hpp"

namespace poolrace::models {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw ConfigError(std::string(sim::replay_where) + ": " + what);
}

std::uint32_t number(std::string_view text, std::string_view item) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    fail("'" + std::string(item) + "' is not a list of context numbers such as 1x12,2,1/1");
  return value;
}

Schedule parse_schedule(std::string_view text) {
  constexpr std::uint32_t steps_max = 1'000'000;
  Schedule schedule;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(item.size() < text.size() ? item.size() + 1 : item.size());
    const std::size_t mark = item.find_first_of("x/");
    const std::uint32_t context = number(item.substr(0, mark), item);
    const bool marked = mark != std::string_view::npos, way = marked && item[mark] == '/';
    const std::uint32_t count = marked ? number(item.substr(mark + 1), item) : 1;
    const std::uint32_t times = way ? 1 : count;
    if (context > 63 || (way && count > 63) || times > steps_max ||
        schedule.size() + times > steps_max)
      fail("'" + std::string(item) +
           "' is out of range (contexts and ways 0 to 63, at most 1000000 steps)");
    schedule.insert(schedule.end(), times, {context, way ? count : 0});
  }
  return schedule;
}

}  // namespace

std::string schedule_string(const ExploreTask& task, const Schedule& schedule,
                            const std::string& version) {
  std::string out = "poolrace/" + version + ";program=" + task.program->name +
                    ";variant=" + task.variant + ";" + text_of(task.config, ";") +
                    (task.fault.empty() ? "" : ";fault=" + task.fault) + ";schedule=";
  for (std::size_t i = 0; i < schedule.size();) {
    std::size_t end = i;
    while (end < schedule.size() && schedule[end] == schedule[i]) ++end;
    if (i > 0) out += ',';
    out += std::to_string(schedule[i].context);
    if (schedule[i].way != 0) end = i + 1, out += "/" + std::to_string(schedule[i].way);
    if (end - i > 1) out += "x" + std::to_string(end - i);
    i = end;
  }
  return out;
}

bool is_schedule(std::string_view text) {
  return text.starts_with("poolrace/") && text.find(";schedule=") != std::string_view::npos;
}

ScheduledTask parse_schedule_string(const std::string& text, const std::string& version) {
  const sim::ReplayFields line = sim::fields_of(text, version);
  ScheduledTask out;
  out.version = line.version;
  for (const auto& [name, value] : line.fields) {
    if (name == "program")
      out.task.program = &find_program(value, sim::replay_where);
    else if (name == "variant")
      out.task.variant = value;
    else if (name == "schedule")
      out.schedule = parse_schedule(value);
    else
      apply_setting(out.task, name, value, sim::replay_where);
  }
  if (out.task.program == nullptr) fail("'program=' is missing");
  sim::require_known(sim::replay_where, "variant", out.task.variant, sim::names_of(known_infos()));
  check_together(out.task.config, *out.task.program);
  return out;
}

}  // namespace poolrace::models
