// SPDX-License-Identifier: MIT
#include "experiments/sweep/table.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "experiments/scenario/scenario.hpp"
#include "experiments/statistics/statistics.hpp"
#include "experiments/text/csv.hpp"
#include "experiments/text/numbers.hpp"
#include "sim/settings/escaped.hpp"
#include "sim/trace.hpp"
#include "sim/utf8.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

namespace {

using Fields = std::map<std::string, std::string>;

// What a problem's text says, for export also of stores that another version wrote.
Fields fields_of(const std::string& text) {
  Fields out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string& value = out[line.substr(0, equals)];
    value += (value.empty() ? "" : "; ") +  // stalls and faults repeat
             sim::unescaped(line.substr(equals + 1), "a problem of the store");
  }
  return out;
}

ordered_json typed(const std::string& name, const std::string& text) {
  const sim::Declaration* d = models::parameter_table().find(name);
  if (name == "seed") return std::strtoull(text.c_str(), nullptr, 10);
  if (!d || d->kind == sim::ParameterKind::choice || d->kind == sim::ParameterKind::text)
    return sim::is_utf8(text) ? text : sim::escaped(text);  // a file's name need not be
  if (d->kind == sim::ParameterKind::flag) return text == "true";
  return ordered_json::parse(text);
}

Cell cell(std::string column, std::int64_t value) {
  return {std::move(column), value, std::to_string(value)};
}

Cell cell(std::string column, double value) {
  return {std::move(column), value, format("%.9g", value)};
}

Cell text_cell(std::string column, const std::string& text) {
  return {std::move(column), text, text};
}

Cell optional_cell(std::string column, bool there, double value) {
  return there ? cell(std::move(column), value) : Cell{std::move(column), nullptr, ""};
}

double ratio(std::int64_t sum, std::int64_t n) {
  return n == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(n);
}

// The columns that tell one point from another.
std::vector<std::string> defining_columns(const std::vector<Fields>& problems,
                                          const std::vector<std::string>& axes) {
  std::vector<std::string> out{"version", "scenario", "profile", "variant", "world", "seed"};
  for (const auto& [name, value] : problems.front()) {
    const auto same = [&, &key = name, &first = value](const Fields& p) {
      const auto found = p.find(key);
      return found != p.end() && found->second == first;
    };
    const bool named = std::find(axes.begin(), axes.end(), name) != axes.end();
    const bool chosen = name == "stall" || name == "fault";
    const bool known = std::find(out.begin(), out.end(), name) != out.end();
    if (!known && name != "block_runs" &&
        (named || chosen || !std::all_of(problems.begin(), problems.end(), same)))
      out.push_back(name);
  }
  return out;
}

Row defining_cells(const Fields& fields, const std::vector<std::string>& columns) {
  Row row;
  for (const std::string& name : columns) {
    const auto found = fields.find(name);
    if (found == fields.end())
      row.push_back({name, nullptr, ""});
    else
      row.push_back({name, typed(name, found->second), found->second});
  }
  return row;
}

void add_probability(Row& row, const Tally& t, bool looked) {
  const Interval fixed = clopper_pearson(t.crashed, t.runs);
  const Interval any_time = confidence_sequence(t.crashed, t.runs);
  row.push_back(cell("probability", ratio(t.crashed, t.runs)));
  row.push_back(optional_cell("clopper_pearson_low", !looked, fixed.low));
  row.push_back(optional_cell("clopper_pearson_high", !looked, fixed.high));
  row.push_back(cell("confidence_sequence_low", any_time.low));
  row.push_back(cell("confidence_sequence_high", any_time.high));
}

void add_times(Row& row, const Tally& t) {
  const auto us = [&](const char* name, std::optional<std::int64_t> ns) {
    row.push_back(optional_cell(name, ns.has_value(), static_cast<double>(ns.value_or(0)) / 1000));
  };
  std::int64_t total = 0;
  for (const std::int64_t ns : t.teardown_ns) total += ns;
  row.push_back(cell("teardowns", static_cast<std::int64_t>(t.teardown_ns.size())));
  us("teardown_median_us", median(t.teardown_ns));
  us("teardown_p99_us", p99(t.teardown_ns));
  us("destroy_median_us", median(t.destroy_ns));
  row.push_back(cell("grace_period_share", ratio(t.grace_ns, total)));
  const auto a_packet = [&](const char* name, std::int64_t ns) {
    row.push_back(optional_cell(name, t.packets > 0, ratio(ns, t.packets)));
  };
  a_packet("sync_ns_per_packet", t.sync_ns);
  a_packet("guard_ns_per_packet", t.guard_ns);
  a_packet("cpu_ns_per_packet", t.cpu_ns);
}

