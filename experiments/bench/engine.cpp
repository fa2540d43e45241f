// SPDX-License-Identifier: MIT
// A repetition uses some milliseconds of SimGrid's clock, far from its limit, so all of them run in
// one process.  Time is the process's CPU time: a busy neighbour then costs caches, not turns.
#include "experiments/bench/engine.hpp"

#include <time.h>

#include <algorithm>
#include <memory>

#include "experiments/bench/bare_loop.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::experiments {
namespace {

class Times {  // a 64-bit LCG; 1 to 16,384 ps
 public:
  explicit Times(unsigned context) : state_(context * 7919ULL + 1) {}
  Ps next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return 1 + static_cast<Ps>(state_ >> 50);
  }

 private:
  std::uint64_t state_;
};

// Counts the events of all contexts down, and times all but the warm-up.
class Meter {
 public:
  explicit Meter(std::uint64_t events) : events_(events), left_(events + events / 10) {}
  bool running() {
    if (--left_ == events_) [[unlikely]]
      begin_ns_ = cpu_ns();
    return left_ != 0;
  }
  double ns_per_event() const { return (cpu_ns() - begin_ns_) / static_cast<double>(events_); }

 private:
  static double cpu_ns() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
  }
  std::uint64_t events_, left_;
  double begin_ns_ = 0;
};

double hold_in_world(sim::WorldKind kind, unsigned contexts, std::uint64_t events) {
  Meter meter(events);
  double ns = 0;
  const auto world = sim::World::make(kind);
  for (unsigned i = 0; i < contexts; ++i)
    world->spawn("hold", sim::Priority::task, [&, i] {
      Times times(i);
      while (meter.running()) world->advance(times.next());
      ns = meter.ns_per_event();
      world->stop();
    });
  world->run();
  return ns;
}

BareLoop::Body hold_body(BareLoop& loop, Meter& meter, unsigned i, double& ns) {
  Times times(i);
  while (meter.running()) co_await loop.advance(times.next());
  ns = meter.ns_per_event();
  loop.stop();
}

double hold_in_bare_loop(unsigned contexts, std::uint64_t events) {
  Meter meter(events);
  double ns = 0;
  BareLoop loop;
  for (unsigned i = 0; i < contexts; ++i) loop.spawn(hold_body(loop, meter, i, ns));
  loop.run();
  return ns;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

BenchRow row(const std::string& world, unsigned contexts, const std::vector<double>& ns,
             const std::vector<double>& bare_ns) {
  std::vector<double> ratios(ns.size());
  std::transform(ns.begin(), ns.end(), bare_ns.begin(), ratios.begin(),
                 [](double value, double bare) { return value / bare; });
  const std::string n = std::to_string(contexts);
  return {"hold/" + world + '/' + n, median(ns), "ns/event", "hold/bare/" + n, median(ratios)};
}

}  // namespace

std::vector<BenchRow> bench_engine(const BenchEngineOptions& options) {
  std::vector<BenchRow> rows;
  for (const unsigned n : options.contexts) {
    std::vector<double> timed, reference, bare;
    for (int i = 0; i < options.repetitions; ++i) {
      timed.push_back(hold_in_world(sim::WorldKind::timed, n, options.events));
      bare.push_back(hold_in_bare_loop(n, options.events));
      reference.push_back(hold_in_world(sim::WorldKind::reference, n, options.reference_events));
    }
    rows.push_back(row("timed", n, timed, bare));
    rows.push_back(row("reference", n, reference, bare));
    rows.push_back(row("bare", n, bare, bare));
  }
  return rows;
}

}  // namespace poolrace::experiments
