// SPDX-License-Identifier: MIT
#include "models/machine.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "models/assembly.hpp"
#include "models/checker/alarms.hpp"
#include "models/checker/end_check.hpp"
#include "models/cpu/noise.hpp"
#include "models/cpu/theft.hpp"
#include "models/dma/iommu.hpp"
#include "models/dma/swiotlb.hpp"
#include "models/drawn.hpp"
#include "models/exposure.hpp"
#include "models/faults/faults.hpp"
#include "models/memory/use_after_free.hpp"
#include "models/nic/driver.hpp"
#include "models/platform.hpp"
#include "models/traffic/holders.hpp"
#include "models/traffic/past.hpp"
#include "models/traffic/traffic.hpp"
#include "models/variants.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::models {

namespace {

// The pages that are with holders when the run begins: how many, and where it is known (all traffic
// but Poisson's, whose law is closed) how old each hold is and what remains of it.
struct Start {
  std::uint64_t pages = 0;
  std::vector<HoldTime::Met> met;
};

// Very many page frames are made when they are asked for: half a GiB (there is one at least) first.
std::uint32_t frames_at_first(const Parameters& p, double mean_pps, std::uint64_t in_flight) {
  return std::min(frames_needed(p, mean_pps, in_flight), 1U << 17);
}

class Machine final : MemoryListener {
 public:
  Machine(const Parameters& parameters, const RunOptions& options);
  RunResult run();

 private:
  // What has been spent so far; two of them bound the measured stretch.
  struct Snapshot {
    Ps at = 0, busy = 0, sync = 0, guard = 0;
    std::uint64_t packets = 0;
  };
  void body();  // the task that brings up, waits, tears down
  void source(sim::World::Outside& wire);
  void next_frame();
  std::vector<std::pair<Ps, std::uint32_t>> frames_until(Ps sent);
  void wire_again();  // the interface is up after a time without frames
  void watch();       // ends the run when all is over, or at the horizon
  void alarm();       // rings once a second if something hangs
  [[nodiscard]] bool all_over() const;
  void look_in_flight();
  [[nodiscard]] bool at_rest();
  void check_end();
  void fill(RunResult& result);
  void use_after_free(Region& region, sim::Site site) override {
    report_use_after_free(checker_, region, site);
  }
  Ps stall_at(sim::Site site) override;
  Ps hold_up(sim::Site site);
  int effects_at(sim::Site site) override { return faults_.effects(site); }
  FaultyParts faulty_parts() { return {dma_, nic_, rcu_, platform_, driver_, checker_}; }
  Checker::Here here();
  Snapshot snapshot();
  [[nodiscard]] std::vector<std::string> context_names() const;
  [[nodiscard]] std::array<double, kind_count> measured_exposure() const;
  [[nodiscard]] std::vector<sim::GivenWord> idle_words() const;
  [[nodiscard]] std::array<std::uint64_t, 11> pool_counters() const;

  const Parameters& p_;
  const RunOptions& options_;
  const Variant& variant_;
  Faults faults_;
  sim::WordCounts own_word_counts_;
  sim::WordCounts* word_counts_;  // null: nobody asks, and no words are given
  sim::Streams streams_;
  HoldTime hold_time_;
  TrafficParams traffic_params_;
  Traffic traffic_;
  Start start_;
  sim::Trace trace_;
  std::unique_ptr<sim::World> world_;
  Checker checker_;
  Timers timers_;
  Cpus cpus_;
  Memory memory_;
  Rcu rcu_;
  Pages pages_;
  Iommu iommu_;
  Swiotlb swiotlb_;
  LineCache cache_;
  Dma dma_;
  Link link_;
  Nic nic_;
  SimPlatform platform_;
  Device device_;
  Holders holders_;
  Driver driver_;
  Alarms alarms_;
  Thefts thefts_;
  Noise noise_;

