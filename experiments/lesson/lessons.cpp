// SPDX-License-Identifier: MIT
#include "experiments/lesson/lessons.hpp"

#include <algorithm>
#include <tuple>

#include "experiments/lesson/lesson_head.hpp"
#include "experiments/scenario/embedded.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::string_view fence = "---\n";

// What stands before the line `heading`, and what behind it.
std::pair<std::string, std::string> split_at(const std::string& text, const std::string& heading) {
  const std::size_t at = ("\n" + text).find("\n# " + heading + "\n");
  if (at == std::string::npos) return {text, ""};
  return {text.substr(0, at), text.substr(at + heading.size() + 3)};
}

void complete(Lesson& lesson, const std::string& label) {
  if (lesson.title.empty() || lesson.explored.program == nullptr || lesson.variants.empty())
    throw ConfigError(label + ": title, program and variants must be said");
  if (lesson.predict.empty() != lesson.guesses.empty())
    throw ConfigError(label + ": predict and guess go together");
  for (LessonTask& task : lesson.tasks) {
    if (task.variant.empty()) task.variant = lesson.variants.front();
    sim::require_known(label, "variant of this lesson", task.variant, lesson.variants);
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
  const sim::IniFile head = sim::parse_ini(
      "\n" + std::string(text.substr(fence.size(), end + 1 - fence.size())), label, repeated_keys);
  for (const sim::IniEntry& entry : head.entries) take_head(lesson, head, entry);
  const auto [texts, notes] = split_at(std::string(text.substr(end + 5)), "For the teacher");
  std::tie(lesson.text, lesson.after) = split_at(texts, "Afterwards");
  lesson.notes = notes;
  complete(lesson, label);
  return lesson;
}

std::vector<Lesson> course() {
  std::vector<Lesson> out;
  for (const EmbeddedFile& file : embedded_lessons())
    out.push_back(parse_lesson(file.text, file.name));
  std::stable_sort(out.begin(), out.end(),
                   [](const Lesson& a, const Lesson& b) { return a.order < b.order; });
  return out;
}

std::vector<std::pair<std::string, std::string>> lessons() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Lesson& lesson : course()) out.emplace_back(lesson.name, lesson.title);
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
