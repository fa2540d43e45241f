// SPDX-License-Identifier: MIT
#include "experiments/explore/verdict_table.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "experiments/explore/verdicts.hpp"
#include "experiments/scenario/version.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/variants.hpp"

namespace poolrace::experiments {

namespace {

using models::Kind;

// The worst class, then the fewest steps; and where it was found.
struct Cell {
  const models::Found* found = nullptr;
  const models::Verdict* verdict = nullptr;
};

bool better(const models::Found& a, const models::Found& b) {
  const int ra = harm_rank(a.violation.harm), rb = harm_rank(b.violation.harm);
  return ra != rb ? ra < rb : a.schedule.size() < b.schedule.size();
}

class Table {
 public:
  using Keep = std::function<bool(const models::ExploreTask&)>;
  Table(const std::vector<models::Verdict>& verdicts, const Keep& keep) {
    for (const models::Verdict& verdict : verdicts) {
      if (!keep(verdict.task)) continue;
      const std::string& variant = verdict.task.variant;
      executions_[variant] += verdict.executions;
      programs_.insert(verdict.task.program->name);
      if (!verdict.complete) incomplete_.push_back(&verdict);
      for (const auto& found : verdict.found) {
        if (!found) continue;
        Cell& cell = cells_[found->violation.kind][variant];
        if (cell.found == nullptr || better(*found, *cell.found)) cell = {&*found, &verdict};
      }
    }
  }

  [[nodiscard]] std::string page(const std::string& title) const {
    if (programs_.empty()) return "";
    return "## " + title + "\n\n" + matrix() + "\n" + incomplete() + "\n" + schedules();
  }

  // From here on only what is another class there, or found in one of the two alone.
  Table& tell_apart_from(const Table& other) {
    std::map<Kind, std::map<std::string, Cell>> differing;
    for (const pool::VariantInfo& info : models::variant_infos())
      for (std::size_t k = 0; k < models::kind_count; ++k) {
        const Kind kind = static_cast<Kind>(k);
        const Cell *mine = cell(kind, info.name), *its = other.cell(kind, info.name);
        if (class_of(mine) != class_of(its)) differing[kind][info.name] = mine ? *mine : Cell{};
      }
    cells_ = std::move(differing);
    apart_ = true;
    return *this;
  }

 private:
  [[nodiscard]] const Cell* cell(Kind kind, const std::string& variant) const {
    const auto row = cells_.find(kind);
    if (row == cells_.end()) return nullptr;
    const auto it = row->second.find(variant);
    return it == row->second.end() ? nullptr : &it->second;
  }
  static std::string class_of(const Cell* cell) {
    if (cell == nullptr || cell->found == nullptr) return "none";
    const models::Harm harm = cell->found->violation.harm;
    return harm == models::Harm::none ? "misuse" : models::harm_name(harm);
  }
  [[nodiscard]] bool shows(const std::string& variant) const {
    return !apart_ || std::any_of(cells_.begin(), cells_.end(),
                                  [&](const auto& row) { return row.second.contains(variant); });
  }

  [[nodiscard]] std::string matrix() const {
    if (cells_.empty()) return apart_ ? "Nothing differs.\n" : "No violation.\n";
    std::string out = "| variant | executions |", rule = "|---|---|";
    for (const auto& [kind, row] : cells_) {
      out += " " + std::string(models::kind_info(kind).name) + " |";
      rule += "---|";
    }
    out += "\n" + rule + "\n";
    for (const pool::VariantInfo& info : models::variant_infos()) {
      const auto run = executions_.find(info.name);
      if (run == executions_.end() || !shows(info.name)) continue;
      out += "| `" + run->first + "` | " + std::to_string(run->second) + " |";
      for (const auto& [kind, row] : cells_) out += " " + text_of(cell(kind, info.name)) + " |";
      out += "\n";
    }
    return out;
  }
  [[nodiscard]] std::string text_of(const Cell* cell) const {
    if (cell == nullptr) return apart_ ? "as there" : "none";
    if (cell->found == nullptr) return "none";
    return class_of(cell) + ", " + std::to_string(cell->found->schedule.size()) + " steps";
  }

