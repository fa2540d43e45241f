// SPDX-License-Identifier: MIT
#include "experiments/judge/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/explore/graph_json.hpp"
#include "experiments/explore/trees.hpp"
#include "experiments/explore/verdicts.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/text/numbers.hpp"
#include "models/checker/kinds.hpp"
#include "models/explore/schedule_string.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

std::string schedule_of(const Judgement& it) {
  return models::schedule_string(it.in->task, it.shortest->schedule, version());
}

std::string class_of(models::Harm harm) {
  return harm == models::Harm::none ? "misuse" : models::harm_name(harm);
}

std::string list_of(const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    out += (i > 0 ? ", " : "") + names[i];
  if (names.size() > most) out += " and " + std::to_string(names.size() - most) + " more";
  return out;
}

std::string replay_of(const Judgement& it) {
  return shell_text({"poolrace", "replay", schedule_of(it)});
}

// Of a tree: the line that called, where the violation was inside of what it called.
std::string place_of(const Judgement& it) {
  const std::string called = called_at(it.in->task, it.shortest->schedule);
  return called.empty() ? it.shortest->violation.site : called;
}

// The strongest memory is told first; that there is none of it in a stronger one, if that is known.
std::string only_under(const Judged& judged, const Judgement& it) {
  const sim::MemoryModel memory = it.in->task.config.memory;
  if (memory == sim::MemoryModel::sc) return "";
  return std::string("    under ") + sim::words_of(memory) +
         (judged.complete_under(sim::MemoryModel::sc) ? ", and in no order of single accesses\n"
                                                      : "\n");
}

std::string found_text(const Judged& judged, const Judgement& it) {
  const models::Violation& v = it.shortest->violation;
  std::string out = "  " + padded(class_of(it.harm), 11) + models::kind_info(it.kind).name +
                    "\n    at " + place_of(it) +
                    (v.ended_by.empty() ? "" : ", after " + v.ended_by) + "\n    in " +
                    list_of(it.programs, 3) + "; " + std::to_string(it.shortest->schedule.size()) +
                    " steps, " + config_text(it.in->task) + "\n" + only_under(judged, it);
  return out + "    " + replay_of(it) + "\n";
}

std::string memories_text(const Judged& j) {
  std::string out;
  for (const sim::MemoryModel memory : j.memories)
    out += (out.empty()                   ? ""
            : memory == j.memories.back() ? " and "
                                          : ", ") +
           std::string(sim::words_of(memory));
  return out;
}

// "214 of 230 programs on machines tried in 58 s: 201 in all orders, 13 as far as they came".
std::string extent_text(const Judged& j) {
  const std::size_t open = j.tried() - j.completed();
  std::string out = std::to_string(j.tried()) + " of " + std::to_string(j.plan.tasks.size()) +
                    " programs on machines tried in " + format("%.0f s", j.seconds) + ": " +
                    std::to_string(j.completed()) + " in all orders";
  out += " under " + memories_text(j);
  if (open > 0) out += ", " + std::to_string(open) + " not in all (no harm there is no proof)";
  return out;
}