  Arrival frame_{};       // the next one of the traffic, and
  Ps frame_sent_ = 0;     // when the peer sends it
  bool napping_ = false;  // the peer: the interface is down, and nobody draws frames
  Ps traffic_from_ = ps_never;
  bool traffic_over_ = false, at_horizon_ = false;
  std::uint64_t in_flight_at_start_ = 0, in_flight_at_destroy_ = 0;
  const Ps patience_;  // after the teardown
  Ps horizon_ = ps_never;
  InFlightCurve in_flight_after_;
  std::set<std::string> sites_;
  std::vector<PutPassing> put_passings_;
  struct Holding {
    std::uint32_t site;
    Ps put_began, left;
  };
  std::vector<Holding> hold_ups_;
  Snapshot from_, to_;
};

// The other NIC's ring has long been full; or holds what came since the last time that nothing did
// for as long as it takes to be emptied (exact for Poisson traffic).
std::uint64_t redirected(const Parameters& p, double mean_pps, sim::Stream& stream) {
  const auto ring = static_cast<std::uint64_t>(p.redirect_ring);
  if (mean_pps <= 0) return 0;
  if (p.redirect_release == 0) return ring;
  const auto gap = static_cast<Ps>(static_cast<double>(ps_per_s) / mean_pps);
  std::uint64_t frames = 0;
  while (frames < ring && sim::exponential(stream, gap) < p.redirect_release) ++frames;
  return frames;
}

// An estimate takes a page to be put when its hold ends, by a CPU that has nothing else to do.
bool holders_keep_up(const Parameters& p, double mean_pps) {
  constexpr Ps at_once = 20 * ps_per_us;
  const double share = mean_pps / static_cast<double>(ps_per_s);
  const double tasks =
      share * static_cast<double>(p.app_work) / static_cast<double>(p.cpus - p.app_first_cpu);
  const double polls = share * static_cast<double>(p.driver_per_packet + p.stack_per_packet) /
                       static_cast<double>(std::min(p.queues, p.cpus));
  const bool disturbed =
      p.steal_ppm > 0 || p.irq_noise_hz > 0 || p.irqs_off_hz > 0 || p.noise_hz > 0;
  return p.app_work <= at_once && tasks <= 0.1 && polls <= 0.8 && !disturbed &&
         p.destroy_cpu < p.app_first_cpu;
}

Start draw_start(const Parameters& p, const HoldTime& hold, const TrafficParams& params,
                 Traffic& traffic, const sim::Streams& streams) {
  sim::Stream stream = streams.stream(drawn::in_flight);
  if (p.rx_action != RxAction::stack || p.in_flight_pages >= 0) {
    traffic.begin(stream);
    if (p.rx_action == RxAction::redirect) return {redirected(p, traffic.mean_pps(), stream), {}};
    return {p.rx_action == RxAction::stack ? static_cast<std::uint64_t>(p.in_flight_pages) : 0, {}};
  }
  if (poisson_in_flight(params)) {
    const auto pps = static_cast<std::uint64_t>(p.load_pps);
    return {sim::poisson(stream, sim::poisson_mean_q32(pps, hold.mean())), {}};
  }
  std::vector<HoldTime::Met> met = traffic.begin(hold, receiver(p), stream);
  return {met.size(), std::move(met)};
}

}  // namespace

