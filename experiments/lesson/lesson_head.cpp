// SPDX-License-Identifier: MIT
#include "experiments/lesson/lesson_head.hpp"

#include "experiments/scenario/scenario.hpp"
#include "models/checker/kinds.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

namespace {

const std::vector<std::string> task_kinds = {"reach", "absent", "present", "refuse",
                                             "wait",  "avert",  "finish"};
const std::vector<std::string> keys = {
    "title",   "order",   "question", "program", "variants", "set",        "memory",
    "show",    "predict", "guess",    "task",    "harm",     "variant",    "slack",
    "through", "wait",    "say",      "measure", "watch",    "watch_kind", "watch_us"};

int whole_number(const std::string& where, const sim::IniEntry& entry) {
  if (entry.value.empty() || entry.value.size() > 4 ||
      entry.value.find_first_not_of("0123456789") != std::string::npos)
    throw ConfigError(where + ": " + entry.key + "=" + entry.value + ": allowed are 0 to 9999");
  return std::stoi(entry.value);
}

std::string without_blanks(std::string list) {  // "a, b" reads better than it parses
  std::erase(list, ' ');
  return list;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// "put: read dma_sync > dma: unmap, clear the PTE"
std::vector<std::string> steps_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at != std::string::npos;) {
    const std::size_t end = text.find(" > ", at);
    out.push_back(trimmed(text.substr(at, end == std::string::npos ? end : end - at)));
    at = end == std::string::npos ? end : end + 3;
  }
  return out;
}

LessonGuess guess_of(const std::string& text, const std::string& where) {
  const std::size_t colon = text.find(": ");
  if (colon == std::string::npos)
    throw ConfigError(where + ": a guess is WORD: what the learner reads");
  return {text.substr(0, colon), trimmed(text.substr(colon + 2))};
}

bool take_of_task(Lesson& lesson, const std::string& where, const sim::IniEntry& entry) {
  const auto& [key, value, line] = entry;
  if (key == "task") {
    sim::require_known(where, "task", value, task_kinds);
    lesson.tasks.emplace_back().kind = value;
    return true;
  }
  if (key != "harm" && key != "variant" && key != "slack" && key != "through" && key != "wait" &&
      key != "say")
    return false;
  if (lesson.tasks.empty()) throw ConfigError(where + ": " + key + " is about no task yet");
  LessonTask& task = lesson.tasks.back();
  if (key == "harm") {
    sim::require_known(where, "harm", value,
                       {std::begin(models::harm_names) + 1, std::end(models::harm_names)});
    task.harm = value;
  } else if (key == "variant") {
    sim::require_known(where, "variant", under(value, where).first, known_variant_names());
    task.variant = value;
  } else if (key == "slack") {
    task.slack = whole_number(where, entry);
  } else if (key == "through") {
    task.through = steps_of(value);
  } else {
    (key == "wait" ? task.wait : task.say) = value;
  }
  return true;
}

bool take_of_watch(Lesson& lesson, const std::string& where, const sim::IniEntry& entry) {
  const auto& [key, value, line] = entry;
  if (key == "measure") {
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
    lesson.watch_us = whole_number(where, entry);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::pair<std::string, std::optional<sim::MemoryModel>> under(const std::string& variant,
                                                              const std::string& where) {
  const std::size_t at = variant.find('@');
  if (at == std::string::npos) return {variant, std::nullopt};
  models::ExploreTask task;
  models::apply_setting(task, "memory", variant.substr(at + 1), where);
  return {variant.substr(0, at), task.config.memory};
}

const std::vector<std::string> repeated_keys = {"guess", "task",    "harm", "variant",
                                                "slack", "through", "wait", "say"};

void take_head(Lesson& lesson, const sim::IniFile& head, const sim::IniEntry& entry) {
  const std::string where = head.where(entry);
  const auto& [key, value, line] = entry;
  if (take_of_task(lesson, where, entry) || take_of_watch(lesson, where, entry)) return;
  if (key == "title") {
    lesson.title = value;
  } else if (key == "order") {
    lesson.order = whole_number(where, entry);
  } else if (key == "question") {
    lesson.question = value;
  } else if (key == "program") {
    lesson.explored.program = &models::find_program(value, where);
  } else if (key == "variants") {
    lesson.variants = split_list(without_blanks(value), where);
    for (const std::string& v : lesson.variants)
      sim::require_known(where, "variant", under(v, where).first, known_variant_names());
  } else if (key == "memory") {
    models::apply_setting(lesson.explored, key, value, where);
  } else if (key == "set") {
    for (const std::string& one : split_list(without_blanks(value), where)) {
      const Setting s = split_setting(one, where);
      models::apply_setting(lesson.explored, s.name, s.value, where);
    }
  } else if (key == "show") {
    lesson.show = split_list(without_blanks(value), where);
  } else if (key == "predict") {
    lesson.predict = value;
  } else if (key == "guess") {
    lesson.guesses.push_back(guess_of(value, where));
  } else {
    sim::fail_unknown(where, "key", key, keys);
  }
}

}  // namespace poolrace::experiments
