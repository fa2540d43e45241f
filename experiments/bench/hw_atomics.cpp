// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_atomics.hpp"

#include <algorithm>

#include "experiments/bench/hw.hpp"
#include "models/memory/locks.hpp"
#include "models/test_bench.hpp"

namespace poolrace::experiments {

namespace {

using models::CpuId;
using models::Ordering;
using models::TestBench;
using Counter = models::Word<std::uint64_t>;

constexpr sim::Site site_load{"bench: load"}, site_add{"bench: add"}, site_exchange{"bench: cas"},
    site_store{"bench: store"}, site_lock{"bench: lock"}, site_unlock{"bench: unlock"};

struct Count {
  std::uint64_t done = 0, tried = 0;
};

void change(Counter& word, SharedOp op, Count& count) {
  if (op == SharedOp::increment) {
    word.add_return(site_add, 1, Ordering::full);
    ++count.tried;
  } else {
    for (bool took = false; !took; ++count.tried) {
      const std::uint64_t seen = word.read(site_load, Ordering::once);
      took = word.cmpxchg(site_exchange, seen, seen + 1, Ordering::full) == seen;
    }
  }
  ++count.done;
}

double ns_of(Ps time, double parts) {
  return static_cast<double>(time) / ps_per_ns / parts;
}

// Millions of steps, of which nobody reads the records.
void forget_steps(TestBench& b) {
  b.trace.keep_between(ps_never, ps_never);
}

// The other CPU of a pair whose first is CPU 0.
std::optional<CpuId> partner(const models::Parameters& p, LineFrom from) {
  if (from == LineFrom::same_cpu) return CpuId{0};
  const std::int64_t cpu = from == LineFrom::same_socket ? 1 : p.cores_per_socket;
  const bool there =
      from == LineFrom::same_socket ? p.cpus > 1 && p.cores_per_socket > 1 : cpu < p.cpus;
  return there ? std::optional(static_cast<CpuId>(cpu)) : std::nullopt;
}

// One after the other tells the other: a store of a number, which the other waits for by loading.
double ping_pong_ns(const models::Parameters& p, CpuId other, int rounds) {
  TestBench b({.p = p});
  forget_steps(b);
  models::Line line(b.memory);
  Counter word(line, 0);
  const auto player = [&word, rounds](std::uint64_t mine) {
    for (int i = 0; i < rounds; ++i) {
      const std::uint64_t turn = 2 * static_cast<std::uint64_t>(i) + mine;
      while (word.read(site_load, Ordering::once) != turn) {
      }
      word.write(site_store, turn + 1, Ordering::once);
    }
  };
  Ps took = 0;
  b.task(other, [&player] { player(1); });
  b.run_task([&] {
    b.cpus.compute(20 * ps_per_us);  // until the other waits
    const Ps began = b.world->now();
    player(0);
    while (word.read(site_load, Ordering::once) != 2 * static_cast<std::uint64_t>(rounds)) {
    }
    took = b.world->now() - began;
  });
  return ns_of(took, 2.0 * rounds);
}

// In turn with CPU `other`, which writes the line between two operations of CPU 0; the CPUs wait
// at work, so that nobody wakes up inside of an operation.
double turns_ns(const models::Parameters& p, CpuId other, LineOp op, int rounds) {
  constexpr Ps turn = 5 * ps_per_us;
  TestBench b({.p = p});
  forget_steps(b);
  models::Line line(b.memory);
  Counter word(line, 0);
  models::SpinLock lock(b.memory, line);
  const auto act = [&] {
    if (op == LineOp::lock_pair) {
      lock.lock(site_lock);
      lock.unlock(site_unlock);
      return;
    }
    const std::uint64_t seen =
        op == LineOp::exchange ? word.read(site_load, Ordering::once) : word.peek();
    word.cmpxchg(site_exchange, seen, seen + 1, Ordering::full);
  };
  const auto wait_until = [&b](Ps date) {
    if (date > b.world->now()) b.cpus.compute(date - b.world->now());
  };
  if (other != 0)
    b.task(other, [&] {
      for (Ps date = turn;; date += turn) {
        wait_until(date);
        act();
      }
    });
  Ps took = 0;
  b.run_task([&] {
    act();
    for (int i = 1; i <= rounds; ++i) {
      if (other != 0) wait_until(i * turn + turn / 2);
      const Ps began = b.world->now();
      act();
      took += b.world->now() - began;
    }
  });
  return ns_of(took, rounds);
}

HwTable contended_table(const HwRequest& request, const models::Parameters& p) {
  HwTable table;
  table.title = "One shared word, changed by all";
  table.measured =
      "So many CPUs change one word in a loop, by increment or by load and "
      "compare-exchange until it takes: ns an operation of each CPU.";
  table.elsewhere =
      "threads bound to cores, atomic_fetch_add (or load and "
      "atomic_compare_exchange_weak) on one variable for a second; CPUs times "
      "seconds over operations.";
  table.row_axis = "CPUs";
  table.columns = {
      {"increment", "ns"}, {"exchange loop", "ns"}, {"retries", "an operation", "%.2f"}};
  for (const CpuId cpus : cpu_counts(p.cpus)) {
    const int operations = request.repetitions * std::max(100, 5 * static_cast<int>(cpus));
    const Contended add = contended(p, cpus, SharedOp::increment, operations);
    const Contended loop = contended(p, cpus, SharedOp::compare_exchange, operations);
    table.rows.push_back({std::to_string(cpus), {add.ns, loop.ns, loop.retries}});
  }
  return table;
}

HwTable line_table(const HwRequest& request, const models::Parameters& p) {
  HwTable table;
  table.title = "One operation, by where the line was written last";
  table.measured =
      "Compare-exchange, load and compare-exchange, spin lock and unlock of a line "
      "that another CPU has just written; and one way of a ping-pong by stores and "
      "loads.";
  table.elsewhere =
      "two threads bound to two cores that take turns (perfbook's CPU operations "
      "table, core-to-core-latency); another socket: numactl.";
  table.row_axis = "written by";
  table.columns = {{"exchange", "ns"},
                   {"load+exchange", "ns"},
                   {"lock+unlock", "ns"},
                   {"ping-pong", "ns, one way"}};
  const std::pair<const char*, LineFrom> rows[] = {{"the same CPU", LineFrom::same_cpu},
                                                   {"the same socket", LineFrom::same_socket},
                                                   {"another socket", LineFrom::other_socket}};
  for (const auto& [label, from] : rows) {
    HwRow row{label, {}};
    for (const LineOp op :
         {LineOp::blind_exchange, LineOp::exchange, LineOp::lock_pair, LineOp::ping_pong})
      row.cells.push_back(line_ns(p, from, op, 40 * request.repetitions));
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace

Contended contended(const models::Parameters& p, CpuId cpus, SharedOp op, int operations) {
  TestBench b({.p = p});
  forget_steps(b);
  models::Line line(b.memory);
  Counter word(line, 0);
  Count count, before;
  Ps began = 0;
  const auto warm = static_cast<std::uint64_t>(operations / 10) + cpus;
  const std::uint64_t last = warm + static_cast<std::uint64_t>(operations);
  for (CpuId cpu = 0; cpu < cpus; ++cpu)
    b.task(cpu, [&] {
      for (;;) {
        change(word, op, count);
        if (count.done == warm) {
          before = count;
          began = b.world->now();
        }
        if (count.done == last) b.world->stop();
      }
    });
  b.run(1000 * ps_per_s);
  const auto done = static_cast<double>(count.done - before.done);
  return {ns_of(b.world->now() - began, done) * cpus,
          static_cast<double>(count.tried - before.tried) / done - 1};
}

std::optional<double> line_ns(const models::Parameters& p, LineFrom from, LineOp op, int rounds) {
  const std::optional<CpuId> other = partner(p, from);
  if (!other) return std::nullopt;
  if (op != LineOp::ping_pong) return turns_ns(p, *other, op, rounds);
  if (*other == 0) return std::nullopt;
  return ping_pong_ns(p, *other, rounds);
}

std::vector<HwTable> hw_atomics(const HwRequest& request) {
  const models::Parameters p = request.machine();
  return {contended_table(request, p), line_table(request, p)};
}

}  // namespace poolrace::experiments
