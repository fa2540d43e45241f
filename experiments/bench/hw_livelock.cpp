// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_livelock.hpp"

#include <cmath>

#include "experiments/bench/hw.hpp"
#include "experiments/text/numbers.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

namespace {

constexpr double loads[] = {0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3};

models::RunResult run_for(models::Parameters p, Ps measure) {
  p.measure = measure;
  models::RunOptions options;
  options.variant = "baseline";
  return models::run_machine(p, options);
}

}  // namespace

// Every page goes to the application at once and comes back by its task alone.
// net.core.rmem_default holds some 277 of the smallest skbs.
std::vector<Setting> livelock_scene() {
  return {{"teardown", "none"},    {"traffic", "poisson"},   {"cpus", "2"},
          {"napi_cpu", "1"},       {"app_first_cpu", "1"},   {"destroy_cpu", "0"},
          {"hold", "constant"},    {"hold_median_us", "1"},  {"in_flight_pages", "0"},
          {"put_bh_off_ppm", "0"}, {"put_softirq_ppm", "0"}, {"put_deferred_ppm", "0"},
          {"frame_bytes", "64"},   {"ram_gib", "64"},        {"rcvbuf_frames", "277"}};
}

double livelock_capacity_pps(const models::Parameters& p) {
  return static_cast<double>(ps_per_s) /
         static_cast<double>(p.driver_per_packet + p.stack_per_packet + p.app_work);
}

// Runs that differ in their length alone are the same up to the shorter one's end: what the longer
// has more happened in between.
Livelock livelock(models::Parameters p, double load, int repetitions) {
  p.load_pps = static_cast<std::int64_t>(load * livelock_capacity_pps(p));
  p.warmup = 15 * ps_per_ms;  // several times what softirqs may take, and a time slice
  const Ps first = 100 * ps_per_us, last = first + repetitions * 4 * ps_per_ms;
  const models::RunResult before = run_for(p, first), after = run_for(p, last);
  const double stretch_ms = static_cast<double>(last - first) / ps_per_ms;
  const auto kpps = [stretch_ms](std::uint64_t from, std::uint64_t to) {
    return (static_cast<double>(to) - static_cast<double>(from)) / stretch_ms;
  };
  Livelock out;
  out.received_kpps = kpps(before.all_packets, after.all_packets);
  out.ring_drops_kpps = kpps(before.dropped, after.dropped);
  out.socket_drops_kpps = kpps(before.socket_drops, after.socket_drops);
  out.delivered_kpps = kpps(before.all_packets - before.outstanding - before.socket_drops,
                            after.all_packets - after.outstanding - after.socket_drops);
  out.offered_kpps = static_cast<double>(p.load_pps) / 1000;
  return out;
}

std::vector<HwTable> hw_livelock(const HwRequest& request) {
  const models::Parameters p = request.machine(livelock_scene());
  HwTable table;
  table.title = "NAPI and the application on one CPU";
  table.measured =
      "64-B frames (Poisson) go up the stack to a task of the CPU that polls for them; load 1 is " +
      format("%.0f", livelock_capacity_pps(p) / 1000) +
      " thousand a second, driver, stack and application added up.";
  table.elsewhere =
      "UDP frames from a generator at rising rates to a receiver bound (taskset) to "
      "the CPU of the only queue's interrupt; the receiver's count, ethtool -S "
      "rx_missed or rx_out_of_buffer, /proc/net/snmp RcvbufErrors.";
  table.row_axis = "load";
  table.columns = {{"offered", "thousand/s", "%.0f"},
                   {"delivered", "thousand/s", "%.0f"},
                   {"dropped at the ring", "thousand/s", "%.0f"},
                   {"at the socket", "thousand/s", "%.0f"}};
  for (const double load : loads) {
    const Livelock one = livelock(p, load, request.repetitions);
    table.rows.push_back(
        {format("%.2f", load),
         {one.offered_kpps, one.delivered_kpps, one.ring_drops_kpps, one.socket_drops_kpps}});
  }
  return {table};
}

}  // namespace poolrace::experiments