Machine::Machine(const Parameters& parameters, const RunOptions& options)
    : p_(parameters),
      options_(options),
      variant_(known_variant(options.variant)),
      faults_(options.faults),
      word_counts_(options.word_counts != nullptr || options.words.empty() ? options.word_counts
                                                                           : &own_word_counts_),
      streams_(options.seed, options.run, options.words, word_counts_),
      hold_time_(parameters.hold),
      traffic_params_(traffic_params(parameters)),
      traffic_(traffic_params_, streams_.stream(drawn::traffic)),
      start_(draw_start(parameters, hold_time_, traffic_params_, traffic_, streams_)),
      trace_(options.keep_records),
      world_(sim::World::make(options.world, machine_spec(parameters))),
      checker_({[this] { return here(); }, [this] { world_->stop(); }}),
      timers_(*world_),
      cpus_(*world_, timers_,
            cpu_params(parameters, first_tick(streams_.stream(drawn::tick_phase), parameters.hz))),
      memory_(cpus_, trace_, memory_costs(parameters)),
      rcu_(cpus_, rcu_params(parameters), streams_),
      pages_(
          memory_, checker_,
          pages_params(parameters, frames_at_first(parameters, traffic_.mean_pps(), start_.pages)),
          streams_),
      iommu_(iommu_params(parameters)),
      swiotlb_(swiotlb_params(parameters)),
      cache_(cache_params(parameters)),
      dma_(memory_, checker_, pages_, iommu_, swiotlb_, cache_, &timers_, dma_params(parameters),
           streams_),
      link_(link_params(parameters)),
      nic_(*world_, timers_, dma_, link_, nic_params(parameters), trace_),
      platform_({cpus_, memory_, pages_, dma_, checker_}, rcu_, timers_,
                static_cast<CpuId>(parameters.destroy_cpu)),
      device_(memory_, parameters.coherent),
      holders_(cpus_, timers_, holder_params(parameters), hold_time_, streams_,
               [this](Page page) { put_of_stack(faults_, faulty_parts(), page); }),
      driver_({cpus_, memory_, rcu_, dma_, nic_, pages_, checker_, holders_, platform_, device_},
              driver_params(parameters, variant_.info()),
              [this](Napi& napi) {
                pool::PoolParams params;
                params.pool_size = static_cast<std::uint32_t>(p_.pool_size);
                params.max_len = static_cast<std::uint32_t>(p_.max_len);
                if (p_.rx_action == RxAction::tx)
                  params.dma_dir = pool::DmaDirection::bidirectional;
                const bool has_napi = p_.driver_order != DriverOrder::hns3;
                return variant_.make(platform_, device_, has_napi ? &napi : nullptr, params,
                                     pool::Limits{});
              }),
      alarms_(checker_, cpus_, rcu_),
      thefts_(cpus_, theft_params(parameters), streams_),
      noise_(cpus_, noise_params(parameters), streams_),
      patience_(horizon_of(parameters)) {
  trace_.keep_between(options.keep_from, options.keep_to);
  if (options.watcher != nullptr) cpus_.watch(options.watcher);
  memory_.listen(this);
  for (const HoldUp& by : options.hold_ups)
    hold_ups_.push_back({sim::fnv1a_32(by.site.c_str()), by.put_began, by.length});
  memory_.want_hooks(!options.stalls.empty() || !options.hold_ups.empty() || faults_.at_sites());
  for (Kind kind : faults_.deaf()) checker_.make_deaf(kind);
  faults_.act_on_share(static_cast<std::uint32_t>(p_.fault_share_ppm),
                       streams_.stream(drawn::fault_share));
  install(faults_, faulty_parts());
  cpus_.on_softirq(SoftirqKind::net_rx, [this] { driver_.net_rx(cpus_.self().cpu->id()); });
  cpus_.spawn(static_cast<CpuId>(p_.destroy_cpu), "ifdown", [this] { body(); });
  nic_.on_start([this] { wire_again(); });
  world_->spawn_outside("traffic", [this](sim::World::Outside& wire) { source(wire); });
}

Checker::Here Machine::here() {
  Checker::Here here{world_->now(), "outside", ps_never, no_cpu};
  if (!world_->in_context()) return here;
  here.context = world_->self().name();
  if (cpus_.on_cpu()) {
    here.put_began = cpus_.self().put_began;
    here.cpu = cpus_.self().cpu->id();
  }
  return here;
}

Ps Machine::stall_at(sim::Site site) {
  if (!hold_ups_.empty())
    if (const Ps length = hold_up(site)) return length;
  if (!options_.stalls.empty()) sites_.insert(site.text());
  for (const auto& [text, delay] : options_.stalls)
    if (text == site.text()) return delay;
  return faults_.delay(site);
}

Ps Machine::hold_up(sim::Site site) {
  if (!cpus_.on_cpu() || cpus_.self().put_began == ps_never) return 0;
  Ps length = 0;
  for (std::size_t i = 0; i < hold_ups_.size(); ++i) {
    Holding& by = hold_ups_[i];
    if (by.site != site.id()) continue;
    put_passings_.push_back({i, world_->now(), cpus_.self().put_began});
    if (by.put_began == cpus_.self().put_began) length = std::exchange(by.left, 0);
  }
  return length;
}

// The peer's traffic, a slice of frames at a time: an actor of its own on the other end of the
// wire, so that SimGrid's clock is what brings them here.  An interface that stays down (a destroy
// that waits) costs nothing: what is sent to it meanwhile is drawn when it is up again.
constexpr Ps wire_slice = 50 * ps_per_us, wire_nap = 100 * ps_per_ms;

