// SPDX-License-Identifier: MIT
#include "models/explore/machine.hpp"

#include <algorithm>

#include "models/assembly.hpp"
#include "models/memory/use_after_free.hpp"
#include "models/parameters.hpp"

namespace poolrace::models {

namespace {

constexpr std::uint32_t cpu_count = 5;  // four for parts, one that hardware is booked on

const Parameters& no_costs() {
  static const Parameters parameters = parameter_table().defaults().values;
  return parameters;
}

PagesParams small_pages(const ExploreConfig& config) {
  PagesParams p;
  p.frames = explore_frames;
  p.ram_bytes = 1 << 20;
  p.ram_at_zero = config.ram_at_zero;
  p.one_list = true;
  return p;  // reuse_mean 0: a freed frame is somebody else's at once
}

IommuParams small_iommu(const ExploreConfig& config) {
  IommuParams p = iommu_params(no_costs());
  p.mode = config.iommu;
  p.cpus = p.iova.cpus = p.flush_queue.cpus = cpu_count;
  p.iova.space_pages = 64;
  p.iotlb.entries = 8;
  return p;
}

SwiotlbParams small_swiotlb(const ExploreConfig& config) {
  SwiotlbParams p;
  p.cpus = cpu_count;
  p.slots = 128 * cpu_count;
  if (config.swiotlb) p.bounce_from_pfn = 0;
  return p;
}

DmaParams small_dma(const ExploreConfig& config) {
  return {.dma_debug = config.dma_debug,
          .swiotlb = config.swiotlb,
          .ram_at_zero = config.ram_at_zero,
          .iommu_generation = config.iommu_generation,
          .one_list = true};
}

CpuParams timeless_cpus() {
  CpuParams p;
  p.cpus = cpu_count;
  return p;
}

// How many pages are in flight for it; no default, so that a new part is asked.
std::size_t pages_of(Part part) {
  switch (part) {
    case Part::put_bulk:
      return 2;
    case Part::put_softirq:
    case Part::put_bh_off:
    case Part::put_task:
    case Part::put_return:
    case Part::put_return_softirq:
    case Part::put_return_bh_off:
    case Part::put_late:
      return 1;
    case Part::none:
    case Part::destroy:
    case Part::remove:
    case Part::put_frag:  // its page is staged apart
    case Part::worker:
    case Part::napi:
    case Part::nic:
    case Part::writeback:
    case Part::flush_timer:
    case Part::free_lists:
    case Part::napi_left_on:
    case Part::nic_left_on:
      return 0;
  }
  return 0;
}

}  // namespace

ExploreMachine::ExploreMachine(const ExploreTask& task, sim::Scheduler& scheduler)
    : task_(task),
      variant_(known_variant(task.variant)),
      fault_(task.fault.empty() ? nullptr : &find_explore_fault(task.fault)),
      world_(scheduler),
      checker_({[this] { return here(); }, [this] { world_.stop(); }}),
      cpus_(world_, timeless_cpus()),
      memory_(cpus_, trace_, {}, weaken(task.config.memory)),
      pages_(memory_, checker_, small_pages(task.config), streams_),
      iommu_(small_iommu(task.config)),
      swiotlb_(small_swiotlb(task.config)),
      cache_({.coherent = task.config.coherent}),
      dma_(memory_, checker_, pages_, iommu_, swiotlb_, cache_, nullptr, small_dma(task.config),
           streams_),
      platform_(world_, order_ ? &*order_ : nullptr, {cpus_, memory_, pages_, dma_, checker_},
                tasks_are_readers(task.config.preempt, task.config.preempt_dynamic)),
      device_(memory_, task.config.coherent),
      napi_(memory_),
      next_napi_(memory_) {
  memory_.listen(this);
  memory_.observe(&world_);
  if (fault_ != nullptr) faults_.arm(fault_->name, fault_->sites);
  checker_.end_at_any_harm();
  world_.set_up([this] { set_up(); });
  if (checker_.any_harm(Harm::crash)) return;  // a tree's own pool, on its way: nobody comes to run
  for (Part part : task.program->parts) spawn(part);
  // Who waits for the pool's end needs the one who brings it about.
  if (stalls_unregister() && task.program->has(Part::remove) && !task.program->has(Part::worker))
    spawn(Part::worker);
}

// A tree's pool has accesses of its own, byte by byte; the machine's words, of which it then sees
// none but through calls, are not weak beside them.
WeakWords* ExploreMachine::weaken(sim::MemoryModel model) {
  if (model == sim::MemoryModel::sc && !task_.races) return nullptr;
  const bool tree = !variant_.info().order_known;
  order_.emplace(world_, model, [tree](std::uint64_t touched) {
    const Object kind = kind_of(touched);
    if (kind == Object::plain && !tree) return touched;
    if (kind != Object::word) return sim::MemoryOrder::nowhere;
    const bool own = (touched & tree_words) != 0;
    if (tree != own) return sim::MemoryOrder::nowhere;
    return own ? touched & ~std::uint64_t{7} : touched;
  });
  if (task_.races) order_->watch_races(&races_.emplace(*task_.races));
  return tree ? nullptr : &weak_.emplace(*order_);
}

Execution ExploreMachine::run() {
  Execution execution;
  execution.end = world_.execute();
  if (execution.end == sim::Explore::End::deadlock)
    checker_.report(Kind::teardown_stall, Harm::stall, "nobody can go on", "a wait for ever");
  if (execution.end == sim::Explore::End::finished) check_end();
  execution.violations = checker_.firsts();
  if (races_) execution.races = races_->found();
  for (const auto& c : world_.contexts()) execution.contexts.push_back(c->name());
  return execution;
}

Checker::Here ExploreMachine::here() {
  const Ps at = static_cast<Ps>(world_.steps().size());
  if (!world_.in_context()) return {at, "at the end", ps_never};
  const Thread* me = static_cast<const Thread*>(world_.self().user);
  return {at, world_.self().name(), me == nullptr ? ps_never : me->put_began, no_cpu};
}

namespace {
pool::PoolParams pool_params(PoolFlags flags) {
  pool::PoolParams params;
  params.flags = flags == PoolFlags::none      ? 0
                 : flags == PoolFlags::dma_map ? pool::pp_flag_dma_map
                                               : pool::pp_flag_dma_map | pool::pp_flag_dma_sync_dev;
  return params;
}
}  // namespace

// ---- the stage -------------------------------------------------------------------------

// The stack holds a page for everyone who will put one, and has written its header.
void ExploreMachine::set_up() {
  cpus_.adopt(0, Level::task, world_.self());
  const auto open = [this](std::uint32_t id, Napi& napi) {
    cpus_.self().pool = id;
    const bool has_napi = task_.config.driver_order != DriverOrder::hns3;  // its pools have none
    return variant_.make(platform_, device_, has_napi ? &napi : nullptr,
                         pool_params(task_.config.pool_flags), explore_limits);
  };
  const Program& program = *task_.program;
  memory_.want_hooks(fault_ != nullptr && fault_->in_set_up);
  pool_ = open(1, napi_);
  for (const std::uint64_t progress : pool_->peek_progress())
    world_.watch(progress, object(Object::changes, 0));
  for (Part part : program.parts)
    for (std::size_t i = pages_of(part); i > 0; --i) in_flight_.push_back(stage_page(*pool_));
  if (program.has(Part::put_frag)) {
    fragmented_ = stage_page(*pool_);
    pool_->fragment_page(fragmented_, 2);
  }
  if (program.has(Part::nic_left_on)) {
    taken_back_ = pool_->alloc_pages();
    post(taken_back_);
  }
  // Disabled where the pool goes, unless the driver forgot it; free to poll where it stays.
  napi_.sched.poke(program.has_teardown() && !program.has(Part::napi_left_on));
  if (program.has(Part::napi) && !program.has_teardown()) use_up_cache(*pool_);
  if (program.has_teardown() && (program.has(Part::nic) || program.has(Part::napi)))
    next_pool_ = open(2, next_napi_);
  if (program.has(Part::nic) && !program.has(Part::napi))
    post((next_pool_ ? *next_pool_ : *pool_).alloc_pages());
  memory_.want_hooks(fault_ != nullptr);
  if (fault_ != nullptr) napi_.list_owner.poke(fault_->napi_polls_on);
}

// So that the next allocation looks into the ring.
void ExploreMachine::use_up_cache(SimPool& pool) {
  while (!pool.peek_cache().empty()) pool.alloc_pages();
}

// The lines stay in the cache until they are cleaned, or the program's cache writes them back.
Page ExploreMachine::stage_page(SimPool& pool) {
  const Page page = pool.alloc_pages();
  dma_.cpu_touch(page, 0, 64, true, ps_per_s, "stack: write the header");
  return page;
}

void ExploreMachine::check_end() {
  const auto out = static_cast<int>(checker_.pages_out(1));
  if (pool_->peek_inflight() < 0)
    checker_.report(Kind::accounting, Harm::none, "at the end", "a negative number in flight");
  else if (pool_->peek_inflight() != out)
    checker_.report(Kind::accounting, Harm::none, "at the end", "in flight is not what is out");
  if (platform_.pool_freed() && out > 0)
    checker_.report(Kind::leak, Harm::leak, "at the end", "a page of a pool that is gone");
  if (destroyed_ && !platform_.pool_freed() && !platform_.work_scheduled())
    checker_.report(Kind::leak, Harm::leak, "at the end", "a pool that nobody will look at again");
}

void ExploreMachine::use_after_free(Region& region, sim::Site site) {
  report_use_after_free(checker_, region, site);
}

Execution execute(const ExploreTask& task, sim::Scheduler& scheduler, sim::Search* search,
                  bool& more, std::vector<sim::Step>* steps) {
  ExploreMachine machine(task, scheduler);
  Execution execution = machine.run();
  if (steps != nullptr) *steps = machine.world().steps();
  more = search != nullptr && search->another(machine.world(), execution.end);
  return execution;
}

}  // namespace poolrace::models
