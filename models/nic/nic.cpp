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
      engine_(link, params.engine),
      params_(params),
      trace_(trace),
      queues_(params.queues, NicQueue(params.moderation)) {
  context_ = &world.spawn("nic", sim::Priority::device, [this] { run(); });
}

void Nic::frames_arrive(const std::vector<std::pair<Ps, std::uint32_t>>& frames) {
  arriving_.insert(arriving_.end(), frames.begin(), frames.end());
  world_.unpark(*context_);
}

void Nic::run() {
  const auto next_of = [](const std::deque<Transfer>& transfers) {
    return transfers.empty() ? ps_never : transfers.front().at;
  };
  for (;;) {
    const Ps arrival = arriving_.empty() ? ps_never : arriving_.front().first;
    const Ps landing = next_of(writes_), sending = next_of(sends_);
    const Ps next = std::min({arrival, landing, sending});
    if (next > world_.now()) {
      if (next == ps_never)
        world_.park();
      else
        world_.park_until(next);
      continue;
    }
    if (next == landing || next == sending) {
      advance(next == landing ? writes_ : sends_);
    } else {
      const std::uint32_t bytes = arriving_.front().second;
      arriving_.pop_front();
      take_frame(bytes);
    }
  }
}

// The first of them has arrived: it is translated, and then lands.
void Nic::advance(std::deque<Transfer>& transfers) {
  if (waits_for_translation(transfers.front())) return;
  const Transfer transfer = transfers.front();
  transfers.pop_front();
  land(transfer);
}

bool Nic::waits_for_translation(Transfer& transfer) {
  if (std::exchange(transfer.translated, true)) return false;
  if (faults_.fetch_early && ++landed_ % 100 == 0) [[unlikely]]
    transfer.addr = 0;
  transfer.access = dma_.device_translate(transfer.addr);
  if (transfer.access.done_at <= world_.now()) return false;
  transfer.at = transfer.access.done_at;
  last_write_at_ = std::max(last_write_at_, transfer.at);
  engine_.hold_writes(transfer.at);
  return true;
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
    ready = engine_.read(ready, std::uint64_t{queue.fetched} * params_.descriptor_bytes,
                         [this, q](Ps at) { return at + remote_latency(q); });
  }
  --queue.fetched;
  const RxBuffer buffer = descriptors.front();
  descriptors.pop_front();
  const Ps remote = remote_latency(q);
  engine_.write(world_.now(), bytes);
  const Ps sent = engine_.write(world_.now(), params_.write_back_bytes);
  last_write_at_ = std::max({sent, ready, last_write_at_}) + (writes_.empty() ? 0 : 1);
  show(dma_.cpus(), {Event::dma_began, buffer.page.frame().id, bytes});
  if (!lagging) show_page(dma_.cpus(), buffer.page.frame().id, PageStage::written);
  writes_.push_back({.at = last_write_at_ + params_.write_latency + remote,
                     .queue = q,
                     .addr = buffer.addr,
                     .buffer = buffer,
                     .bytes = bytes,
                     .reclaimed = lagging});
}

void Nic::transmit(std::uint32_t q, TxRequest request) {
  show(dma_.cpus(), {Event::dma_began, request.page.frame().id, request.bytes});
  show_page(dma_.cpus(), request.page.frame().id, PageStage::sent);
  const IommuAccess access = dma_.device_translate(request.addr);
  const Ps done_at = engine_.read(world_.now(), request.bytes, [&](Ps at) {
    return std::max(at, access.done_at) + remote_latency(q);
  });
  sends_.push_back({.at = done_at,
                    .queue = q,
                    .addr = request.addr,
                    .buffer = {request.addr, request.page, request.offset},
                    .bytes = request.bytes,
                    .transmit = true,
                    .of_stack = request.of_stack,
                    .translated = true,
                    .access = access});
  world_.unpark(*context_);
}

void Nic::land(const Transfer& transfer) {
  if (transfer.reclaimed && world_.now() > stopped_at_ + params_.stop_lag) return;  // it is off
  NicQueue& queue = queues_[transfer.queue];
  if (faults_.complete_first && !transfer.transmit && !transfer.reclaimed) [[unlikely]] {
    write_late(transfer);
    queue.done.push_back(transfer.completion());
    ++queue.since_interrupt;
    return completed(transfer.queue);
  }
  const RxBuffer& buffer = transfer.buffer;
  dma_.device_land(transfer.addr, transfer.access, buffer.offset, transfer.bytes,
                   !transfer.transmit, buffer.page);
  const sim::Site site = transfer.transmit ? site_transmit : site_payload;
  trace_.add(world_.now(), context_->id(), site.id(), buffer.addr, site.text());
  show(dma_.cpus(), {Event::dma_landed, buffer.page.frame().id, transfer.bytes});
  if (transfer.reclaimed) return;  // the driver has taken the buffer back
  if (transfer.transmit) {
    queue.tx_done.push_back(transfer.completion());
  } else {
    ++received_;
    if (std::exchange(faults_.lose_completion, false)) return;
    queue.done.push_back(transfer.completion());
    show_page(dma_.cpus(), buffer.page.frame().id, PageStage::received);
  }
  ++queue.since_interrupt;
  completed(transfer.queue);
}

// Seeded fault: the write-back of the descriptor has overtaken the payload.
void Nic::write_late(const Transfer& transfer) {
  constexpr Ps lag = 100 * ps_per_us;
  timers_.at(world_.now() + lag, [this, transfer] {
    dma_.device_access(transfer.buffer.addr, transfer.buffer.offset, transfer.bytes, true,
                       transfer.buffer.page);
  });
}

// Coalescing: an interrupt after so many completions, or so long after the first.
void Nic::completed(std::uint32_t q) {
  NicQueue& queue = queues_[q];
  ++queue.pending;
  if (!queue.irq_enabled) return;
  const Moderation& moderation = queue.moderation;
  if (queue.pending >= moderation.frames() || moderation.time() == 0) {
    fire(q);
  } else if (queue.irq_timer == 0) {
    queue.irq_timer = timers_.at(world_.now() + moderation.time(), [this, q] {
      queues_[q].irq_timer = 0;
      if (queues_[q].irq_enabled && queues_[q].pending > 0) fire(q);
    });
  }
}

void Nic::fire(std::uint32_t q) {
  NicQueue& queue = queues_[q];
  queue.irq_enabled = false;
  queue.moderation.interrupt(world_.now(), std::exchange(queue.since_interrupt, 0));
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
  reclaim(writes_);
  reclaim(sends_);
}

void Nic::reclaim(std::deque<Transfer>& transfers) {
  for (Transfer& transfer : transfers) {
    if (std::exchange(transfer.reclaimed, true)) continue;
    NicQueue& queue = queues_[transfer.queue];
    if (transfer.transmit)
      queue.tx_done.push_back(transfer.completion());
    else
      queue.posted.push_back(transfer.buffer);
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
