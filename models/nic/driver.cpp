// SPDX-License-Identifier: MIT
// Bring-up, receive, transmit.  The end of the driver's life is in teardown.cpp.
#include "models/nic/driver.hpp"

#include <utility>

#include "models/cpu/show.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

Driver::Driver(const Parts& parts, const DriverParams& params, MakePool make_pool)
    : parts_(parts), params_(params), make_pool_(std::move(make_pool)) {
  queues_.resize(params.queues);
  for (std::size_t q = 0; q < queues_.size(); ++q)
    queues_[q].cpu = static_cast<CpuId>((params.napi_cpu + q) % parts.cpus.size());
  parts_.nic.on_interrupt([this](std::uint32_t q) {
    parts_.cpus[queues_[q].cpu].raise_irq([this, q] { interrupt(q); });
  });
}

void Driver::open_queue(std::uint32_t q) {
  Queue& queue = queues_[q];
  if (queue.napi && params_.napi_reused) {
    queue.napi->sched.write("napi_enable: clear NAPI state", false, Ordering::once);
  } else {
    if (queue.napi) old_napis_.push_back(std::move(queue.napi));
    queue.napi = std::make_unique<Napi>(parts_.memory);
  }
  queue.pool = pools_.size();
  queue.irq_requested = true;
  pools_.push_back({make_pool_(*queue.napi), static_cast<std::uint32_t>(pools_.size()) + 1});
  pools_.back().pool->set_visible(params_.netdev_hooked);
}

void Driver::bring_up(std::uint64_t in_flight) {
  for (std::uint32_t q = 0; q < queues_.size(); ++q) open_queue(q);
  // The pages that the stationary traffic has in flight now come from the pool like any other.
  for (std::uint64_t i = 0; i < in_flight; ++i) {
    const auto q = static_cast<std::uint32_t>(i % queues_.size());
    parts_.pages.own_by(pools_[queues_[q].pool].id);
    const Page page = pool_of(q).alloc(params_.rx_buffer_bytes).page;
    if (!page) break;  // a tracker that is full or a RAM that is: no more than that can be out
    staged_.push_back({page, queues_[q].cpu});
  }
  for (std::uint32_t q = 0; q < queues_.size(); ++q) refill(q, params_.ring);
  parts_.nic.start();
}

void Driver::begin(const Hold& hold) {
  for (const Staged& staged : std::exchange(staged_, {})) hold(staged.page, staged.cpu);
}

void Driver::refill(std::uint32_t q, std::uint32_t count) {
  parts_.pages.own_by(pools_[queues_[q].pool].id);
  for (std::uint32_t i = 0; i < count; ++i) {
    const SimPool::Fragment buffer = pool_of(q).alloc(params_.rx_buffer_bytes);
    Page page = buffer.page;
    if (!page) {
      queues_[q].unposted += count - i;
      return;
    }
    std::uint64_t addr = page.dma_addr().read("driver: read dma_addr to post", Ordering::plain);
    if (faults_.post_last_address && ++posted_ % 100 == 0) [[unlikely]]
      addr = last_posted_;
    last_posted_ = addr;
    parts_.nic.post(q, {addr, page, buffer.offset});
    show_page(parts_.cpus, page.frame().id, PageStage::posted);
  }
  parts_.memory.step("driver: doorbell", params_.local_access, count);
}

// ---- receive ---------------------------------------------------------------------------

void Driver::interrupt(std::uint32_t q) {
  Queue& queue = queues_[q];
  if (!queue.irq_requested) return;  // free_irq: nobody listens any more
  if (faults_.put_in_hardirq) [[unlikely]]
    put_in_hardirq(q);
  if (queue.disabling) return;  // napi_schedule_prep() refuses
  if (queue.napi->sched.read("irq: read NAPI state", Ordering::once))
    return;  // disabled, or at work already
  queue.napi->sched.write("irq: schedule NAPI", true, Ordering::once);
  queue.napi->list_owner.write("irq: set list_owner", static_cast<int>(queue.cpu), Ordering::once);
  queue.scheduled = true;
  parts_.cpus[queue.cpu].raise_softirq(SoftirqKind::net_rx);
}

void Driver::net_rx(CpuId cpu) {
  parts_.holders.flush_deferred(cpu);
  parts_.holders.softirq(cpu);
  int budget = params_.netdev_budget;
  for (std::uint32_t q = 0; q < queues_.size(); ++q) {
    Queue& queue = queues_[q];
    if (queue.cpu != cpu) continue;
    while (queue.scheduled && budget > 0) {
      const int weight = std::min(params_.napi_weight, budget);
      const int work = poll(q, weight);
      budget -= work;
      // napi_complete: nothing left, or napi_disable() waits (NAPI_STATE_DISABLE).
      if (work < weight || queue.disabling) {
        queue.scheduled = false;
        queue.napi->list_owner.write("napi_complete: clear list_owner", -1, Ordering::once);
        queue.napi->sched.write("napi_complete: clear NAPI state", false, Ordering::once);
        parts_.nic.enable_irq(q);
      }
    }
    if (queue.scheduled) parts_.cpus[cpu].raise_softirq(SoftirqKind::net_rx);
  }
}

