// SPDX-License-Identifier: MIT
#include "models/dma/flush_queue.hpp"

#include <algorithm>

#include "sim/errors.hpp"

namespace poolrace::models {

FlushQueueParams single_flush_queue(CpuId cpus) {
  FlushQueueParams params;
  params.cpus = cpus;
  params.single = true;
  params.slots = 32'768;
  params.timeout_ps = 1'000 * ps_per_ms;
  return params;
}

FlushQueue::FlushQueue(const FlushQueueParams& params) : params_(params) {
  check(params.slots >= 2, "a flush queue needs two slots, one of which stays empty");
  check(params.cpus >= 1, "a flush queue needs a CPU");
  queues_.resize(params.single ? 1 : params.cpus);
}

Ps FlushQueue::add(CpuId cpu, Iova iova, std::uint32_t order, Ps now, FlushSink& sink) {
  check(cpu < params_.cpus, "CPU number out of range");
  Queue& queue = queues_[params_.single ? 0 : cpu];
  if (queue.slots.empty()) queue.slots.resize(params_.slots);
  forget_finished(now);
  Ps at = std::max(now, queue.busy_until) + params_.add_ps;
  at += release(queue, finished_by(at), cpu, at, sink);
  if (full(queue)) {
    ++full_flushes_;
    at += flush(cpu, at, sink);
    at += release(queue, finished_by(at), cpu, at, sink);
  }
  check(!full(queue), "a finished flush left the flush queue full");
  queue.slots[queue.tail] = {iova, order, started_};
  queue.tail = (queue.tail + 1) % params_.slots;
  queue.busy_until = at;
  ++pending_;
  if (deadline_ == ps_never) {
    deadline_ = at + params_.timeout_ps;
    timer_cpu_ = cpu;
  }
  return at - now;
}

Ps FlushQueue::timer_fired(CpuId cpu, Ps now, FlushSink& sink) {
  check(deadline_ != ps_never && now >= deadline_, "the flush timer fired too early or unarmed");
  deadline_ = ps_never;
  forget_finished(now);
  Ps at = now + flush(cpu, now, sink);
  for (Queue& queue : queues_) {
    if (queue.head == queue.tail) continue;
    at = std::max(at, queue.busy_until) + params_.add_ps;
    at += release(queue, finished_by(at), cpu, at, sink);
    queue.busy_until = at;
  }
  return at - now;
}

Ps FlushQueue::drain(CpuId cpu, Ps now, FlushSink& sink) {
  deadline_ = ps_never;
  Ps at = now;
  for (Queue& queue : queues_) at += release(queue, started_ + 1, cpu, at, sink);
  return at - now;
}

Ps FlushQueue::flush(CpuId cpu, Ps now, FlushSink& sink) {
  ++started_;
  const Ps cost = sink.flush_domain(cpu, now);
  check(cost >= 0, "a flush cannot cost less than nothing");
  // The counter of finished flushes counts, it does not tell which: keep it in order of time.
  const Ps done_at = now + cost;
  under_way_.insert(std::upper_bound(under_way_.begin(), under_way_.end(), done_at), done_at);
  return cost;
}

std::uint64_t FlushQueue::finished_by(Ps date) const {
  const auto done = std::upper_bound(under_way_.begin(), under_way_.end(), date);
  return finished_ + static_cast<std::uint64_t>(done - under_way_.begin());
}

// Only up to the caller's own date: another CPU may come next with an earlier one than `at` above.
void FlushQueue::forget_finished(Ps now) {
  finished_ = finished_by(now);
  under_way_.erase(under_way_.begin(), std::upper_bound(under_way_.begin(), under_way_.end(), now));
}

// Oldest first, up to the first one whose flush has not finished.
Ps FlushQueue::release(Queue& queue, std::uint64_t finished, CpuId cpu, Ps now, FlushSink& sink) {
  Ps at = now;
  while (queue.head != queue.tail) {
    const Slot slot = queue.slots[queue.head];
    if (slot.after >= finished) break;
    queue.head = (queue.head + 1) % params_.slots;
    --pending_;
    at += sink.release_iova(cpu, slot.iova, slot.order, at);
  }
  return at - now;
}

bool FlushQueue::full(const Queue& queue) const {
  return (queue.tail + 1) % params_.slots == queue.head;
}

}  // namespace poolrace::models
