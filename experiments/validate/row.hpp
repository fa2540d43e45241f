// SPDX-License-Identifier: MIT
// A published number beside what the models give, and how the two hang together.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiments/scenario/common_options.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

enum class Basis {
  formula,    // the source publishes a formula and we compute it: tests our arithmetic alone
  input,      // a profile was given this number: no test, it says where the number came in
  mechanism,  // nobody told the models: it comes out of what they do
  drawn,      // a sample of a law, beside the law
};
inline constexpr const char* basis_names[] = {"formula", "input", "mechanism", "drawn"};

struct Published {
  double low, high;
  Published(double value) : low(value), high(value) {}  // NOLINT: a number is a range of one
  Published(double from, double to) : low(from), high(to) {}
  [[nodiscard]] double middle() const { return (low + high) / 2; }
};

struct ValidationRow {
  std::string group;   // heading
  std::string name;    // "link/Gen3 x8/raw"
  std::string source;  // of the published value
  Published published;
  std::optional<double> simulated;  // none: the models have no such thing
  std::string unit;
  Basis basis;
  std::string on;    // profile and settings, or why there is none
  double error = 0;  // a standard error, where the simulation draws; else 0
  [[nodiscard]] bool sampled() const { return error > 0; }
  // In standard errors where it draws, else relative to the nearer end of what was published; 0
  // between the ends.  Only with `simulated`.
  [[nodiscard]] double deviation() const;
};

using ValidationRows = std::vector<ValidationRow>;

// Rows of one group, from one source.
class GroupOfRows {
 public:
  GroupOfRows(ValidationRows& rows, std::string group, std::string source)
      : rows_(rows), group_(std::move(group)), source_(std::move(source)) {}

  void add(const std::string& name, Published published, double simulated, const std::string& unit,
           Basis basis, const std::string& on = "");
  void add_missing(const std::string& name, Published published, const std::string& unit,
                   const std::string& why);
  // A sample of that standard error.
  void add_sample(const std::string& name, double expected, double simulated,
                  const std::string& unit, double error);

 private:
  ValidationRows& rows_;
  std::string group_, source_;
};

// A published table: rows × columns, each cell a row of ours named NAME/ROW/COLUMN.
struct PublishedTable {
  std::string name, unit;
  Basis basis = Basis::mechanism;
  std::vector<std::string> rows, columns;
  std::vector<std::vector<std::optional<double>>> cells;  // none: not published
};
using SimulatedCell = std::function<double(std::size_t row, std::size_t column)>;
void add_table(GroupOfRows& group, const PublishedTable& table, const std::string& on,
               const SimulatedCell& simulated);

// A profile with changes, and the words that say so.
struct OnMachine {
  OnMachine(const std::string& profile, const std::vector<Setting>& changes = {});
  models::Parameters p;
  std::string words;
};

}  // namespace poolrace::experiments
