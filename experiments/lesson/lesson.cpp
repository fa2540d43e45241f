// SPDX-License-Identifier: MIT
#include "experiments/lesson/lesson.hpp"

#include "experiments/scenario/embedded.hpp"
#include "experiments/scenario/scenario.hpp"
#include "models/checker/kinds.hpp"
#include "sim/settings/find_named.hpp"
#include "sim/settings/ini.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::string_view fence = "---\n";

int whole_number(const sim::IniFile& head, const sim::IniEntry& entry) {
  if (entry.value.empty() || entry.value.size() > 4 ||
      entry.value.find_first_not_of("0123456789") != std::string::npos)
    throw ConfigError(head.where(entry) + ": " + entry.key + "=" + entry.value +
                      ": allowed are 0 to 9999");
  return std::stoi(entry.value);
}

std::string without_blanks(std::string list) {  // "a, b" reads better than it parses
  std::erase(list, ' ');
  return list;
}

void take(Lesson& lesson, const sim::IniFile& head, const sim::IniEntry& entry) {
  const std::string where = head.where(entry);
  const auto& [key, value, line] = entry;
  if (key == "title") {
    lesson.title = value;
  } else if (key == "program") {
    lesson.explored.program = &models::find_program(value, where);
  } else if (key == "variants") {
    lesson.variants = split_list(without_blanks(value), where);
    for (const std::string& v : lesson.variants)
      sim::require_known(where, "variant", v, variant_names());
  } else if (key == "set") {
    for (const std::string& one : split_list(without_blanks(value), where)) {
      const Setting s = split_setting(one, where);
      models::apply_setting(lesson.explored, s.name, s.value, where);
    }
  } else if (key == "task") {
    sim::require_known(where, "task", value, {"reach", "absent", "refuse", "finish"});
    lesson.task.kind = value;
  } else if (key == "harm") {
    sim::require_known(where, "harm", value,
                       {std::begin(models::harm_names) + 1, std::end(models::harm_names)});
    lesson.task.harm = value;
  } else if (key == "variant") {
    sim::require_known(where, "variant", value, variant_names());
    lesson.task.variant = value;
  } else if (key == "slack") {
    lesson.task.slack = whole_number(head, entry);
  } else if (key == "say") {
    lesson.task.say = value;
  } else if (key == "measure") {
    std::vector<std::string> names;
    for (const auto& [name, help] : scenarios()) names.push_back(name);
    sim::require_known(where, "scenario", value, names);
    lesson.measure = value;
  } else if (key == "watch") {
    lesson.watch = value;
  } else if (key == "watch_kind") {
    sim::require_known(where, "kind", value, sim::names_of(models::kind_table));
    lesson.watch_kind = value;
  } else if (key == "watch_us") {
    lesson.watch_us = whole_number(head, entry);
  } else {
    sim::fail_unknown(where, "key", key,
                      {"title", "program", "variants", "set", "task", "harm", "variant", "slack",
                       "say", "measure", "watch", "watch_kind", "watch_us"});
  }
}

}  // namespace

Lesson parse_lesson(std::string_view text, const std::string& name) {
  const std::string label = "lesson " + name;
  const std::size_t end = text.find("\n---\n");
  if (!text.starts_with(fence) || end == std::string_view::npos)
    throw ConfigError(label + ": it begins with `key = value` lines between two lines \"---\"");
  Lesson lesson;
  lesson.name = name;
  // The first fence becomes a blank line, so that errors name the file's own lines.
  const sim::IniFile head =
      sim::parse_ini("\n" + std::string(text.substr(fence.size(), end + 1 - fence.size())), label);
  for (const sim::IniEntry& entry : head.entries) take(lesson, head, entry);
  lesson.text = text.substr(end + 5);
  if (lesson.title.empty() || lesson.explored.program == nullptr || lesson.variants.empty())
    throw ConfigError(label + ": title, program and variants must be said");
  if (lesson.task.variant.empty()) lesson.task.variant = lesson.variants.front();
  sim::require_known(label, "variant of this lesson", lesson.task.variant, lesson.variants);
  return lesson;
}

std::vector<std::pair<std::string, std::string>> lessons() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const EmbeddedFile& file : embedded_lessons())
    out.emplace_back(file.name, parse_lesson(file.text, file.name).title);
  return out;
}

Lesson find_lesson(const std::string& name) {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_lessons()) {
    if (name == file.name) return parse_lesson(file.text, name);
    names.emplace_back(file.name);
  }
  for (const models::Program& p : models::program_table()) names.emplace_back(p.name);
  throw ConfigError("poolrace lesson: unknown lesson or program '" + name + "'" +
                    sim::known_hint(name, names, "poolrace list lessons, poolrace list programs"));
}

}  // namespace poolrace::experiments