void add_kind(Row& row, const std::string& name, const KindTally& k) {
  row.push_back(cell(name + "_misuse_runs", k.misuse_runs));
  row.push_back(cell(name + "_harm_runs", k.harm_runs));
  row.push_back(cell(name + "_put_before_unmap", k.put_before_unmap));
  row.push_back(cell(name + "_put_after_unmap", k.put_after_unmap));
  row.push_back(optional_cell(name + "_exposure_estimate", k.estimated_runs > 0,
                              ratio(k.chance_e12, k.estimated_runs) / 1e12));
}

Row result_cells(const Tally& t, const std::array<bool, models::kind_count>& kinds, bool looked) {
  Row row{cell("runs", t.runs), cell("crashed_runs", t.crashed),
          cell("corrupted_runs", t.corrupted), cell("leaked_runs", t.leaked),
          cell("stalled_runs", t.stalled)};
  add_probability(row, t, looked);
  add_times(row, t);
  row.push_back(cell("packets", t.all_packets));
  row.push_back(cell("measured_packets", t.packets));
  row.push_back(cell("dropped", t.dropped));
  row.push_back(cell("events", t.events));
  row.push_back(cell("ties", t.ties));
  row.push_back(optional_cell("first_harm_run", false, 0));
  if (t.first_harm_run >= 0) row.back() = cell("first_harm_run", t.first_harm_run);
  for (std::size_t i = 0; i < models::kind_count; ++i)
    if (kinds[i]) add_kind(row, models::kind_table[i].name, t.kinds[i]);
  row.push_back(text_cell("fingerprint", sim::hex16(t.fingerprint())));
  return row;
}

std::vector<Row> rows_of(Store& store, const std::vector<std::string>& texts) {
  std::vector<Fields> problems;
  std::vector<Tally> totals;
  std::array<bool, models::kind_count> kinds{};
  for (const std::string& text : texts) {
    problems.push_back(fields_of(text));
    totals.push_back(store.total(sim::hex16(sim::fnv1a_64(text))));
    for (std::size_t i = 0; i < models::kind_count; ++i)
      kinds[i] = kinds[i] || totals.back().kinds[i] != KindTally();
  }
  std::vector<Row> rows;
  if (problems.empty()) return rows;
  const std::vector<std::string> axes = store.axes();
  for (const std::string& name : axes)
    if (!problems.front().contains(name))
      throw ConfigError("store " + store.path() + ": '" + name +
                        "' was varied, but no problem has it: the file is damaged");
  const auto columns = defining_columns(problems, axes);
  const bool looked = store.stopped_by_looking();
  for (std::size_t i = 0; i < problems.size(); ++i) {
    rows.push_back(defining_cells(problems[i], columns));
    const Row results = result_cells(totals[i], kinds, looked);
    rows.back().insert(rows.back().end(), results.begin(), results.end());
  }
  return rows;
}

// Numbers by value, words by letter.
bool before(const Row& a, const Row& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].text == b[i].text) continue;
    if (a[i].value.is_number() && b[i].value.is_number()) {
      const double x = a[i].value.get<double>(), y = b[i].value.get<double>();
      if (x != y) return x < y;
    }
    return a[i].text < b[i].text;
  }
  return false;
}

}  // namespace

std::vector<Row> study_rows(Store& store) {
  std::vector<Row> rows = rows_of(store, store.problem_texts());
  std::sort(rows.begin(), rows.end(), before);
  return rows;
}

std::vector<Row> sweep_rows(Sweep& sweep) {
  std::vector<std::string> texts;
  for (const Problem& problem : sweep.problems()) texts.push_back(problem.text);
  return rows_of(sweep.store(), texts);
}

std::string csv_of(const std::vector<Row>& rows) {
  const auto line = [](const Row& row, std::string Cell::*what) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(cell.*what);
    return csv_row(cells);
  };
  std::string out = rows.empty() ? "" : line(rows.front(), &Cell::column);
  for (const Row& row : rows) out += line(row, &Cell::text);
  return out;
}

ordered_json json_of(const std::vector<Row>& rows) {
  ordered_json out = ordered_json::array();
  for (const Row& row : rows) {
    out.push_back(ordered_json::object());
    for (const Cell& c : row) out.back()[c.column] = c.value;
  }
  return out;
}

}  // namespace poolrace::experiments