void Machine::source(sim::World::Outside& wire) {
  while (traffic_from_ == ps_never) wire.sleep_until(wire.now() + ps_per_ms);
  wire.sleep_until(traffic_from_);
  frame_sent_ = wire.now();
  next_frame();
  while (!traffic_over_) {
    const Ps from = wire.now();
    napping_ = napping_ || from - nic_.down_since() > wire_nap + p_.hw_stop_lag;
    if (napping_) {
      wire.sleep_until(from + wire_nap);
      continue;
    }
    auto frames = frames_until(from + wire_slice);
    if (!frames.empty())
      wire.post([this, frames = std::move(frames)] { nic_.frames_arrive(frames); });
    wire.sleep_until(std::clamp(frame_sent_, from + wire_slice, from + 100 * ps_per_ms));
  }
}

void Machine::next_frame() {
  frame_ = traffic_.next();
  frame_sent_ = frame_.gap == ps_never ? ps_never - 1 : frame_sent_ + frame_.gap;
}

std::vector<std::pair<Ps, std::uint32_t>> Machine::frames_until(Ps sent) {
  std::vector<std::pair<Ps, std::uint32_t>> frames;
  for (; frame_sent_ < sent; next_frame())
    frames.emplace_back(frame_sent_ + p_.wire_latency, frame_.bytes);
  return frames;
}

void Machine::wire_again() {
  if (!std::exchange(napping_, false)) return;
  const Ps now = world_->now();
  for (; frame_sent_ <= now - p_.wire_latency; next_frame()) nic_.miss_frame();
  nic_.frames_arrive(frames_until(now + wire_nap + wire_slice));  // until its nap is over
}

void Machine::body() {
  alarm();
  driver_.bring_up(start_.pages);
  // Variants take different times to come up; the traffic begins at the same date for all of them.
  constexpr Ps grid = 20 * ps_per_ms;
  traffic_from_ = (world_->now() / grid + 1) * grid;
  cpus_.sleep_until(traffic_from_);
  std::size_t met = 0;
  driver_.begin([&met, this](Page page, CpuId cpu) {
    if (p_.rx_action == RxAction::redirect)
      holders_.redirect(page, cpu);
    else if (p_.in_flight_pages >= 0)
      holders_.take(page, cpu);
    else if (start_.met.empty())
      holders_.take_residual(page, cpu);
    else
      holders_.take_met(page, cpu, start_.met[met++]);
  });
  in_flight_at_start_ = holders_.pages();
  sim::Stream phase = streams_.stream(drawn::teardown_phase);
  const Ps jitter = static_cast<Ps>(phase.below(static_cast<std::uint64_t>(cpus_.jiffy())));
  if (p_.teardown == Teardown::none) {
    cpus_.sleep_until(world_->now() + p_.warmup);
    from_ = snapshot();
    cpus_.sleep_until(world_->now() + p_.measure);
    to_ = snapshot();
    world_->stop();
  }
  from_ = snapshot();
  cpus_.sleep_until(world_->now() + p_.warmup + jitter);
  to_ = snapshot();
  in_flight_at_destroy_ = holders_.pages();
  driver_.tear_down([&phase, this] {
    return static_cast<Ps>(phase.below(static_cast<std::uint64_t>(cpus_.jiffy())));
  });
  if (p_.teardown == Teardown::resize) cpus_.sleep_until(world_->now() + p_.cycle_time);
  traffic_over_ = true;
  horizon_ = world_->now() + patience_;
  watch();
}

Machine::Snapshot Machine::snapshot() {
  Snapshot s{world_->now(), 0, dma_.time_in_sync(), platform_.time_in_guard(), driver_.packets()};
  for (CpuId id = 0; id < cpus_.size(); ++id) s.busy += cpus_[id].busy();
  return s;
}

bool Machine::all_over() const {
  std::uint32_t destroyed = 0;
  for (const auto& pool : driver_.pools())
    if (pool.destroyed) ++destroyed;
  // A pool that was freed too early is one thing; the page that comes back to it is the other.
  return platform_.freed_pools() == destroyed && holders_.held() == 0;
}