std::vector<std::string> open_programs(const Judged& j) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < j.verdicts.size(); ++i) {
    const std::string& name = j.plan.tasks[i].program->name;
    const bool open = !j.verdicts[i] || !j.verdicts[i]->complete;
    if (open && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

std::vector<std::string> absent_kinds(const std::vector<Judgement>& found) {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < models::kind_count; ++k)
    if (std::none_of(found.begin(), found.end(), [k](const Judgement& it) {
          return it.kind == static_cast<models::Kind>(k) && it.harm != models::Harm::none;
        }))
      out.emplace_back(models::kind_table[k].name);
  return out;
}

std::string names_of(const std::vector<Judgement>& list) {
  std::vector<std::string> names;
  for (const Judgement& it : list)
    names.push_back(std::string(models::kind_info(it.kind).name) + " (" + class_of(it.harm) + ")");
  return names.empty() ? "nothing" : list_of(names, names.size());
}

// "compiled at -Og: 254 programs on machines again, the same of each".
std::string other_builds_text(const Judged& judged) {
  std::string out;
  for (const OtherBuild& other : judged.others) {
    const Opinion opinion = opinion_of(judged, other);
    out += other.how + ": " + std::to_string(opinion.tried) + " programs on machines again, " +
           (opinion.differing.empty() ? "the same of each"
                                      : "not the same: " + list_of(opinion.differing, 3)) +
           "\n";
  }
  return out;
}

std::string against_text(const Judged& judged, const Judged& other) {
  const Difference d = difference(judged, other);
  std::string out = "against " + other.variant + " (" + extent_text(other) + ")\n";
  out += "  new:  " + names_of(d.appeared) + "\n";
  return out + "  gone: " + names_of(d.gone) + "\n";
}

Json found_json(const Judgement& it) {
  const models::Violation& v = it.shortest->violation;
  return {{"kind", models::kind_info(it.kind).name},
          {"class", models::harm_name(it.harm)},
          {"site", place_of(it)},
          {"ended_by", v.ended_by},
          {"schedule", schedule_of(it)},
          {"steps", it.shortest->schedule.size()},
          {"program", it.in->task.program->name},
          {"config", config_json(it.in->task)},
          {"programs", it.programs},
          {"machines", it.machines}};
}

Json list_json(const std::vector<Judgement>& list) {
  Json out = Json::array();
  for (const Judgement& it : list) out.push_back(found_json(it));
  return out;
}

Json programs_json(const Judged& j) {
  Json out = Json::array();
  for (std::size_t i = 0; i < j.verdicts.size(); ++i) {
    const models::ExploreTask& task = j.plan.tasks[i];
    Json row = {{"program", task.program->name}, {"config", config_json(task)}};
    const auto& v = j.verdicts[i];
    row["tried"] = v.has_value();
    row["complete"] = v && v->complete;
    row["executions"] = v ? v->executions : 0;
    row["seconds"] = v ? v->seconds : 0.0;
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

Difference difference(const Judged& judged, const Judged& other) {
  Difference out;
  const auto mine = judgements(judged), others = judgements(other);
  const auto lacks = [](const std::vector<Judgement>& list, const Judgement& it) {
    return std::none_of(list.begin(), list.end(), [&it](const Judgement& that) {
      return that.kind == it.kind && models::harm_rank(that.harm) <= models::harm_rank(it.harm);
    });
  };
  for (const Judgement& it : mine)
    if (lacks(others, it)) out.appeared.push_back(it);
  for (const Judgement& it : others)
    if (lacks(mine, it)) out.gone.push_back(it);
  return out;
}

std::string judged_text(const Judged& judged, const std::optional<Judged>& against) {
  const std::vector<Judgement> found = judgements(judged);
  const bool harm = !found.empty() && found.front().harm != models::Harm::none;
  std::string out = judged.variant + ": " +
                    (harm                ? "can go wrong"
                     : judged.complete() ? "no harm in any order"
                                         : "no harm found") +
                    "\n" + extent_text(judged) + "\n\n";
  if (!found.empty()) out += "what can happen, by the shortest schedule of each\n";
  for (const Judgement& it : found) out += found_text(judged, it);
  if (!found.empty())
    out +=
        "walk through one in a browser: poolrace lesson 'SCHEDULE' -o lesson.html, with what "
        "replay has between quotes\n";
  const auto absent = absent_kinds(found);
  out += std::string(found.empty() ? "" : "\n") + "without harm " +
         (judged.complete() ? "in all orders" : "as far as was tried") + "\n  " +
         list_of(absent, absent.size()) + "\n";
  if (const auto open = open_programs(judged); !open.empty())
    out += "not in all orders (--budget)\n  " + list_of(open, 6) + "\n";
  out += other_builds_text(judged);
  out += "not tried\n  " + list_of(judged.plan.left_out, judged.plan.left_out.size()) + "\n";
  if (against) out += "\n" + against_text(judged, *against);
  return out;
}

std::string judged_markdown(const Judged& judged, const std::optional<Judged>& against) {
  const std::vector<Judgement> found = judgements(judged);
  std::string out = "**" + judged.variant + "**: " + extent_text(judged) + ".\n\n";
  if (!found.empty()) {
    out += "| class | kind | at | program | steps |\n| --- | --- | --- | --- | --- |\n";
    for (const Judgement& it : found)
      out += "| " + class_of(it.harm) + " | " + models::kind_info(it.kind).name + " | `" +
             place_of(it) + "` | " + it.in->task.program->name + " (" + config_text(it.in->task) +
             (it.in->task.config.memory == sim::MemoryModel::sc
                  ? ""
                  : std::string(", under ") + sim::words_of(it.in->task.config.memory)) +
             ") | " + std::to_string(it.shortest->schedule.size()) + " |\n";
    out += "\n";
    for (const Judgement& it : found) out += "    " + replay_of(it) + "\n";
    out += "\n";
  }
  const auto absent = absent_kinds(found);
  out += std::string("Without harm ") + (judged.complete() ? "in all orders: " : "as tried: ") +
         list_of(absent, absent.size()) + ".\n";
  if (!judged.others.empty()) out += "\n" + other_builds_text(judged);
  if (against) {
    const Difference d = difference(judged, *against);
    out += "\nAgainst **" + against->variant + "** (" + extent_text(*against) + "): new " +
           names_of(d.appeared) + "; gone " + names_of(d.gone) + ".\n";
  }
  return out;
}

Json judged_json(const Judged& judged, const std::optional<Judged>& against) {
  Json out = {{"variant", judged.variant},         {"complete", judged.complete()},
              {"seconds", judged.seconds},         {"found", list_json(judgements(judged))},
              {"programs", programs_json(judged)}, {"not_tried", judged.plan.left_out}};
  out["other_builds"] = Json::array();
  for (const OtherBuild& other : judged.others) {
    const Opinion opinion = opinion_of(judged, other);
    out["other_builds"].push_back({{"variant", other.variant},
                                   {"how", other.how},
                                   {"tried", opinion.tried},
                                   {"differing", opinion.differing}});
  }
  if (!against) return out;
  const Difference d = difference(judged, *against);
  out["against"] = judged_json(*against, std::nullopt);
  out["new"] = list_json(d.appeared);
  out["gone"] = list_json(d.gone);
  return out;
}

}  // namespace poolrace::experiments
