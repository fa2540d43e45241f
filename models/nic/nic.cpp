// SPDX-License-Identifier: MIT
#include "models/nic/nic.hpp"

#include <algorithm>

#include "models/address_sites.hpp"
#include "models/cpu/show.hpp"
#include "sim/site.hpp"

namespace poolrace::models {

namespace {
constexpr sim::Site site_irq{"nic: interrupt"};
}  // namespace

Nic::Nic(sim::World& world, Timers& timers, Dma& dma, const Link& link, const NicParams& params,
         sim::Trace& trace)
    : world_(world),
      timers_(timers),
      dma_(dma),
      link_(link),
      params_(params),
      trace_(trace),
      queues_(params.queues) {
  context_ = &world.spawn("nic", sim::Priority::device, [this] { run(); });
}

void Nic::frames_arrive(const std::vector<std::pair<Ps, std::uint32_t>>& frames) {
  arriving_.insert(arriving_.end(), frames.begin(), frames.end());
  world_.unpark(*context_);
}

void Nic::run() {
  for (;;) {
    const Ps arrival = arriving_.empty() ? ps_never : arriving_.front().first;
    const Ps landing = writes_.empty() ? ps_never : writes_.front().at;
    const Ps next = std::min(arrival, landing);
    if (next > world_.now()) {
      if (next == ps_never)
        world_.park();
      else
        world_.park_until(next);
      continue;
    }
    if (landing <= arrival) {
      const Write write = writes_.front();
      writes_.pop_front();
      land(write);
    } else {
      const std::uint32_t bytes = arriving_.front().second;
      arriving_.pop_front();
      take_frame(bytes);
    }
  }
}

// The device-to-memory direction of the link carries one TLP after the other.
Ps Nic::occupy_upstream(std::uint64_t wire_bytes) {
  wire_bytes_ += wire_bytes;
  upstream_busy_until_ = std::max(upstream_busy_until_, world_.now()) + link_.wire_time(wire_bytes);
  return upstream_busy_until_;
}

void Nic::take_frame(std::uint32_t bytes) {
  const std::uint32_t q = next_queue_;
  miss_frame();
  NicQueue& queue = queues_[q];
  const bool lagging = !running_ && world_.now() <= stopped_at_ + params_.stop_lag;
  auto& descriptors = running_ ? queue.posted : queue.left_behind;
  if (descriptors.empty() || bytes > params_.buffer_bytes || (!running_ && !lagging)) {
    dropped_ += running_;
    return;
  }
  Ps ready = world_.now();
  if (queue.fetched == 0) {  // none at hand: a batch of descriptors has to come first
    queue.fetched =
        static_cast<std::uint32_t>(std::min<std::size_t>(params_.fetch_batch, descriptors.size()));
    ready = occupy_upstream(link_.read_request_wire_bytes(std::uint64_t{queue.fetched} *
                                                          params_.descriptor_bytes)) +
            params_.read_latency;
  }
  --queue.fetched;
  const RxBuffer buffer = descriptors.front();
  descriptors.pop_front();
  const Ps sent = occupy_upstream(link_.write_wire_bytes(bytes) +
                                  link_.write_wire_bytes(params_.write_back_bytes));
  last_write_at_ = std::max({sent, ready, last_write_at_}) + (writes_.empty() ? 0 : 1);
  show(dma_.cpus(), {Event::dma_began, buffer.page.frame().id, bytes});
  if (!lagging) show_page(dma_.cpus(), buffer.page.frame().id, PageStage::written);
  writes_.push_back({last_write_at_ + params_.write_latency, q, buffer, bytes, false, lagging});
}

void Nic::transmit(std::uint32_t q, TxRequest request) {
  const Ps sent = occupy_upstream(link_.read_request_wire_bytes(request.bytes));
  last_write_at_ = std::max(sent, last_write_at_);
  const Ps at = std::max(last_write_at_ + params_.write_latency,
                         sent + params_.read_latency + link_.read_completion_time(request.bytes));
  show(dma_.cpus(), {Event::dma_began, request.page.frame().id, request.bytes});
  show_page(dma_.cpus(), request.page.frame().id, PageStage::sent);
  const auto place = std::upper_bound(writes_.begin(), writes_.end(), at,
                                      [](Ps date, const Write& w) { return date < w.at; });
  writes_.insert(place,
                 {at, q, {request.addr, request.page, request.offset}, request.bytes, true, false});
  world_.unpark(*context_);
}

void Nic::land(const Write& write) {
  if (write.reclaimed && world_.now() > stopped_at_ + params_.stop_lag) return;  // it is off
  NicQueue& queue = queues_[write.queue];
  if (faults_.complete_first && !write.transmit && !write.reclaimed) [[unlikely]] {
    write_late(write);
    queue.done.push_back({write.buffer.page, write.buffer.addr, write.buffer.offset, write.bytes});
    return completed(write.queue);
  }
  const bool early = faults_.fetch_early && ++landed_ % 100 == 0;
  const DeviceTarget target = dma_.device_access(early ? 0 : write.buffer.addr, write.buffer.offset,
                                                 write.bytes, !write.transmit, write.buffer.page);
  const sim::Site site = write.transmit ? site_transmit : site_payload;
  trace_.add(world_.now(), context_->id(), site.id(), write.buffer.addr, site.text());
  show(dma_.cpus(), {Event::dma_landed, write.buffer.page.frame().id, write.bytes});
  // The translation's own wait (a walk) delays what follows it.
  if (target.done_at > world_.now()) {
    last_write_at_ = std::max(last_write_at_, target.done_at);
    upstream_busy_until_ = std::max(upstream_busy_until_, target.done_at);
  }
  if (write.reclaimed) return;  // the driver has taken the buffer back
  if (write.transmit) {
    queue.tx_done.push_back(
        {write.buffer.page, write.buffer.addr, write.buffer.offset, write.bytes});
  } else {
    ++received_;
    if (std::exchange(faults_.lose_completion, false)) return;
    queue.done.push_back({write.buffer.page, write.buffer.addr, write.buffer.offset, write.bytes});
    show_page(dma_.cpus(), write.buffer.page.frame().id, PageStage::received);
  }
  completed(write.queue);
}

// Seeded fault: the write-back of the descriptor has overtaken the payload.
void Nic::write_late(const Write& write) {
  constexpr Ps lag = 100 * ps_per_us;
  timers_.at(world_.now() + lag, [this, write] {
    dma_.device_access(write.buffer.addr, write.buffer.offset, write.bytes, true,
                       write.buffer.page);
  });
}

// Coalescing: an interrupt after so many completions, or so long after the first.
void Nic::completed(std::uint32_t q) {
  NicQueue& queue = queues_[q];
  ++queue.pending;
  if (!queue.irq_enabled) return;
  if (queue.pending >= params_.coalesce_frames || params_.coalesce_time == 0) {
    fire(q);
  } else if (queue.irq_timer == 0) {
    queue.irq_timer = timers_.at(world_.now() + params_.coalesce_time, [this, q] {
      queues_[q].irq_timer = 0;
      if (queues_[q].irq_enabled && queues_[q].pending > 0) fire(q);
    });
  }
}

void Nic::fire(std::uint32_t q) {
  NicQueue& queue = queues_[q];
  queue.irq_enabled = false;
  queue.pending = 0;
  if (queue.irq_timer != 0) timers_.cancel(std::exchange(queue.irq_timer, 0));
  trace_.add(world_.now(), context_->id(), site_irq.id(), q, site_irq.text());
  timers_.at(world_.now() + params_.irq_latency, [this, q] { interrupt_(q); });
}

// The driver's poll found nothing more.  What came in meanwhile counts as new.
void Nic::enable_irq(std::uint32_t q) {
  NicQueue& queue = queues_[q];
  queue.irq_enabled = true;
  queue.pending = static_cast<std::uint32_t>(queue.done.size() + queue.tx_done.size());
  if (queue.pending > 0 && running_) {
    --queue.pending;
    completed(q);
  }
}

// Buffers whose writes have not landed are the driver's again, wherever the writes are.
void Nic::stop() {
  if (faults_.ignore_stop) return;
  running_ = false;
  stopped_at_ = world_.now();
  // Asynchronous stop: the device goes on with the descriptors it has seen.
  for (NicQueue& queue : queues_)
    if (params_.stop_lag > 0) queue.left_behind = queue.posted;
  for (Write& write : writes_) {
    if (std::exchange(write.reclaimed, true)) continue;
    NicQueue& queue = queues_[write.queue];
    if (write.transmit)
      queue.tx_done.push_back(
          {write.buffer.page, write.buffer.addr, write.buffer.offset, write.bytes});
    else
      queue.posted.push_back(write.buffer);
  }
}

void Nic::start() {
  running_ = true;
  if (on_start_) on_start_();
  for (NicQueue& queue : queues_) {
    queue.left_behind.clear();
    queue.irq_enabled = true;
    queue.pending = 0;
    queue.fetched = 0;
  }
}

}  // namespace poolrace::models
