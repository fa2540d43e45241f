// SPDX-License-Identifier: MIT
#include "models/explore/execution.hpp"

#include <array>

#include "models/assembly.hpp"
#include "models/explore/faults.hpp"
#include "models/explore/platform.hpp"
#include "pool/variants/all.hpp"

namespace poolrace::models {

namespace {

constexpr std::uint32_t cpu_count = 4;

using Pool = pool::PagePool<ExplorePlatform>;

const Parameters& no_costs() {
  static const Parameters parameters = parameter_table().defaults().values;
  return parameters;
}

PagesParams small_pages(const ExploreConfig& config) {
  PagesParams p;
  p.frames = explore_frames;
  p.ram_bytes = 1 << 20;
  p.ram_at_zero = config.ram_at_zero;
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

CpuParams timeless_cpus() {
  CpuParams p;
  p.cpus = cpu_count;
  return p;
}

class Machine final : private MemoryListener {
 public:
  Machine(const ExploreTask& task, sim::Scheduler& scheduler)
      : fault_(task.fault.empty() ? nullptr : &find_explore_fault(task.fault)),
        task_(task),
        world_(scheduler),
        checker_({[this] { return here(); }, [this] { world_.stop(); }}),
        cpus_(world_, timeless_cpus()),
        memory_(cpus_, trace_, {}),
        pages_(memory_, checker_, small_pages(task.config), streams_),
        iommu_(small_iommu(task.config)),
        swiotlb_(small_swiotlb(task.config)),
        cache_({.coherent = task.config.coherent}),
        dma_(memory_, checker_, pages_, iommu_, swiotlb_, cache_, nullptr,
             {task.config.dma_debug, task.config.swiotlb, task.config.ram_at_zero, false},
             streams_),
        platform_({world_, cpus_, memory_, pages_, dma_, checker_}, task.config.preempt),
        device_(memory_, task.config.coherent),
        napi_(memory_) {
    memory_.listen(this);
    memory_.observe(&world_);
    if (fault_ != nullptr) faults_.arm(fault_->sites);
    checker_.end_at_any_harm();
    world_.set_up([this] { set_up(); });
    for (Part part : task.program->parts)
      if (part != Part::none) spawn(part);
  }

  Execution run() {
    Execution execution;
    execution.end = world_.execute();
    if (execution.end == sim::Explore::End::deadlock)
      checker_.report(Kind::teardown_stall, Harm::stall, "nobody can go on", "a wait for ever");
    if (execution.end == sim::Explore::End::finished) check_end();
    execution.violations = checker_.firsts();
    for (const auto& c : world_.contexts()) execution.contexts.push_back(c->name());
    return execution;
  }
  sim::Explore& world() { return world_; }

 private:
  void set_up();
  void spawn(Part part);
  void start(const char* name, Level level, std::function<void()> body);
  void put_once(Page page) {
    auto* pool = static_cast<Pool*>(page.pp().read("skb free: read page owner"));
    if (pool == nullptr)  // a page that has lost its owner: following the NULL is the crash
      checker_.report(Kind::page_use_after_free, Harm::crash, "skb free: read page owner",
                      "page allocator: free", page.frame().id);
    else
      pool->put_full_page(page, false);
  }
  void put(Page page) {
    cpus_.self().put_began = 0;
    for (int n = memory_.effects("skb free"); n > 0; --n) put_once(page);
    cpus_.self().put_began = ps_never;
  }
  void destroy(bool remove);
  void check_end();
  Page next_page() { return in_flight_.at(next_page_++); }

  Checker::Here here() {
    const Ps at = static_cast<Ps>(world_.steps().size());
    if (!world_.in_context()) return {at, "at the end", ps_never};
    const Thread* me = static_cast<const Thread*>(world_.self().user);
    return {at, world_.self().name(), me == nullptr ? ps_never : me->put_began};
  }
  void use_after_free(Region& region, sim::Site site) override;
  Ps stall_at(sim::Site) override { return 0; }
  int effects_at(sim::Site site) override { return faults_.effects(site); }

  const ExploreFault* fault_;
  SiteFaults faults_;
  const ExploreTask& task_;
  sim::Explore world_;
  sim::Trace trace_;
  sim::Streams streams_{1, 1, 1};
  Checker checker_;
  Cpus cpus_;
  Memory memory_;
  Pages pages_;
  Iommu iommu_;
  Swiotlb swiotlb_;
  LineCache cache_;
  Dma dma_;
  ExplorePlatform platform_;
  Device device_;
  Napi napi_;
  std::unique_ptr<Pool> pool_;
  std::vector<Page> in_flight_;
  std::size_t next_page_ = 0;
  CpuId next_cpu_ = 0;
  bool destroyed_ = false;
};

std::size_t pages_of(Part part) {
  switch (part) {
    case Part::put_bulk:
      return 2;
    case Part::put_softirq:
    case Part::put_bh_off:
    case Part::put_task:
    case Part::put_return:
    case Part::put_late:
      return 1;
    default:
      return 0;
  }
}

// NAPI is disabled and RX stopped; the stack still holds a page for everyone who will put one, and
// has written its header.
void Machine::set_up() {
  cpus_.adopt(0, Level::task, world_.self());
  cpus_.self().pool = 1;
  memory_.want_hooks(fault_ != nullptr && fault_->in_set_up);
  pool_ = pool::make_pool<ExplorePlatform>(task_.variant, platform_, device_, &napi_, {},
                                           explore_limits);
  check(pool_ != nullptr, "explore: the variant exists");
  std::size_t pages = 0;
  for (Part part : task_.program->parts) pages += pages_of(part);
  for (std::size_t i = 0; i < pages; ++i) {
    in_flight_.push_back(pool_->alloc_pages());
    dma_.cpu_touch(in_flight_.back(), 0, 64, true, 0, "stack: write the header");
  }
  napi_.sched.poke(true);
  memory_.want_hooks(fault_ != nullptr);
  if (fault_ != nullptr) napi_.list_owner.poke(fault_->napi_polls_on);
}

void Machine::start(const char* name, Level level, std::function<void()> body) {
  sim::Context& c = world_.spawn(name, sim::Priority::task, std::move(body));
  cpus_.adopt(next_cpu_++, level, c);
}

void Machine::spawn(Part part) {
  const auto in_task = [this](auto body) {
    return [this, body] {
      platform_.enter_kernel();
      body();
      platform_.leave_kernel();
    };
  };
  switch (part) {
    case Part::destroy:
    case Part::remove:
      return start("destroy", Level::task, [this, part] { destroy(part == Part::remove); });
    case Part::put_return:
    case Part::put_task: {
      const Page page = next_page();
      page.frame().pfmemalloc = part == Part::put_return;
      return start("put", Level::task, in_task([this, page] { put(page); }));
    }
    case Part::put_late: {
      const Page page = next_page();
      return start("late put", Level::task, [this, page, in_task] {
        world_.wait([this] { return destroyed_; });
        memory_.touch(Object::left, 0, sim::Touch::join);
        memory_.record("destroy has returned", 0);
        in_task([this, page] { put(page); })();
      });
    }
    case Part::put_bh_off: {
      const Page page = next_page();
      return start("put, bh off", Level::task,
                   [this, page] { platform_.bh_off([this, page] { put(page); }); });
    }
    case Part::put_softirq: {
      const Page page = next_page();
      return start("put, softirq", Level::softirq,
                   [this, page] { platform_.softirq([this, page] { put(page); }); });
    }
    case Part::put_bulk: {
      const std::vector<Page> pages{next_page(), next_page()};
      return start("bulk put", Level::softirq, [this, pages] {
        platform_.softirq([this, pages] { pool_->put_page_bulk(pages); });
      });
    }
    case Part::worker:
      start("kworker", Level::task, [this] { platform_.serve_work(2); });
      return world_.never_ends(*world_.contexts().back());
    case Part::none:
      return;
  }
}

// The driver's way down; the bus follows when the driver has returned.
void Machine::destroy(bool remove) {
  cpus_.self().doing = "destroy";
  pool_->destroy();
  world_.give_up_turn();
  destroyed_ = true;
  memory_.touch(Object::left, 0, sim::Touch::signal);
  memory_.record("destroy returns", 0);
  if (!remove) return;
  platform_.synchronize_net("netif_napi_del: synchronize_net");
  memory_.kfree(napi_.region);
  memory_.step_begin("unbind: driver = NULL", 0);
  memory_.touch(Object::device, 0, sim::Touch::write);
  device_.bound = false;
  memory_.end("unbind: driver = NULL", 0);
  memory_.step_begin("remove: iommu_group = NULL", 0);
  memory_.touch(Object::device, 0, sim::Touch::write);
  memory_.touch(Object::iotlb, 0, sim::Touch::write);
  device_.group_valid = false;
  iommu_.detach();
  memory_.end("remove: iommu_group = NULL", 0);
  platform_.put_device(device_);
}

void Machine::check_end() {
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

void Machine::use_after_free(Region& region, sim::Site site) {
  switch (region.kind()) {
    case Region::pool:
      return checker_.report(Kind::pool_use_after_free, Harm::corruption, site.text(),
                             "page_pool_destroy: kfree");
    case Region::device:
      return checker_.report(Kind::device_use_after_free, Harm::none, site.text(),
                             "last put_device");
    case Region::napi:
      return checker_.report(Kind::napi_use_after_free, Harm::corruption, site.text(),
                             "netif_napi_del");
    case Region::tracker:
      return checker_.report(Kind::tracker_corruption, Harm::crash, site.text(), "tracker: kfree");
    case Region::other:
      fail_check("only structs with a lifetime are freed", __FILE__, __LINE__);
  }
}

}  // namespace

Execution execute(const ExploreTask& task, sim::Scheduler& scheduler, sim::Search* search,
                  bool& more, std::vector<sim::Step>* steps) {
  Machine machine(task, scheduler);
  Execution execution = machine.run();
  if (steps != nullptr) *steps = machine.world().steps();
  more = search != nullptr && search->another(machine.world(), execution.end);
  return execution;
}

}  // namespace poolrace::models