// At rest nobody stands between two steps of a put, and books can be compared.
bool Machine::at_rest() {
  for (CpuId id = 0; id < cpus_.size(); ++id)
    if (!cpus_[id].idle()) return false;
  return true;
}

void Machine::look_in_flight() {
  const Ps destroyed = driver_.times().destroyed;
  if (destroyed == ps_never) return;
  std::uint64_t out = 0;
  for (const auto& pool : driver_.pools())
    if (pool.destroyed) out += static_cast<std::uint64_t>(std::max(pool.pool->peek_inflight(), 0));
  in_flight_after_.look(world_->now() - destroyed, out);
}

void Machine::watch() {
  look_in_flight();
  constexpr Ps to_rest = 50 * ps_per_ms;
  const bool over = all_over() || world_->now() >= horizon_;
  if (over && (at_rest() || world_->now() >= horizon_ + to_rest)) {
    if (at_rest()) check_end();
    at_horizon_ = !all_over();
    world_->stop();
  }
  // Whoever is still out after ten seconds is not expected to the millisecond.
  const bool late = world_->now() - driver_.times().ended > 10 * ps_per_s;
  const Ps next = over ? world_->now() + ps_per_ms
                       : std::min(horizon_, world_->now() + (late ? ps_per_s : 10 * ps_per_ms));
  timers_.at(next, [this] { watch(); });
}

// A teardown that hangs would never reach watch().
void Machine::alarm() {
  look_in_flight();
  const Ps since = driver_.down_since();
  alarms_.look(since);
  const Ps longest = std::max(Alarms::hung_task, patience_) + Alarms::period;
  if (since != ps_never && world_->now() - since > longest) world_->stop();
  timers_.at(world_->now() + Alarms::period, [this] { alarm(); });
}

void Machine::check_end() {
  AtEnd end;
  for (std::size_t i = 0; i < driver_.pools().size(); ++i) {
    const Driver::Pool& pool = driver_.pools()[i];
    end.pools.push_back(
        {pool.id, pool.destroyed, !platform_.pool_alive(i), pool.pool->peek_inflight()});
  }
  end.held = holders_.held();
  for (const Checker::Mapping& mapping : checker_.mappings())
    if (mapping.ended_at == ps_never && !pages_.frame(mapping.frame).allocated) ++end.orphans;
  end.domain = iommu_.mode() != IommuMode::none && iommu_.attached();
  end.iovas = iommu_.live_iovas() - iommu_.queued_iovas();
  end.ptes = iommu_.live_mappings();
  end.bounce_slots = swiotlb_.live();
  end.device_refs = device_.refcount.peek();
  end.device_refs_owned = device_.group_valid ? 1 : 0;  // the driver core's
  end.retried = world_->now() - checker_.last_page_freed() > 2 * ps_per_s + 100 * ps_per_ms;
  models::check_end(checker_, end);
}

RunResult Machine::run() {
  world_->run();
  RunResult result;
  fill(result);
  return result;
}

void Machine::fill(RunResult& result) {
  result.kinds = checker_.counts();
  result.crashed = checker_.any_harm(Harm::crash);
  result.corrupted = checker_.any_harm(Harm::corruption);
  result.leaked = checker_.any_harm(Harm::leak);
  result.stalled = checker_.any_harm(Harm::stall);
  result.fingerprint = trace_.fingerprint();
  result.events = world_->events();
  result.ties = world_->ties();
  result.simulated = world_->now();
  result.in_flight_at_start = in_flight_at_start_;
  result.outstanding = holders_.held();
  result.holding = holders_.holding();
  if (at_horizon_) result.still_out = holders_.pages();
  result.in_flight_at_destroy = in_flight_at_destroy_;
  result.in_flight_at_unbind = driver_.times().in_flight_at_unbind;
  result.dropped = nic_.dropped();
  result.socket_drops = holders_.socket_drops();
  result.all_packets = driver_.packets();
  if (to_.at < from_.at) to_ = from_;  // it crashed before the teardown began
  result.packets = to_.packets - from_.packets;
  result.measured = to_.at - from_.at;
  result.cpu_busy = to_.busy - from_.busy;
  result.sync = to_.sync - from_.sync;
  result.guard = to_.guard - from_.guard;
  const TeardownTimes& times = driver_.times();
  if (times.ended != ps_never) result.teardown = times.ended - times.began - times.idle;
  if (times.destroyed != ps_never) result.destroy = times.destroyed - times.began;
  result.grace = times.grace;
  result.violations = checker_.firsts();
  result.exposure = measured_exposure();
  result.sites.assign(sites_.begin(), sites_.end());
  result.put_passings = put_passings_;
  result.in_flight_after = in_flight_after_.seen();
  if (all_over()) result.in_flight_after.resize(in_flight_ages, 0);
  result.stall_warnings = platform_.stall_warnings();
  result.pool_counters = pool_counters();
  result.idle_faults = faults_.idle();
  result.idle_words = idle_words();
  result.steps = trace_.count();
  if (options_.keep_records == 0) return;
  result.records = trace_.records();
  result.contexts = context_names();
}

