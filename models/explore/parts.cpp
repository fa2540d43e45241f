// SPDX-License-Identifier: MIT
// What the parts of a program do, each in a context of its own.
#include <algorithm>

#include "models/explore/machine.hpp"
#include "models/skb.hpp"

namespace poolrace::models {

namespace {

constexpr CpuId hardware_cpu = 4;

bool is_softirq(Part part) {
  return part == Part::put_softirq || part == Part::put_bulk || part == Part::put_return_softirq;
}

bool is_bh_off(Part part) {
  return part == Part::put_bh_off || part == Part::put_return_bh_off;
}

bool must_leave(Part part) {
  return part == Part::put_return || part == Part::put_return_softirq ||
         part == Part::put_return_bh_off;
}

}  // namespace

void ExploreMachine::start(const char* name, Level level, std::function<void()> body) {
  const bool shared = task_.program->one_cpu;
  const CpuId cpu = shared ? 0 : next_cpu_++;
  sim::Context& c = world_.spawn(name, sim::Priority::task, [this, body = std::move(body)] {
    body();
    memory_.touch(Object::through, world_.self().id(), sim::Touch::signal);
  });
  cpus_.adopt(cpu, level, c);
  if (order_) order_->runs_on(c, cpu);
  // A task goes on only while no softirq has its CPU, or while it holds them off itself.
  if (shared && level == Level::task) world_.needs(c, object(Object::cpu, cpu));
  contexts_.push_back({c.id(), name, cpu, level, false});
}

void ExploreMachine::start_hardware(const char* name, std::function<void()> body) {
  sim::Context& c = world_.spawn(name, sim::Priority::device, std::move(body));
  cpus_.adopt(hardware_cpu, Level::task, c);
  if (order_) order_->runs_on(c, hardware_cpu + c.id());
  contexts_.push_back({c.id(), name, hardware_cpu, Level::task, true});
}

void ExploreMachine::start_task(const char* name, std::function<void()> body) {
  start(name, Level::task, [this, body = std::move(body)] {
    platform_.enter_kernel();
    body();
    platform_.leave_kernel();
  });
}

void ExploreMachine::spawn(Part part) {
  switch (part) {
    case Part::destroy:
    case Part::remove:
      return start("destroy", Level::task, [this, part] { destroy(part == Part::remove); });
    case Part::put_late:
      return spawn_put_late();
    case Part::worker:
      return spawn_worker();
    case Part::napi:
      if (next_pool_) return spawn_poll(*next_pool_, 2, next_napi_);
      [[fallthrough]];
    case Part::napi_left_on:
      return spawn_poll(*pool_, 1, napi_);
    case Part::nic:
    case Part::nic_left_on:
      return spawn_nic(part == Part::nic_left_on);
    case Part::writeback:
      return spawn_writeback();
    case Part::flush_timer:
      return spawn_flush_timer();
    case Part::free_lists:
      return spawn_free_lists();
    case Part::put_softirq:
    case Part::put_bh_off:
    case Part::put_task:
    case Part::put_bulk:
    case Part::put_frag:
    case Part::put_return:
    case Part::put_return_softirq:
    case Part::put_return_bh_off:
      return spawn_put(part);
    case Part::none:
      return;
  }
}

// ---- puts ------------------------------------------------------------------------------

void ExploreMachine::put(Page page) {
  cpus_.self().put_began = 0;
  for (int n = memory_.effects("skb free"); n > 0; --n) skb_put_page(*pool_, checker_, page);
  cpus_.self().put_began = ps_never;
}

void ExploreMachine::spawn_put(Part part) {
  std::vector<Page> pages;
  if (part == Part::put_frag) {
    const auto users = std::count(task_.program->parts.begin(), task_.program->parts.end(), part);
    pages.assign(users == 1 ? 2 : 1, fragmented_);
  } else {
    pages.push_back(next_page());
    if (part == Part::put_bulk) pages.push_back(next_page());
  }
  if (must_leave(part)) pages.front().frame().pfmemalloc = true;
  const auto body = [this, part, pages] {
    if (part == Part::put_bulk) return pool_->put_page_bulk(pages);
    for (Page page : pages) put(page);
  };
  if (is_softirq(part))
    return start(part == Part::put_bulk ? "bulk put" : "put, softirq", Level::softirq,
                 [this, body] { platform_.softirq(body); });
  if (is_bh_off(part))
    return start("put, bh off", Level::task, [this, body] { platform_.bh_off(body); });
  start_task(part == Part::put_frag ? "fragment put" : "put", body);
}

// The page that nobody can hurry.
void ExploreMachine::spawn_put_late() {
  const Page page = next_page();
  start("late put", Level::task, [this, page] {
    world_.wait([this] { return platform_.holder_released(); },
                "the holder keeps the page until destroy has returned");
    memory_.touch(Object::holder, 0, sim::Touch::join);
    memory_.record("the holder lets go", 0);
    platform_.enter_kernel();
    put(page);
    platform_.leave_kernel();
  });
}

void ExploreMachine::spawn_worker() {
  start("kworker", Level::task, [this] { platform_.serve_work(worker_passes_max); });
  world_.never_ends(*world_.contexts().back());
}

// ---- receive ---------------------------------------------------------------------------

void ExploreMachine::spawn_poll(SimPool& pool, std::uint32_t pool_id, Napi& napi) {
  const auto poll = [this, &pool, pool_id, &napi] {
    cpus_.self().pool = pool_id;
    napi.sched.write("irq: schedule NAPI", true, Ordering::once);
    napi.list_owner.write("irq: set list_owner", platform_.smp_processor_id(), Ordering::once);
    if (Page page = pool.alloc_pages()) post(page);
    napi.list_owner.write("napi_complete: clear list_owner", -1, Ordering::once);
    napi.sched.write("napi_complete: clear NAPI state", false, Ordering::once);
  };
  start("NAPI", Level::softirq, [this, poll] { platform_.softirq(poll); });
}

void ExploreMachine::post(Page page) {
  const std::uint64_t addr = page.dma_addr().read("driver: read dma_addr to post", Ordering::plain);
  memory_.step_begin("driver: doorbell", 0);
  posted_.push_back({page, addr});
  memory_.touch(Object::posted, posted_.size(), sim::Touch::signal);
  memory_.end("driver: doorbell", addr);
}

void ExploreMachine::spawn_nic(bool left_on) {
  start_hardware("NIC", [this, left_on] {
    for (int writes = 0; writes < 2; ++writes) {
      world_.wait([this] { return !posted_.empty(); }, "no buffer is posted");
      memory_.touch(Object::posted, 1, sim::Touch::join);
      const Posted buffer = posted_.front();
      memory_.record("device: takes a descriptor", buffer.addr);
      memory_.step_begin("device: write payload", 0);
      dma_.device_access(buffer.addr, 0, 64, true, left_on ? taken_back_ : buffer.page);
      memory_.end("device: write payload", buffer.addr);
    }
  });
  world_.never_ends(*world_.contexts().back());
}

// A dirty line leaves the cache when the cache likes.
void ExploreMachine::spawn_writeback() {
  start_hardware("cache",
                 [this] { dma_.write_back(in_flight_.front(), "cache: write back dirty lines"); });
  world_.never_ends(*world_.contexts().back());
}

void ExploreMachine::spawn_flush_timer() {
  if (task_.config.iommu != IommuMode::lazy) return;
  start_hardware("flush timer", [this] { dma_.flush_now("flush queue: the timer fires"); });
  world_.never_ends(*world_.contexts().back());
}

// Other traffic on the CPU moves the lists: not every frame or address comes back last freed first.
void ExploreMachine::spawn_free_lists() {
  static constexpr const char site[] = "free lists: somebody else takes the last freed";
  start_hardware("free lists", [this] {
    memory_.step_begin(site, 0);
    memory_.touch(Object::page_list, 0, sim::Touch::write);
    memory_.touch(Object::iova_list, 0, sim::Touch::write);
    pages_.pick_next(1);
    dma_.pick_next_iova(1);
    memory_.end(site, 0);
  });
  world_.never_ends(*world_.contexts().back());
}

// ---- teardown --------------------------------------------------------------------------

// What the NIC wrote so far into a buffer that goes back unread is nobody's loss.
void ExploreMachine::forget_contents(Page page) {
  memory_.step_begin("driver: takes the buffer back", 0);
  memory_.touch(Object::lines, page.frame().id, sim::Touch::write);
  memory_.touch(Object::bounce_slots, 0, sim::Touch::write);
  dma_.forget_contents(page.frame().dma_addr.peek(), page);
  memory_.end("driver: takes the buffer back", 0);
}

// The driver's way down; the bus follows when the driver has returned.
void ExploreMachine::destroy(bool remove) {
  cpus_.self().doing = doing_destroy;
  if (taken_back_) {
    forget_contents(taken_back_);
    pool_->put_full_page(taken_back_, false);
  }
  const bool napi_first = task_.config.driver_order == DriverOrder::hns3;
  if (napi_first) delete_napi();
  pool_->destroy();
  world_.give_up_turn();
  destroyed_ = true;
  platform_.release_holder();
  memory_.record("destroy returns", 0);
  if (!remove) return;
  if (!napi_first) delete_napi();
  if (stalls_unregister()) {
    world_.wait([this] { return platform_.pool_freed(); },
                "unregister stalls: pages are in flight");
    memory_.touch(Object::pool_end, 0, sim::Touch::join);
    memory_.record("unregister goes on: the pool is gone", 0);
  }
  unbind_and_remove();
}

void ExploreMachine::delete_napi() {
  platform_.synchronize_net("netif_napi_del: synchronize_net");
  memory_.kfree(napi_.region);
}

void ExploreMachine::unbind_and_remove() {
  memory_.step_begin("unbind: driver = NULL", 0);
  memory_.touch(Object::device, 0, sim::Touch::write);
  device_.bound = false;
  memory_.end("unbind: driver = NULL", 0);
  memory_.step_begin("remove: iommu_group = NULL", 0);
  device_.group_valid = false;
  dma_.detach();
  memory_.end("remove: iommu_group = NULL", 0);
  platform_.put_device(device_);
}

}  // namespace poolrace::models
