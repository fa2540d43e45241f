// SPDX-License-Identifier: MIT
#include "experiments/explore/verdicts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "experiments/explore/graph_json.hpp"
#include "experiments/scenario/version.hpp"
#include "models/checker/kinds.hpp"
#include "models/variants.hpp"
#include "sim/explore/strategies.hpp"

namespace poolrace::experiments {

using Json = nlohmann::ordered_json;

namespace {

std::string bound_of(const models::Verdict& verdict) {
  const models::ExploreOptions& options = verdict.options;
  std::string bound = options.preemptions < 0
                          ? std::string("any preemption")
                          : std::to_string(options.preemptions) + " preemptions";
  if (options.strategy == models::Strategy::random)
    bound = "random walks, seed " + std::to_string(options.seed);
  if (options.strategy == models::Strategy::pct) {
    char probability[32];
    std::snprintf(probability, sizeof probability, "%.3g",
                  sim::pct_bound(verdict.contexts, verdict.steps_longest, options.depth));
    bound = "pct, depth " + std::to_string(options.depth) + ", seed " +
            std::to_string(options.seed) + ", each finds a bug of that depth with probability " +
            probability + " or more";
  }
  return bound + ", " + explore_bound() + ", at most " + std::to_string(options.executions_max) +
         " executions";
}

std::string config_text(const Json& config) {
  std::string out;
  for (const auto& [name, value] : config.items()) {
    if (value == false) continue;
    const std::string text = value.is_string() ? name + "=" + value.get<std::string>() : name;
    out += (out.empty() ? "" : " ") + text;
  }
  return out;
}

}  // namespace

Json verdict_json(const models::Verdict& verdict) {
  Json kinds = Json::object();
  for (const auto& found : verdict.found) {
    if (!found) continue;
    const models::Violation& v = found->violation;
    kinds[models::kind_info(v.kind).name] = {
        {"schedule", models::schedule_string(verdict.task, found->schedule, version())},
        {"steps", found->schedule.size()},
        {"executions", found->executions},
        {"class", models::harm_name(v.harm)},
        {"site", v.site},
        {"ended_by", v.ended_by}};
  }
  return {{"program", verdict.task.program->name},
          {"variant", verdict.task.variant},
          {"config", config_json(verdict.task)},
          {"contract", verdict.task.program->contract_kept ? "kept" : "broken"},
          {"complete", verdict.complete},
          {"strategy", models::strategy_names[static_cast<std::size_t>(verdict.options.strategy)]},
          {"bound", bound_of(verdict)},
          {"limits", explore_limits_json()},
          {"executions", verdict.executions},
          {"executions_cut", verdict.cut},
          {"steps", verdict.steps},
          {"executions_per_second",
           static_cast<double>(verdict.executions) / std::max(verdict.seconds, 1e-9)},
          {"kinds", kinds}};
}

// "scan, destroy-vs-put-preemptible: crash in 4 of 7 configurations, corruption in 7".
std::string verdicts_in_short(const std::vector<Json>& verdicts) {
  struct Count {
    std::size_t of = 0, incomplete = 0;
    std::map<std::string, std::size_t> by_class;
  };
  std::vector<std::pair<std::string, Count>> counts;
  for (const Json& verdict : verdicts) {
    const std::string name =
        verdict["variant"].get<std::string>() + ", " + verdict["program"].get<std::string>();
    if (counts.empty() || counts.back().first != name) counts.push_back({name, {}});
    Count& count = counts.back().second;
    ++count.of;
    count.incomplete += !verdict["complete"].get<bool>();
    std::set<std::string> classes;
    for (const auto& [kind, found] : verdict["kinds"].items())
      classes.insert(found["class"].get<std::string>());
    for (const std::string& name_of_class : classes) ++count.by_class[name_of_class];
  }
  std::string out;
  for (const auto& [name, count] : counts) {
    std::string harms;
    for (const char* harm : {"crash", "corruption", "leak", "stall"})
      if (const auto it = count.by_class.find(harm); it != count.by_class.end())
        harms +=
            (harms.empty() ? "" : ", ") + std::string(harm) + " in " + std::to_string(it->second);
    out += name + ": " + (harms.empty() ? "harm in none" : harms) + " of " +
           std::to_string(count.of) + " configurations (" +
           (count.incomplete == 0 ? "all orders" : "NOT all orders") + ")\n";
  }
  return out;
}

std::string verdict_text(const Json& verdict) {
  const auto text = [](const Json& value) { return value.get<std::string>(); };
  std::string out = text(verdict["program"]) + ", " + text(verdict["variant"]) + ", " +
                    config_text(verdict["config"]) + ": " +
                    (verdict["complete"].get<bool>() ? "all orders" : "NOT all orders") + ", " +
                    verdict["executions"].dump() + " executions\n";
  for (const auto& [kind, found] : verdict["kinds"].items()) {
    const std::string ended_by = text(found["ended_by"]);
    const std::string harm = text(found["class"]);
    out += "  " + kind + " (" + (harm == "none" ? "misuse, no harm here" : harm) + ") in " +
           found["executions"].dump() + " of them, at \"" + text(found["site"]) + "\"" +
           (ended_by.empty() ? "" : ", ended by " + ended_by) + "\n    build/poolrace replay '" +
           text(found["schedule"]) + "'\n";
  }
  if (verdict["kinds"].empty())
    out += verdict["complete"].get<bool>() ? "  no violation\n" : "  no violation so far\n";
  return out;
}

// ---- the table -------------------------------------------------------------------------

namespace {

struct Cell {
  const Json* found = nullptr;  // the worst class, then the fewest steps
  const Json* verdict = nullptr;
};

int rank(const std::string& harm) {
  for (int i = 0; i < 5; ++i)
    if (harm == models::harm_names[i]) return harm_rank(static_cast<models::Harm>(i));
  return 10;
}

bool better(const Json& a, const Json& b) {
  const int ra = rank(a["class"]), rb = rank(b["class"]);
  return ra != rb ? ra < rb : a["steps"].get<int>() < b["steps"].get<int>();
}

class Table {
 public:
  explicit Table(const std::vector<Json>& verdicts, const char* contract) {
    for (const Json& verdict : verdicts) {
      if (verdict["contract"] != contract) continue;
      const std::string variant = verdict["variant"];
      executions_[variant] += verdict["executions"].get<std::uint64_t>();
      programs_.insert(verdict["program"].get<std::string>());
      if (!verdict["complete"].get<bool>()) incomplete_.push_back(&verdict);
      for (const auto& [kind, found] : verdict["kinds"].items()) {
        Cell& cell = cells_[kind][variant];
        if (cell.found == nullptr || better(found, *cell.found)) cell = {&found, &verdict};
      }
    }
  }

