// SPDX-License-Identifier: MIT
// Atomics, lines between cores, a few primitives of the kernel, RCU's read side.
#include "experiments/bench/hw_atomics.hpp"
#include "experiments/validate/groups.hpp"
#include "models/test_bench.hpp"

namespace poolrace::experiments {

namespace {

constexpr int rounds = 200;
constexpr const char* no_profile = "no profile of that machine";

const OnMachine& two_sockets() {
  static const OnMachine on("x86-server", {{"cores_per_socket", "8"}});
  return on;
}

void add_operations(ValidationRows& rows) {
  GroupOfRows group(rows, "Operations on a line", "perfbook, Xeon 8176");
  const OnMachine& on = two_sockets();
  struct Row {
    const char* name;
    double ns;
    LineFrom from;
    LineOp op;
    Basis basis;
  };
  const Row published[] = {
      {"exchange, same CPU", 7.0, LineFrom::same_cpu, LineOp::blind_exchange, Basis::input},
      {"lock+unlock, same CPU", 15.4, LineFrom::same_cpu, LineOp::lock_pair, Basis::mechanism},
      {"blind exchange, off core", 47.5, LineFrom::same_socket, LineOp::blind_exchange,
       Basis::mechanism},
      {"exchange, off core", 101.9, LineFrom::same_socket, LineOp::exchange, Basis::mechanism},
      {"blind exchange, off socket", 148.8, LineFrom::other_socket, LineOp::blind_exchange,
       Basis::mechanism},
      {"exchange, off socket", 442.9, LineFrom::other_socket, LineOp::exchange, Basis::mechanism}};
  for (const Row& row : published)
    group.add(std::string("line/") + row.name, row.ns, *line_ns(on.p, row.from, row.op, rounds),
              "ns", row.basis, on.words);
  GroupOfRows laptop(rows, "Operations on a line", "perfbook, i7-8750H");
  const std::pair<const char*, double> laptop_rows[] = {{"exchange, same CPU", 6.2},
                                                        {"lock+unlock, same CPU", 13.5},
                                                        {"blind exchange, off core", 22.2},
                                                        {"exchange, off core", 53.6}};
  for (const auto& [name, ns] : laptop_rows)
    laptop.add_missing(std::string("line/i7-8750H: ") + name, ns, "ns", no_profile);
}

void add_transfers(ValidationRows& rows) {
  GroupOfRows group(rows, "A line from core to core, one way", "published core-to-core tables");
  const OnMachine kunpeng("arm64-server");
  const auto add = [&](const char* name, const OnMachine& on, LineFrom from, Published published) {
    const Ps told = from == LineFrom::same_socket ? on.p.line_transfer : on.p.line_transfer_cross;
    group.add(std::string("transfer/") + name, published, static_cast<double>(told) / ps_per_ns,
              "ns", Basis::input, on.words);
    group.add(std::string("transfer/") + name + ", ping-pong", published,
              *line_ns(on.p, from, LineOp::ping_pong, rounds), "ns", Basis::mechanism, on.words);
  };
  add("Kunpeng 920", kunpeng, LineFrom::same_socket, {33, 38});
  add("Kunpeng 920, other socket", kunpeng, LineFrom::other_socket, 80);
  add("Xeon 6242", two_sockets(), LineFrom::same_socket, 47);
  add("Xeon 6242, other socket", two_sockets(), LineFrom::other_socket, 135);
  group.add_missing("transfer/Xeon 8375C", 51, "ns", no_profile);
  group.add_missing("transfer/Xeon 8375C, other socket", 108, "ns", no_profile);
  group.add_missing("transfer/Graviton3", 46, "ns", no_profile);
}

void add_contended(ValidationRows& rows) {
  GroupOfRows group(rows, "Increments of one word, an operation of each CPU", "published");
  const OnMachine& on = two_sockets();
  const std::pair<models::CpuId, double> xeon[] = {{1, 4.8}, {2, 63.9}, {4, 113}, {8, 203}};
  for (const auto& [cpus, ns] : xeon)
    group.add("contended/Xeon 8176, " + std::to_string(cpus), ns,
              contended(on.p, cpus, SharedOp::increment, 2000).ns, "ns", Basis::mechanism,
              on.words);
  const std::pair<int, double> milan[] = {{1, 2.5}, {4, 24.9}, {8, 51.7}};
  for (const auto& [cpus, ns] : milan)
    group.add_missing("contended/EPYC Milan, " + std::to_string(cpus), ns, "ns", no_profile);
}

// Mean of many in a loop of their own, by a task.
double loop_ns(const models::Parameters& p, const std::function<void(models::TestBench&)>& once) {
  models::TestBench b({.p = p});
  Ps took = 0;
  b.run_task([&] {
    once(b);
    const Ps began = b.world->now();
    for (int i = 0; i < rounds; ++i) once(b);
    took = b.world->now() - began;
  });
  return static_cast<double>(took) / ps_per_ns / rounds;
}

void add_primitives(ValidationRows& rows) {
  GroupOfRows group(rows, "Kernel primitives", "published, at 2.69 GHz");
  const OnMachine server("x86-server");
  group.add("kernel/spin lock+unlock", 12.6,
            *line_ns(server.p, LineFrom::same_cpu, LineOp::lock_pair, rounds), "ns",
            Basis::mechanism, server.words);
  group.add("kernel/local_bh_disable+enable", 6.8,
            loop_ns(server.p,
                    [](models::TestBench& b) {
                      b.cpus.local_bh_disable();
                      b.cpus.local_bh_enable();
                    }),
            "ns", Basis::input, server.words);
  group.add_missing("kernel/local_irq_disable+enable", 2.8, "ns", "no such step");
  const auto read_side = [](models::TestBench& b) {
    b.rcu.read_lock();
    b.rcu.read_unlock();
  };
  GroupOfRows rcu(rows, "RCU, the read side", "published");
  rcu.add("rcu/read_lock+unlock, not preemptible", {0.27, 0.55}, loop_ns(server.p, read_side), "ns",
          Basis::input, server.words);
  const OnMachine full("x86-server", {{"preempt", "full"}});
  rcu.add("rcu/read_lock+unlock, preemptible", {2.9, 3.8}, loop_ns(full.p, read_side), "ns",
          Basis::input, full.words);
}

}  // namespace

void add_cpus(ValidationRows& rows) {
  add_operations(rows);
  add_transfers(rows);
  add_contended(rows);
  add_primitives(rows);
}

}  // namespace poolrace::experiments
