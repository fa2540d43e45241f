// SPDX-License-Identifier: MIT
// The end of a driver's life, phase by phase (see driver.hpp).
#include <algorithm>

#include "models/cpu/show.hpp"
#include "models/nic/driver.hpp"

namespace poolrace::models {

void Driver::tear_down(const std::function<Ps()>& phase) {
  parts_.cpus.self().doing = doing_destroy;
  for (std::uint32_t cycle = 0; cycle < params_.cycles; ++cycle) {
    cycle_interface();
    down_since_ = ps_never;
    rx_up_since_ = parts_.cpus.world().now();
    parts_.cpus.sleep_until(rx_up_since_ + params_.cycle_time + phase());
  }
  times_.began = parts_.cpus.world().now();
  const Ps waited = parts_.rcu.waited();
  parts_.platform.hold_rtnl(params_.rtnl_held);
  if (faults_.refill_in_task) refill_in_task();
  if (faults_.unbind_first || faults_.remove_first) unbind();
  if (faults_.remove_first) remove();
  take_down();
  const bool goes = params_.teardown == Teardown::unbind || params_.teardown == Teardown::remove;
  if (goes && params_.stalls_unregister && params_.netdev_hooked) wait_for_pools();
  times_.ended = parts_.cpus.world().now();
  times_.grace = parts_.rcu.waited() - waited;
  if (faults_.remove_first) return;
  if (params_.teardown == Teardown::resize) bring_up(0);
  if (!goes) return;
  if (!times_.waited) parts_.cpus.sleep_until(times_.ended + params_.removal_delay);
  unbind();
  if (params_.teardown == Teardown::remove) remove();
  late_work();
}

// The interface goes down and up again: with new pools, the old ones linger, or with the same.
void Driver::cycle_interface() {
  parts_.platform.hold_rtnl(params_.rtnl_held);
  stop_interface();
  if (params_.order == DriverOrder::hns3) {
    for (std::uint32_t q = 0; q < queues_.size(); ++q) free_ring(q);
    times_.destroys.pop_back();  // nothing was
    resume_interface();
    parts_.platform.hold_rtnl(false);
    return;
  }
  free_rings_and_destroy();
  delete_napi();
  parts_.platform.hold_rtnl(false);
  bring_up(0);
}

// To where unbind may come, in the driver's own order.
void Driver::take_down() {
  const bool goes = params_.teardown == Teardown::unbind || params_.teardown == Teardown::remove;
  stop_interface();
  if (params_.order == DriverOrder::hns3) {
    if (goes) unregister();
    parts_.platform.hold_rtnl(false);
    delete_napi();
    free_rings_and_destroy();
    times_.destroyed = parts_.cpus.world().now();
  } else {
    free_rings_and_destroy();
    times_.destroyed = parts_.cpus.world().now();
    delete_napi();
    if (goes) unregister();
    parts_.platform.hold_rtnl(false);
  }
  down_since_ = ps_never;
}

// What unregister_netdevice_many itself waits for.
void Driver::unregister() {
  parts_.platform.synchronize_net("unregister: synchronize_net");
}

// netdev_wait_allrefs, for the reference that the `stall` RFC holds for a hooked pool: it is looked
// at when the notification is sent again, once a second.  Unregister comes with the removal.
void Driver::wait_for_pools() {
  times_.idle = params_.removal_delay;
  parts_.cpus.sleep_until(parts_.cpus.world().now() + times_.idle);
  down_since_ = parts_.cpus.world().now();
  times_.waited = true;
  const auto destroyed = [this] {
    return std::count_if(pools_.begin(), pools_.end(), [](const Pool& p) { return p.destroyed; });
  };
  while (parts_.platform.freed_pools() < static_cast<std::uint32_t>(destroyed()))
    parts_.cpus.sleep_until(parts_.cpus.world().now() + ps_per_s);
  down_since_ = ps_never;
}

// ndo_stop.  napi_disable waits until the poll is through and keeps the state bit for itself.
void Driver::stop_interface() {
  down_since_ = parts_.cpus.world().now();
  for (Queue& queue : queues_) {
    if (!params_.napi_quiesced) break;
    queue.disabling = true;
    while (queue.napi->sched.cmpxchg("napi_disable: take NAPI state", false, true, Ordering::full))
      parts_.cpus.sleep_until(parts_.cpus.world().now() + 20 * ps_per_us);
    queue.disabling = false;
    queue.irq_requested = false;
  }
  if (params_.rx_stopped) parts_.nic.stop();
  const Ps now = parts_.cpus.world().now();
  times_.destroys.push_back({rx_up_since_ == ps_never ? ps_never : now - rx_up_since_, now});
  parts_.memory.step("driver: stop RX", params_.local_access, params_.rx_stopped);
}

// ndo_open of a driver whose pools outlive ndo_stop.
void Driver::resume_interface() {
  for (std::uint32_t q = 0; q < queues_.size(); ++q) {
    queues_[q].irq_requested = true;
    queues_[q].napi->sched.write("napi_enable: clear NAPI state", false, Ordering::once);
    refill(q, params_.ring);
  }
  parts_.nic.start();
}

void Driver::free_ring(std::uint32_t q) {
  NicQueue& ring = parts_.nic.queue(q);
  std::vector<Page> pages;
  for (const RxCompletion& done : ring.done) {
    parts_.dma.forget_contents(done.addr, done.page, done.offset, params_.rx_buffer_bytes);
    pages.push_back(done.page);
  }
  for (const TxRequest& sent : ring.tx_done)
    if (sent.of_stack)
      free_sent(sent);
    else
      pages.push_back(sent.page);
  for (const RxBuffer& posted : ring.posted) {
    // A write may have landed after stop.
    parts_.dma.forget_contents(posted.addr, posted.page, posted.offset, params_.rx_buffer_bytes);
    pages.push_back(posted.page);
  }
  ring.done.clear();
  ring.tx_done.clear();
  // A device that was not stopped still has the descriptors, whatever the driver frees.
  if (!parts_.nic.running()) ring.posted.clear();
  Thread& me = parts_.cpus.self();
  for (Page page : pages) {
    me.put_began = parts_.cpus.world().now();
    show_page(parts_.cpus, page.frame().id, PageStage::put);
    pool_of(q).put_full_page(page, false);
    show_page(parts_.cpus, page.frame().id,
              page.stale() ? PageStage::returned : PageStage::recycled);
    me.put_began = ps_never;
  }
}

void Driver::free_rings_and_destroy() {
  const Ps waited = parts_.rcu.waited();
  const std::uint32_t freed = parts_.platform.freed_pools();
  for (std::uint32_t q = 0; q < queues_.size(); ++q) {
    free_ring(q);
    Queue& queue = queues_[q];
    if (!queue.napi->sched.peek() || queue.napi->list_owner.peek() != -1)
      parts_.checker.report(Kind::wrong_context, Harm::none, "page_pool_destroy",
                            "NAPI is still runnable");
    pool_of(q).destroy();
    pools_[queue.pool].destroyed = true;
  }
  DestroyTimes& times = times_.destroys.back();
  times.destroyed = parts_.cpus.world().now();
  times.looked = parts_.rcu.waited() != waited ? parts_.rcu.last_wait_began() : times.destroyed;
  times.waited = parts_.rcu.waited() != waited ? parts_.rcu.last_wait_ended() : times.destroyed;
  times.freed = parts_.platform.freed_pools() - freed == queues_.size();
}

// netif_napi_del waits for readers that may have found the instance, then it is freed.
void Driver::delete_napi() {
  if (params_.napi_reused) return;
  const bool one_by_one = params_.order == DriverOrder::hns3;
  for (std::size_t q = 0; q < (one_by_one ? queues_.size() : 1); ++q)
    parts_.platform.synchronize_net("netif_napi_del: synchronize_net");
  for (Queue& queue : queues_) parts_.memory.kfree(queue.napi->region);
}

// ---- seeded faults ----------------------------------------------------------------------------

// A driver that refills from a work item as well, and forgets that NAPI is doing the same.
void Driver::refill_in_task() {
  parts_.pages.own_by(pools_[queues_[0].pool].id);
  std::vector<Page> pages;
  for (int i = 0; i < 512; ++i)
    if (Page page = pool_of(0).alloc_pages()) pages.push_back(page);
  for (Page page : pages) pool_of(0).put_full_page(page, false);
}

// A driver that drops a frame where it should only have scheduled NAPI.
void Driver::put_in_hardirq(std::uint32_t q) {
  NicQueue& ring = parts_.nic.queue(q);
  if (ring.done.empty()) return;
  faults_.put_in_hardirq = false;
  const Page page = ring.done.front().page;
  ring.done.pop_front();
  pool_of(q).put_full_page(page, false);
}

// A driver whose work item outlives it: it looks at the last frame once more, or fills a buffer.
void Driver::late_work() {
  const bool syncs = faults_.sync_after_unbind || faults_.sync_for_cpu_after_unbind;
  if (syncs && newest_) {
    const std::uint64_t addr =
        newest_.dma_addr().read("driver: read dma_addr in late work", Ordering::plain);
    if (faults_.sync_after_unbind)
      parts_.dma.sync_for_device(parts_.device, addr, 0, line_bytes, newest_);
    else
      parts_.dma.sync_for_cpu(parts_.device, addr, 0, line_bytes, newest_);
  }
  if (!faults_.map_after_unbind) return;
  parts_.pages.own_by(0);
  const Page page = parts_.platform.alloc_pages(0, 0);
  parts_.dma.map(parts_.device, page, 0);
}

void Driver::unbind() {
  parts_.memory.step("unbind: driver = NULL", params_.local_access, 0);
  parts_.device.bound = false;
  if (params_.ops_cleared_on_unbind) parts_.device.ops_valid = false;
  times_.unbound = parts_.cpus.world().now();
  show(parts_.cpus, {Event::gone, 0, 0, "device"});
  for (const Pool& pool : pools_)
    if (pool.destroyed)
      times_.in_flight_at_unbind +=
          static_cast<std::uint64_t>(std::max(pool.pool->peek_inflight(), 0));
}

void Driver::remove() {
  parts_.memory.step("remove: iommu_group = NULL", params_.local_access, 0);
  parts_.device.group_valid = false;
  parts_.dma.detach();
  parts_.platform.put_device(parts_.device);
}

}  // namespace poolrace::models