  [[nodiscard]] std::string page(const char* title) const {
    if (programs_.empty()) return "";
    return "## " + std::string(title) + "\n\n" + matrix() + "\n" + incomplete() + "\n" +
           schedules();
  }

 private:
  // In the order of the checker's own table.
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> out;
    for (const models::KindInfo& info : models::kind_table)
      if (cells_.contains(info.name)) out.emplace_back(info.name);
    return out;
  }
  [[nodiscard]] const Cell* cell(const std::string& kind, const std::string& variant) const {
    const auto row = cells_.find(kind);
    if (row == cells_.end()) return nullptr;
    const auto it = row->second.find(variant);
    return it == row->second.end() ? nullptr : &it->second;
  }

  [[nodiscard]] std::string matrix() const {
    std::string out = "| variant | executions |", rule = "|---|---|";
    for (const std::string& kind : kinds()) {
      out += " " + kind + " |";
      rule += "---|";
    }
    out += "\n" + rule + "\n";
    for (const pool::VariantInfo& info : models::variant_infos()) {
      const auto run = executions_.find(info.name);
      if (run == executions_.end()) continue;
      out += "| `" + run->first + "` | " + std::to_string(run->second) + " |";
      for (const std::string& kind : kinds()) {
        const Cell* it = cell(kind, info.name);
        if (it == nullptr) {
          out += " none |";
          continue;
        }
        const std::string harm = (*it->found)["class"];
        out += " " + (harm == "none" ? std::string("misuse") : harm) + ", " +
               (*it->found)["steps"].dump() + " steps |";
      }
      out += "\n";
    }
    return out;
  }

  [[nodiscard]] std::string incomplete() const {
    const std::string programs = std::to_string(programs_.size()) + " programs. ";
    if (incomplete_.empty())
      return programs +
             "Every cell is complete: \"none\" means that no order within the bound "
             "leads there.\n";
    std::string out = programs + "NOT complete (\"none\" says nothing there):\n\n";
    for (const Json* verdict : incomplete_)
      out += "* `" + (*verdict)["program"].get<std::string>() + "`, `" +
             (*verdict)["variant"].get<std::string>() + "`, " + config_text((*verdict)["config"]) +
             ": stopped at " + (*verdict)["executions"].dump() + " executions\n";
    return out;
  }

  [[nodiscard]] std::string schedules() const {
    std::string out;
    for (const pool::VariantInfo& info : models::variant_infos())
      for (const std::string& kind : kinds())
        if (const Cell* it = cell(kind, info.name)) {
          const std::string ended_by = (*it->found)["ended_by"];
          out += "`" + std::string(info.name) + "`, " + kind + ", at \"" +
                 (*it->found)["site"].get<std::string>() + "\"" +
                 (ended_by.empty() ? "" : ", ended by " + ended_by) + ":\n\n    " +
                 (*it->found)["schedule"].get<std::string>() + "\n\n";
        }
    return out;
  }

  std::map<std::string, std::map<std::string, Cell>> cells_;  // kind, variant
  std::map<std::string, std::uint64_t> executions_;
  std::set<std::string> programs_;
  std::vector<const Json*> incomplete_;
};

}  // namespace

std::string verdict_table(const std::vector<Json>& verdicts) {
  if (verdicts.empty()) return "";
  return "# Every order of every small program\n\n"
         "Generated by `scripts/check-verdicts.sh --update`; do not edit.  A cell is the "
         "worst class found for a variant and a kind over all programs and configurations, with "
         "the fewest steps among the schedules found; `poolrace replay` tells a schedule step by "
         "step.  An execution ends at its first harm, so a harm that always comes early hides "
         "what would come later.  Bound: " +
         verdicts.front()["bound"].get<std::string>() + ".\n\n" +
         Table(verdicts, "kept").page("The driver keeps its contract") +
         Table(verdicts, "broken").page("The driver breaks it: NAPI or the NIC left on");
}

}  // namespace poolrace::experiments
