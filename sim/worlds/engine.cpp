// SPDX-License-Identifier: MIT
// Taming SimGrid 3.32: precision under a quarter of a picosecond, no correction factors in the
// network, no log, no exit handler, and the caller's signal handlers left as they were.
#include "sim/worlds/engine.hpp"

#include <cmath>
#include <csignal>
#include <deque>
#include <simgrid/kernel/routing/NetZoneImpl.hpp>
#include <string>

#include "sim/errors.hpp"
#include "sim/worlds/sanitizers.hpp"

namespace poolrace::sim::engine {
namespace {

namespace s4u = simgrid::s4u;

// SimGrid takes Ctrl-C and faults for itself when it starts; they stay the caller's.
class KeepSignals {
 public:
  KeepSignals() {
    for (std::size_t i = 0; i < std::size(signals); ++i) sigaction(signals[i], nullptr, &kept_[i]);
  }
  ~KeepSignals() {
    for (std::size_t i = 0; i < std::size(signals); ++i) sigaction(signals[i], &kept_[i], nullptr);
  }
  KeepSignals(const KeepSignals&) = delete;
  KeepSignals& operator=(const KeepSignals&) = delete;

 private:
  static constexpr int signals[] = {SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
  struct sigaction kept_[std::size(signals)];
};

s4u::Engine* start_engine() {
  const KeepSignals keep;
  static std::string arguments[] = {
    "poolrace",
    "--log=root.thresh:critical",
    "--cfg=surf/precision:1e-13",
    "--cfg=cpu/optim:Lazy",
    "--cfg=network/model:CM02",
    "--cfg=network/latency-factor:1",
    "--cfg=network/bandwidth-factor:1",
    "--cfg=network/weight-S:0",
    "--cfg=network/TCP-gamma:1e12",
    "--cfg=network/crosstraffic:no",
    "--cfg=contexts/nthreads:1",
    "--cfg=debug/clean-atexit:no",
    "--cfg=debug/verbose-exit:no",
#if defined(POOLRACE_ASAN) || defined(POOLRACE_TSAN)
    "--cfg=contexts/stack-size:4096",
    "--cfg=contexts/factory:thread",  // the sanitizers know threads, not SimGrid's own stacks
#else
    "--cfg=contexts/stack-size:512",
    "--cfg=contexts/factory:raw",
#endif
  };
  static char* argv[std::size(arguments) + 1] = {};
  for (std::size_t i = 0; i < std::size(arguments); ++i) argv[i] = arguments[i].data();
  int argc = static_cast<int>(std::size(arguments));
  return new s4u::Engine(&argc, argv);  // lives as long as the process, as SimGrid wants it
}

s4u::Engine& instance() {
  static s4u::Engine* engine = start_engine();
  return *engine;
}

long double in_ps(double seconds) {
  return static_cast<long double>(seconds) * 1e12L;
}

// A zone of its own for every machine: SimGrid seals the one it calls root when it first runs, and
// with it all below, so a machine that is described later stands beside the root, not in it.
s4u::NetZone* new_zone(std::size_t number) {
  instance();
  s4u::NetZone* zone = s4u::create_full_zone("poolrace-" + std::to_string(number));
  if (number == 0) return zone;
  auto* root = instance().get_netzone_root()->get_impl();
  auto* impl = zone->get_impl();
  impl->set_network_model(root->get_network_model());
  impl->set_cpu_pm_model(root->get_cpu_pm_model());
  impl->set_cpu_vm_model(root->get_cpu_vm_model());
  impl->set_disk_model(root->get_disk_model());
  impl->set_host_model(root->get_host_model());
  return zone;
}

}  // namespace

const Machine& machine(const MachineSpec& spec) {
  static std::deque<Machine> machines;
  for (const Machine& known : machines)
    if (known.spec == spec) return known;
  s4u::NetZone* zone = new_zone(machines.size());
  const std::string suffix = machines.empty() ? "" : "-" + std::to_string(machines.size() + 1);
  const auto host_of = [&](const HostSpec& h) {
    return zone->create_host(h.name + suffix, h.speed_hz)->set_core_count(h.cores)->seal();
  };
  s4u::Host* host = host_of(spec.host);
  s4u::Host* peer = host_of(spec.peer);
  auto* wire = zone->create_link("wire" + suffix, spec.wire_bit_per_s / 8)
                   ->set_latency(static_cast<double>(spec.wire_latency_ps) / 1e12)
                   ->seal();
  zone->add_route(host->get_netpoint(), peer->get_netpoint(), nullptr, nullptr,
                  {s4u::LinkInRoute(wire)});
  machines.push_back({spec, host, peer});
  return machines.back();
}

double clock() {
  return s4u::Engine::get_clock();
}

// One microsecond more, so that no run begins at SimGrid's date 0: in its first round two dates a
// picosecond apart came out as one.
Ps base() {
  const long double us = std::ceil(in_ps(clock()) / ps_per_us) + 1;
  return static_cast<Ps>(us) * ps_per_us;
}

double context_date(Ps base, Ps date) {
  return static_cast<double>((static_cast<long double>(base) + date + 0.5L) / 1e12L);
}

double outside_date(Ps base, Ps date) {
  return static_cast<double>((static_cast<long double>(base) + date) / 1e12L);
}

bool serves(Ps base, Ps date) {
  constexpr Ps good_for = 1900 * ps_per_s;
  return date < good_for - base;
}

bool reached(double date) {
  return in_ps(clock()) >= in_ps(date) - 0.25L;
}

void check_clock(double date) {
  if (std::fabs(in_ps(clock()) - in_ps(date)) < 0.5L) return;
  throw InternalError("SimGrid's clock stands at " + std::to_string(clock()) + " s, " +
                      std::to_string(static_cast<double>(in_ps(clock()) - in_ps(date))) +
                      " ps from our date; a process is good for 2000 s of it");
}

void run() {
  instance().run();
}

Ps clock_used() {
  return s4u::Engine::has_instance() ? static_cast<Ps>(in_ps(clock())) : 0;
}

}  // namespace poolrace::sim::engine
