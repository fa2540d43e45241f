// SPDX-License-Identifier: MIT
#include "experiments/validate/row.hpp"

#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {

double ValidationRow::deviation() const {
  const double value = simulated.value();
  if (value >= published.low && value <= published.high) return 0;
  const double end = value < published.low ? published.low : published.high;
  return sampled() ? (value - end) / error : value / end - 1;
}

void GroupOfRows::add(const std::string& name, Published published, double simulated,
                      const std::string& unit, Basis basis, const std::string& on) {
  rows_.push_back({group_, name, source_, published, simulated, unit, basis, on});
}

void GroupOfRows::add_missing(const std::string& name, Published published, const std::string& unit,
                              const std::string& why) {
  rows_.push_back({group_, name, source_, published, std::nullopt, unit, Basis::mechanism, why});
}

void GroupOfRows::add_sample(const std::string& name, double expected, double simulated,
                             const std::string& unit, double error) {
  rows_.push_back({group_, name, source_, expected, simulated, unit, Basis::drawn, "", error});
}

void add_table(GroupOfRows& group, const PublishedTable& table, const std::string& on,
               const SimulatedCell& simulated) {
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (const std::optional<double> cell = table.cells[r][c])
        group.add(table.name + "/" + table.rows[r] + "/" + table.columns[c], *cell, simulated(r, c),
                  table.unit, table.basis, on);
}

OnMachine::OnMachine(const std::string& profile, const std::vector<Setting>& changes)
    : p(resolve_machine(profile, changes)), words(profile) {
  for (const Setting& change : changes) words += ", " + text_of(change);
}

}  // namespace poolrace::experiments