  [[nodiscard]] std::string incomplete() const {
    const std::string programs = std::to_string(programs_.size()) + " programs. ";
    if (incomplete_.empty())
      return programs +
             "Every cell is complete: \"none\" means that no order within the bound "
             "leads there.\n";
    std::string out = programs + "NOT complete (\"none\" says nothing there):\n\n";
    for (const models::Verdict* verdict : incomplete_)
      out += "* `" + verdict->task.program->name + "`, `" + verdict->task.variant + "`, " +
             config_text(verdict->task) + ": stopped at " + std::to_string(verdict->executions) +
             " executions\n";
    return out;
  }

  [[nodiscard]] std::string schedules() const {
    std::string out;
    for (const pool::VariantInfo& info : models::variant_infos())
      for (const auto& [kind, row] : cells_)
        if (const Cell* it = cell(kind, info.name); it != nullptr && it->found != nullptr) {
          const models::Violation& v = it->found->violation;
          out +=
              "`" + std::string(info.name) + "`, " + models::kind_info(kind).name + ", at \"" +
              v.site + "\"" + (v.ended_by.empty() ? "" : ", ended by " + v.ended_by) + ":\n\n    " +
              models::schedule_string(it->verdict->task, it->found->schedule, version()) + "\n\n";
        }
    return out;
  }

  std::map<Kind, std::map<std::string, Cell>> cells_;  // in the checker's order; by variant
  std::map<std::string, std::uint64_t> executions_;
  std::set<std::string> programs_;
  std::vector<const models::Verdict*> incomplete_;
  bool apart_ = false;
};

using Programs = std::set<const models::Program*>;

// The first row, on every device.
bool in_first_row(const models::ExploreTask& task) {
  return task.program->contract_kept && same_kernel(task.config, models::kernel_rows()[0].config);
}

// One row on its one device, of those programs alone.
Table::Keep of_row(const models::KernelRow& row, const Programs& programs) {
  return [&row, &programs](const models::ExploreTask& task) {
    return task.config == row.config && programs.contains(task.program);
  };
}

Programs programs_of(const std::vector<models::Verdict>& verdicts, const models::KernelRow& row) {
  Programs out;
  for (const models::Verdict& verdict : verdicts)
    if (verdict.task.program->contract_kept && verdict.task.config == row.config)
      out.insert(verdict.task.program);
  return out;
}

// The first row in full; of the others, on its first device, what is not as there.
std::string rows_of(const std::vector<models::Verdict>& verdicts) {
  const auto rows = models::kernel_rows();
  std::string out = Table(verdicts, in_first_row).page("1. " + std::string(rows[0].name));
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Programs programs = programs_of(verdicts, rows[i]);
    out += Table(verdicts, of_row(rows[i], programs))
               .tell_apart_from(Table(verdicts, of_row(rows[0], programs)))
               .page(std::to_string(i + 1) + ". " + rows[i].name + ": what is not as in the first");
  }
  return out;
}

}  // namespace

std::string verdict_table(const std::vector<models::Verdict>& verdicts) {
  if (verdicts.empty()) return "";
  return "# Every order of every small program\n\n"
         "Generated by `scripts/check-verdicts.sh --update`; do not edit.  A cell is the "
         "worst class found for a variant and a kind over all programs and configurations, with "
         "the fewest steps among the schedules found; `poolrace replay` tells a schedule step by "
         "step.  An execution ends at its first harm, so a harm that always comes early hides "
         "what would come later.  Bound: " +
         bound_of(verdicts.front()) + ".\n\n" + rows_of(verdicts) +
         Table(verdicts, [](const auto& task) {
           return !task.program->contract_kept;
         }).page("The driver breaks its contract: NAPI or the NIC left on");
}

}  // namespace poolrace::experiments