int Driver::poll(std::uint32_t q, int budget) {
  NicQueue& queue = parts_.nic.queue(q);
  int work = 0;
  while (work < budget && !queue.tx_done.empty()) {
    const TxRequest sent = queue.tx_done.front();
    queue.tx_done.pop_front();
    // XDP_TX: synced for the device when it was sent, so nothing to sync now (fec).
    if (sent.of_stack)
      free_sent(sent);
    else
      put(q, sent.page, 0);
    ++work;
  }
  const int transmitted = work;  // each received frame is replaced, not each sent one as well
  while (work < budget && !queue.done.empty()) {
    const RxCompletion completion = queue.done.front();
    queue.done.pop_front();
    receive(q, completion);
    ++work;
  }
  const auto received = static_cast<std::uint32_t>(work - transmitted);
  const std::uint32_t want = received + std::exchange(queues_[q].unposted, 0);
  if (want > 0) refill(q, want);
  // Whoever cannot map polls on (ixgbe), lest the ring runs dry and no interrupt comes any more.
  return queues_[q].unposted > 0 && params_.polls_on ? budget : work;
}

void Driver::put(std::uint32_t q, Page page, std::uint32_t bytes) {
  show_page(parts_.cpus, page.frame().id, PageStage::put);
  pool_of(q).put_page(page, params_.put_syncs_page ? SimPool::whole_page : bytes, true);
  show_page(parts_.cpus, page.frame().id, page.stale() ? PageStage::returned : PageStage::recycled);
}

// What the stack sends (acknowledgements, answers) comes from other memory than the pool's: a skb is
// mapped when it is sent and unmapped when the device has it, one by one.
void Driver::transmit_skb(std::uint32_t q) {
  tx_due_ppm_ += params_.stack_tx_ppm;
  for (; tx_due_ppm_ >= 1'000'000; tx_due_ppm_ -= 1'000'000) {
    parts_.pages.own_by(0);
    const Page page = parts_.platform.alloc_pages(0, 0);
    if (!page) return;
    parts_.dma.cpu_touch(page, 0, params_.stack_tx_bytes, true, params_.evict_mean,
                         "stack: write the skb");
    const std::uint64_t addr = parts_.dma.map(parts_.device, page, 0);
    if (addr == Dma::mapping_error) {
      parts_.platform.put_page_ref(page);
      return;
    }
    if (parts_.dma.need_sync(parts_.device))
      parts_.dma.sync_for_device(parts_.device, addr, 0, params_.stack_tx_bytes, page);
    parts_.nic.transmit(q, {page, addr, 0, params_.stack_tx_bytes, true});
  }
}

void Driver::free_sent(const TxRequest& sent) {
  parts_.dma.unmap(parts_.device, sent.addr, 0, sent.page);
  parts_.platform.put_page_ref(sent.page);
}

void Driver::receive(std::uint32_t q, const RxCompletion& completion) {
  ++packets_;
  parts_.dma.sync_for_cpu(parts_.device, completion.addr, completion.offset, completion.bytes,
                          completion.page);
  parts_.dma.cpu_touch(completion.page, completion.offset, completion.bytes, false,
                       params_.evict_mean, "driver: read the frame");
  parts_.cpus.compute(params_.driver_per_packet);
  switch (params_.rx_action) {
    case RxAction::drop:
      put(q, completion.page, completion.offset + completion.bytes);
      return;
    case RxAction::tx:
      parts_.dma.cpu_touch(completion.page, completion.offset, 64, true, params_.evict_mean,
                           "xdp: rewrite the header");
      if (parts_.dma.need_sync(parts_.device) && parts_.memory.effects("xdp: sync for device") != 0)
        parts_.dma.sync_for_device(parts_.device, completion.addr, completion.offset,
                                   completion.bytes, completion.page);
      parts_.nic.transmit(q, completion);
      return;
    case RxAction::redirect:
      parts_.holders.redirect(completion.page, queues_[q].cpu);
      return;
    case RxAction::stack: {
      const std::uint32_t header = params_.header_lines_written * 64;
      if (header > 0)
        parts_.dma.cpu_touch(completion.page, completion.offset, header, true, params_.evict_mean,
                             "stack: write the header");
      parts_.cpus.compute(params_.stack_per_packet);
      transmit_skb(q);
      newest_ = completion.page;
      parts_.holders.take(completion.page, queues_[q].cpu);
      return;
    }
  }
}

}  // namespace poolrace::models
