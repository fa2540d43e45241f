// SPDX-License-Identifier: MIT
#include "experiments/sweep/table.hpp"

#include <algorithm>

#include "experiments/runs/by_run.hpp"
#include "experiments/sweep/result_cells.hpp"
#include "experiments/text/csv.hpp"

namespace poolrace::experiments {

namespace {

std::vector<Fields> fields_of(const std::vector<StoredPoint>& points) {
  std::vector<Fields> out;
  for (const StoredPoint& point : points) out.push_back(point.fields);
  return out;
}

std::vector<StoredPoint> stored_points(Store& store, const std::vector<std::string>& texts) {
  std::vector<StoredPoint> points;
  for (const std::string& text : texts) points.push_back(stored_point(store, text));
  for (const std::string& name : store.axes())
    if (!points.empty() && !points.front().fields.contains(name))
      throw ConfigError("store " + store.path() + ": '" + name +
                        "' was varied, but no problem has it: the file is damaged");
  return points;
}

std::vector<Row> rows_of(Store& store, const std::vector<std::string>& texts,
                         const std::string& versus) {
  const std::vector<StoredPoint> points = stored_points(store, texts);
  std::vector<Row> rows;
  if (points.empty()) return rows;
  const std::vector<Fields> fields = fields_of(points);
  const std::string other = reference_variant(fields, versus);
  const auto partner = partners(fields, other);
  const auto columns = defining_columns(fields, store.axes());
  const bool looked = store.stopped_by_looking();
  Kinds kinds{};
  for (const StoredPoint& point : points)
    for (std::size_t i = 0; i < models::kind_count; ++i)
      kinds[i] = kinds[i] || point.total.kinds[i] != KindTally();
  for (std::size_t i = 0; i < points.size(); ++i) {
    rows.push_back(defining_cells(fields[i], columns));
    const Row results = result_cells(points[i], kinds, looked);
    rows.back().insert(rows.back().end(), results.begin(), results.end() - 1);
    const auto pairs =
        partner[i] ? paired_points(points[i], points[*partner[i]]) : std::optional<Paired>();
    add_paired(rows.back(), other, pairs ? &*pairs : nullptr, looked);
    rows.back().push_back(results.back());  // the fingerprint ends a line
  }
  return rows;
}

std::vector<Row> runs_of(const std::vector<StoredPoint>& points,
                         const std::vector<std::string>& columns) {
  std::vector<Row> rows;
  const std::vector<std::string> names = run_columns();
  for (const StoredPoint& point : points) {
    const Row defining = defining_cells(point.fields, columns);
    for (std::size_t i = 0; i < point.runs.size(); ++i) {
      const RunRow& run = point.total.rows[i];
      Row& row = rows.emplace_back(defining);
      const std::vector<std::string> cells = run_cells(point.runs[i], run);
      row.push_back(cell("run", point.runs[i]));
      for (std::size_t c = 1; c < names.size(); ++c) row.push_back(text_cell(names[c], cells[c]));
      row.push_back(text_cell("replay", run.harm == 0 ? "" : point.replay(point.runs[i])));
    }
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

// With the names, also of no runs.
std::string runs_csv(Store& store, const std::vector<std::string>& texts, bool sorted) {
  const std::vector<StoredPoint> points = stored_points(store, texts);
  if (points.empty()) return "";
  std::vector<std::string> columns = defining_columns(fields_of(points), store.axes());
  std::vector<Row> rows = runs_of(points, columns);
  if (sorted) std::stable_sort(rows.begin(), rows.end(), before);
  if (!rows.empty()) return csv_of(rows);
  for (const std::string& name : run_columns()) columns.push_back(name);
  columns.emplace_back("replay");
  return csv_row(columns);
}

std::vector<std::string> texts_of(const Sweep& sweep) {
  std::vector<std::string> texts;
  for (const Problem& problem : sweep.problems()) texts.push_back(problem.text);
  return texts;
}

}  // namespace

std::vector<Row> study_rows(Store& store, const std::string& versus) {
  std::vector<Row> rows = rows_of(store, store.problem_texts(), versus);
  std::sort(rows.begin(), rows.end(), before);
  return rows;
}

std::vector<Row> sweep_rows(Sweep& sweep) {
  return rows_of(sweep.store(), texts_of(sweep), sweep.options().versus);
}

std::string study_runs(Store& store) {
  return runs_csv(store, store.problem_texts(), true);
}

std::string sweep_runs(Sweep& sweep) {
  return runs_csv(sweep.store(), texts_of(sweep), false);
}

}  // namespace poolrace::experiments
