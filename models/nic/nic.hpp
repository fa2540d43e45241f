// SPDX-License-Identifier: MIT
// The NIC: frames from the wire go into posted buffers, payload and write-back cross the link as
// posted writes, completions are coalesced into interrupts.
//
// Mirrors: descriptor fetch in batches, one write path shared by all queues, a frame that is
// complete when it has been translated and written (and those behind it wait), "stop" that leaves
// posted writes on their way, transmit as DMA reads, translated side by side.
// Left out: MSI-X masking subtleties, flow control, header split, multi-descriptor frames, and the
// translation and fetch of what only transmit needs (its descriptors).
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "models/dma/dma.hpp"
#include "models/nic/dma_engine.hpp"
#include "models/nic/moderation.hpp"

namespace poolrace::models {

struct NicParams {
  std::uint32_t queues = 1;
  std::uint32_t ring = 512;  // descriptors a queue
  std::uint32_t buffer_bytes = page_bytes;
  std::uint32_t write_back_bytes = 16;  // a packet
  std::uint32_t descriptor_bytes = 16;
  std::uint32_t fetch_batch = 16;  // descriptors a fetch
  DmaEngineParams engine;
  Ps write_latency = 0;  // a posted write until it is visible
  ModerationParams moderation;
  Ps irq_latency = 0;                // from the decision to the CPU
  Ps stop_lag = 0;                   // writes still arrive this long after stop
  std::vector<Ps> remote_latency{};  // by queue: more for each access, its memory is far away
};

// `addr` is the page's; a fragment of it lies `offset` bytes behind.
struct RxBuffer {
  std::uint64_t addr = 0;
  Page page;
  std::uint32_t offset = 0;
};
struct RxCompletion {
  Page page;
  std::uint64_t addr = 0;
  std::uint32_t offset = 0, bytes = 0;
  bool of_stack = false;  // to be sent: not a pool's page
};
using TxRequest = RxCompletion;

struct NicQueue {
  explicit NicQueue(const ModerationParams& params) : moderation(params) {}
  std::deque<RxBuffer> posted;
  std::deque<RxBuffer> left_behind;  // what a device that stops late still holds
  std::deque<RxCompletion> done;
  std::deque<TxRequest> tx_done;
  bool irq_enabled = true;
  std::uint32_t pending = 0;          // completions since the last interrupt that no poll has taken
  std::uint64_t since_interrupt = 0;  // taken or not
  std::uint32_t fetched = 0;          // descriptors the device holds
  Moderation moderation;
  Timers::Id irq_timer = 0;
};

// Seeded faults; a healthy device has none.
struct NicFaults {
  bool ignore_stop = false;
  bool complete_first = false;   // the payload follows its completion
  bool lose_completion = false;  // one
  bool fetch_early = false;      // now and then a descriptor before it is written: address 0
};

class Nic {
 public:
  Nic(sim::World& world, Timers& timers, Dma& dma, const Link& link, const NicParams& params,
      sim::Trace& trace);

  void on_interrupt(std::function<void(std::uint32_t queue)> handler) {
    interrupt_ = std::move(handler);
  }

  // From the wire, at its date.
  void miss_frame() { next_queue_ = (next_queue_ + 1) % params_.queues; }  // it came while down
  void frames_arrive(const std::vector<std::pair<Ps, std::uint32_t>>& frames);

  // From the driver.
  void post(std::uint32_t queue, RxBuffer buffer) { queues_[queue].posted.push_back(buffer); }
  void transmit(std::uint32_t queue, TxRequest request);
  void enable_irq(std::uint32_t queue);
  void start();
  void stop();  // no new frames; writes under way still land
  NicFaults& faults() { return faults_; }
  NicQueue& queue(std::uint32_t q) { return queues_[q]; }
  [[nodiscard]] bool running() const { return running_; }
  [[nodiscard]] Ps down_since() const { return running_ ? ps_never : stopped_at_; }
  void on_start(std::function<void()> told) { on_start_ = std::move(told); }

  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  [[nodiscard]] std::uint64_t wire_bytes() const { return engine_.upstream_bytes(); }

 private:
  struct Transfer {  // a frame's payload on its way to memory, or a transmit on its way out
    Ps at;           // it arrives; translated: it lands
    std::uint32_t queue;
    std::uint64_t addr;  // as the device has read it
    RxBuffer buffer;
    std::uint32_t bytes;
    bool transmit = false, of_stack = false;
    bool reclaimed = false;  // the device was stopped before it landed
    bool translated = false;
    IommuAccess access = {};
    [[nodiscard]] RxCompletion completion() const {
      return {buffer.page, buffer.addr, buffer.offset, bytes, of_stack};
    }
  };
  void run();
  void take_frame(std::uint32_t bytes);
  void advance(std::deque<Transfer>& transfers);
  bool waits_for_translation(Transfer& transfer);
  void land(const Transfer& transfer);
  void write_late(const Transfer& transfer);
  void reclaim(std::deque<Transfer>& transfers);
  void completed(std::uint32_t queue);
  void fire(std::uint32_t queue);
  [[nodiscard]] Ps remote_latency(std::uint32_t queue) const {
    return params_.remote_latency.empty() ? 0 : params_.remote_latency[queue];
  }

  sim::World& world_;
  Timers& timers_;
  Dma& dma_;
  DmaEngine engine_;
  NicParams params_;
  sim::Trace& trace_;
  std::function<void(std::uint32_t)> interrupt_;
  sim::Context* context_ = nullptr;
  std::vector<NicQueue> queues_;
  std::deque<std::pair<Ps, std::uint32_t>> arriving_;
  std::deque<Transfer> writes_;  // posted writes do not overtake
  std::deque<Transfer> sends_;
  Ps last_write_at_ = 0;
  bool running_ = false;
  NicFaults faults_;
  Ps stopped_at_ = ps_never;
  std::uint32_t next_queue_ = 0;
  std::function<void()> on_start_;
  std::uint64_t landed_ = 0, received_ = 0, dropped_ = 0;
};

}  // namespace poolrace::models