std::vector<sim::GivenWord> Machine::idle_words() const {
  const auto idle = [&](const sim::GivenWord& word) {
    if (word.stream == drawn::holds) return holders_.idle(word.index);
    const auto drawn = word_counts_->find({word.stream, word.instance});
    return drawn == word_counts_->end() || word.index >= drawn->second;
  };
  std::vector<sim::GivenWord> out;
  std::copy_if(options_.words.begin(), options_.words.end(), std::back_inserter(out), idle);
  return out;
}

std::array<std::uint64_t, 11> Machine::pool_counters() const {
  std::array<std::uint64_t, 11> sum{};
  for (const auto& it : driver_.pools()) {
    const pool::AllocStats a = it.pool->alloc_stats();
    const pool::RecycleStats r = it.pool->recycle_stats();
    const std::uint64_t one[] = {a.fast,   a.slow,      a.slow_high_order, a.empty,
                                 a.refill, a.waive,     r.cached,          r.cache_full,
                                 r.ring,   r.ring_full, r.released_refcnt};
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
  }
  return sum;
}

std::array<double, kind_count> Machine::measured_exposure() const {
  ExposureInput in{hold_time_};
  // A page of fragments is out until the last of them is back.
  const bool whole_pages = 2 * p_.rx_buffer > static_cast<std::int64_t>(page_bytes);
  in.poisson = p_.rx_action != RxAction::redirect && whole_pages && variant_.info().order_known;
  if (p_.rx_action == RxAction::stack) {
    in.puts_per_second = traffic_.mean_pps();
    // Nor has a deferred list a length that is known.
    in.poisson = in.poisson && poisson_in_flight(traffic_params_) && p_.in_flight_pages < 0 &&
                 p_.put_deferred_ppm == 0 && holders_keep_up(p_, traffic_.mean_pps());
  }
  in.times = &driver_.times();
  const Ps end = in.times->unbound != ps_never ? in.times->unbound : world_->now();
  in.horizon = end + patience_;
  for (const Checker::Mapping& mapping : checker_.mappings())
    if (mapping.ended_by == std::string_view(doing_scan))
      in.scanned = std::min(in.scanned, mapping.ended_at);
  in.looked = rcu_.last_wait_began();
  in.waited = rcu_.last_wait_ended();
  if (variant_.info().scans_memory) in.scan = pages_.scan_length();
  in.destroy_unmaps = variant_.info().destroy_unmaps;
  in.removed = p_.teardown == Teardown::remove && p_.iommu != IommuMode::none;
  in.removal_delay = p_.removal_delay;
  in.skips_unmap = variant_.info().skips_unmap;
  in.clears_dma_sync = variant_.info().clears_dma_sync;
  in.needs_sync = !p_.coherent || p_.swiotlb || p_.dma_debug;
  in.sync_crashes = p_.teardown == Teardown::remove && p_.iommu != IommuMode::none &&
                    (!p_.coherent || p_.swiotlb);
  in.waits_in_destroy = variant_.info().waits_in_destroy;
  in.windows = dma_.put_windows();
  return exposure(in);
}

std::vector<std::string> Machine::context_names() const {
  std::vector<std::string> names;
  for (const auto& context : world_->contexts()) names.push_back(context->name());
  return names;
}

RunResult run_machine(const Parameters& parameters, const RunOptions& options) {
  const Parameters at_its_clock = at_clock(parameters);
  Machine machine(at_its_clock, options);
  return machine.run();
}

}  // namespace poolrace::models
