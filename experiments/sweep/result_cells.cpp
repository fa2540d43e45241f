// SPDX-License-Identifier: MIT
#include "experiments/sweep/result_cells.hpp"

#include <algorithm>

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

void add_harm(Row& row, std::int64_t run, const ReplayOfRun& replay) {
  row.push_back(run < 0 ? empty_cell("first_harm_run") : cell("first_harm_run", run));
  const std::string text = run < 0 ? "" : replay(run);
  row.push_back(text.empty() ? empty_cell("replay") : text_cell("replay", text));
}

}  // namespace

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
  row.push_back(cell("socket_drops", t.socket_drops));
  row.push_back(cell("events", t.events));
  row.push_back(cell("ties", t.ties));
  add_harm(row, t.first_harm_run, point.replay);
  for (std::size_t i = 0; i < models::kind_count; ++i)
    if (kinds[i]) add_kind(row, models::kind_table[i].name, t.kinds[i], t, looked);
  row.push_back(t.runs > 0 ? text_cell("fingerprint", sim::hex16(t.fingerprint()))
                           : empty_cell("fingerprint"));
  return row;
}

}  // namespace poolrace::experiments
