// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_grace_period.hpp"

#include "experiments/bench/hw.hpp"
#include "experiments/statistics/statistics.hpp"
#include "models/test_bench.hpp"

namespace poolrace::experiments {

namespace {

using models::CpuId;
using models::TestBench;

// A NIC whose ring is never empty: each poll takes its whole weight, and asks for the next.
class Flood {
 public:
  Flood(TestBench& bench, CpuId cpu) : b_(bench), cpu_(cpu) {
    b_.at(0, [this] { again(); });
  }

 private:
  void again() {
    b_.softirq(cpu_, [this] {
      b_.cpus.compute(b_.p.napi_weight * (b_.p.driver_per_packet + b_.p.stack_per_packet));
      again();
    });
  }
  TestBench& b_;
  CpuId cpu_;
};

constexpr std::int64_t tick_rates[] = {100, 250, 300, 1000};

struct Setting4 {
  const char* label;
  OtherWork work;
  bool wake_directly;
};

constexpr Setting4 settings[] = {{"idle", OtherWork::none, false},
                                 {"NAPI flood on another CPU", OtherWork::napi_flood, false},
                                 {"a hog on every CPU", OtherWork::hogs, false},
                                 {"idle, rcu_normal_wake_from_gp", OtherWork::none, true},
                                 {"hogs, rcu_normal_wake_from_gp", OtherWork::hogs, true}};

const char* elsewhere(bool expedited) {
  return expedited
             ? "a module that calls synchronize_rcu_expedited() in a loop with random sleeps "
               "(rcuscale's gp_exp=1), or bpftrace on that function."
             : "a module that calls synchronize_rcu() in a loop with random sleeps (rcuscale, "
               "writer_holdoff set), or bpftrace: kprobe to kretprobe of synchronize_rcu "
               "while interfaces go down; rcupdate.rcu_normal_wake_from_gp=1.";
}

// Rows: what runs; columns: ticks a second.  Median and p99 are a table each.
std::vector<HwTable> tables(const HwRequest& request, bool expedited) {
  const double ps_per_unit = expedited ? ps_per_us : ps_per_ms;
  const char* unit = expedited ? "us" : "ms";
  const std::string call = expedited ? "synchronize_rcu_expedited()" : "synchronize_rcu()";
  HwTable median_table, p99_table;
  median_table.title = call + ", median";
  p99_table.title = call + ", 99th percentile";
  const int calls = 30 * request.repetitions;
  median_table.measured = "A task calls it " + std::to_string(calls) +
                          " times, each after a sleep of up to two ticks: from call to return.";
  p99_table.measured = "The same calls; with so few of them it is among the longest.";
  median_table.elsewhere = elsewhere(expedited);
  p99_table.elsewhere = "as above.";
  for (HwTable* table : {&median_table, &p99_table}) {
    table->row_axis = "what runs";
    for (const std::int64_t hz : tick_rates)
      table->columns.push_back({"HZ=" + std::to_string(hz), unit, "%.2f"});
  }
  for (const Setting4& setting : settings) {
    if (expedited && setting.wake_directly) continue;
    HwRow median_row{setting.label, {}}, p99_row{setting.label, {}};
    for (const std::int64_t hz : tick_rates) {
      models::Parameters p = request.machine();
      p.hz = hz;
      p.rcu_wake_directly = p.rcu_wake_directly || setting.wake_directly;
      const std::vector<Ps> waits = grace_periods(p, setting.work, expedited, calls);
      median_row.cells.push_back(static_cast<double>(*median(waits)) / ps_per_unit);
      p99_row.cells.push_back(static_cast<double>(*p99(waits)) / ps_per_unit);
    }
    median_table.rows.push_back(median_row);
    p99_table.rows.push_back(p99_row);
  }
  return {median_table, p99_table};
}

}  // namespace

std::vector<Ps> grace_periods(const models::Parameters& p, OtherWork work, bool expedited,
                              int calls) {
  TestBench b({.p = p});
  b.trace.keep_between(ps_never, ps_never);
  const auto caller = static_cast<CpuId>(p.destroy_cpu);
  std::unique_ptr<Flood> flood;
  if (work == OtherWork::napi_flood)
    flood = std::make_unique<Flood>(b, static_cast<CpuId>((caller + 1) % b.cpus.size()));
  for (CpuId cpu = 0; work == OtherWork::hogs && cpu < b.cpus.size(); ++cpu)
    b.task(cpu, [&b] {
      b.cpus.enter_user();
      for (;;) b.cpus.compute(100 * ps_per_us);
    });
  sim::Stream phase = b.streams.stream("bench: phase");
  std::vector<Ps> waits;
  b.task(caller, [&] {
    for (int i = 0; i < calls; ++i) {
      b.sleep(phase.between(0, 2 * b.cpus.jiffy()));
      const Ps began = b.world->now();
      b.rcu.synchronize(expedited);
      waits.push_back(b.world->now() - began);
    }
    b.world->stop();
  });
  b.run(1000 * ps_per_s);
  return waits;
}

std::vector<HwTable> hw_grace_period(const HwRequest& request) {
  std::vector<HwTable> out = tables(request, false);
  for (HwTable& table : tables(request, true)) out.push_back(std::move(table));
  return out;
}

}  // namespace poolrace::experiments
