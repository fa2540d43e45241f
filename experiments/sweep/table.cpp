// SPDX-License-Identifier: MIT
#include "experiments/sweep/table.hpp"

#include <algorithm>

#include "experiments/runs/by_run.hpp"
#include "experiments/runs/paired.hpp"
#include "experiments/sweep/points.hpp"
#include "experiments/text/csv.hpp"
#include "sim/settings/find_named.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

namespace {

double ratio(std::int64_t sum, std::int64_t n) {
  return n == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(n);
}

void add_probability(Row& row, const Tally& t, bool looked) {
  const Interval fixed = clopper_pearson(t.crashed, t.runs);
  const Interval any_time = confidence_sequence(t.crashed, t.runs);
  const bool ran = t.runs > 0;
  row.push_back(optional_cell("probability", ran, ratio(t.crashed, t.runs)));
  row.push_back(optional_cell("low", ran && !looked, fixed.low));
  row.push_back(optional_cell("high", ran && !looked, fixed.high));
  row.push_back(optional_cell("sequence_low", ran, any_time.low));
  row.push_back(optional_cell("sequence_high", ran, any_time.high));
  row.push_back(flag_cell("stopped_by_looking", looked));
}

void add_times(Row& row, const Tally& t) {
  const auto us = [&](const char* name, std::optional<std::int64_t> ns) {
    row.push_back(optional_cell(name, ns.has_value(), static_cast<double>(ns.value_or(0)) / 1000));
  };
  const std::vector<std::int64_t> times = teardown_times_ns(t.rows);
  std::int64_t total = 0;
  for (const std::int64_t ns : times) total += ns;
  row.push_back(cell("teardowns", static_cast<std::int64_t>(times.size())));
  us("teardown_median_us", median(times));
  us("teardown_p99_us", p99(times));
  us("destroy_median_us", median(destroy_times_ns(t.rows)));
  row.push_back(optional_cell("grace_period_share", !times.empty(), ratio(t.grace_ns, total)));
  const auto a_packet = [&](const char* name, std::int64_t ns) {
    row.push_back(optional_cell(name, t.packets > 0, ratio(ns, t.packets)));
  };
  a_packet("sync_ns_per_packet", t.sync_ns);
  a_packet("guard_ns_per_packet", t.guard_ns);
  a_packet("cpu_ns_per_packet", t.cpu_ns);
}

void add_kind(Row& row, std::string name, const KindTally& k, const Tally& t, bool looked) {
  std::replace(name.begin(), name.end(), '-', '_');
  const Interval fixed = clopper_pearson(k.harm_runs, t.runs);
  row.push_back(cell(name + "_misuse_runs", k.misuse_runs));
  row.push_back(cell(name + "_harm_runs", k.harm_runs));
  const bool ran = t.runs > 0;
  row.push_back(optional_cell(name + "_harm_probability", ran, ratio(k.harm_runs, t.runs)));
  row.push_back(optional_cell(name + "_harm_low", ran && !looked, fixed.low));
  row.push_back(optional_cell(name + "_harm_high", ran && !looked, fixed.high));
  row.push_back(cell(name + "_put_before_unmap", k.put_before_unmap));
  row.push_back(cell(name + "_put_after_unmap", k.put_after_unmap));
  row.push_back(optional_cell(name + "_exposure_estimate", k.estimated_runs > 0,
                              ratio(k.chance_e12, k.estimated_runs) / 1e12));
}

// Absent for the variant that others are held against, and where no run was done under both.  Bounds
// are for a number of runs that was fixed beforehand.
void add_paired(Row& row, const std::string& versus, const Paired* p, bool looked) {
  row.push_back(p ? text_cell("versus", versus) : empty_cell("versus"));
  const auto three = [&](const std::string& name, const std::string& unit, const Estimate* e) {
    row.push_back(optional_cell(name + unit, e != nullptr, e ? e->value : 0));
    row.push_back(optional_cell(name + "_low" + unit, e && !looked, e ? e->low : 0));
    row.push_back(optional_cell(name + "_high" + unit, e && !looked, e ? e->high : 0));
  };
  three("delta_probability", "", p ? &p->probability : nullptr);
  three("delta_teardown", "_us", p && p->teardowns > 0 ? &p->teardown_us : nullptr);
  row.push_back(p ? cell("delta_teardowns", p->teardowns) : empty_cell("delta_teardowns"));
  const bool costs = p && p->costs > 0;
  three("delta", "_ns_per_packet", costs ? &p->cpu_ns_per_packet : nullptr);
}

void add_harm(Row& row, std::int64_t run, const ReplayOfRun& replay) {
  row.push_back(run < 0 ? empty_cell("first_harm_run") : cell("first_harm_run", run));
  const std::string text = run < 0 ? "" : replay(run);
  row.push_back(text.empty() ? empty_cell("replay") : text_cell("replay", text));
}

// A problem with what the store has of it.
struct StoredPoint {
  Fields fields;
  Tally total;
  std::vector<std::int64_t> runs;  // their numbers, beside total.rows
  ReplayOfRun replay;
};

StoredPoint stored_point(Store& store, const std::string& text) {
  StoredPoint out{problem_fields(text), {}, {}, replay_of(text)};
  const std::int64_t block_runs = std::stoll(out.fields.at("block_runs"));
  for (const StoredBlock& block : store.blocks(sim::hex16(sim::fnv1a_64(text)))) {
    out.total.add(block.tally);
    for (std::int64_t i = 0; i < block.tally.runs; ++i)
      out.runs.push_back(block.block * block_runs + i);
  }
  return out;
}

// Over the runs that both have: a sweep may have been stopped in between.
std::optional<Paired> paired_points(const StoredPoint& here, const StoredPoint& versus) {
  std::vector<RunRow> a, b;
  for (std::size_t i = 0, j = 0; i < here.runs.size() && j < versus.runs.size();) {
    if (here.runs[i] == versus.runs[j]) {
      a.push_back(here.total.rows[i++]);
      b.push_back(versus.total.rows[j++]);
    } else {
      ++(here.runs[i] < versus.runs[j] ? i : j);
    }
  }
  if (a.empty()) return std::nullopt;
  return paired(a, b);
}

using Kinds = std::array<bool, models::kind_count>;

Row result_cells(const StoredPoint& point, const Kinds& kinds, bool looked) {
  const Tally& t = point.total;
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
  add_harm(row, t.first_harm_run, point.replay);
  for (std::size_t i = 0; i < models::kind_count; ++i)
    if (kinds[i]) add_kind(row, models::kind_table[i].name, t.kinds[i], t, looked);
  row.push_back(t.runs > 0 ? text_cell("fingerprint", sim::hex16(t.fingerprint()))
                           : empty_cell("fingerprint"));
  return row;
}

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
