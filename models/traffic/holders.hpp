// SPDX-License-Identifier: MIT
// Who holds pages after the driver handed them up, and in which context each comes back:
//
//   task      an application frees the skb after its copy, preemptible; whoever delivers its data
//             wakes it, which is no interrupt
//   bh-off    the same inside a section with bottom halves off (a socket lock's backlog)
//   softirq   protocol work frees it (an ACK, an IP-fragment timeout): the next NET_RX softirq of
//             its CPU, or, where none comes, the timer wheel at the next jiffy
//   deferred  freed on another CPU than it was allocated for: put on that CPU's list, which is
//             flushed by its next net_rx_action, or by an IPI once half full.  A CPU that receives
//             no more traffic keeps its list: one way pages outlive a driver.
//   redirect  XDP_REDIRECT: the frame stands in another NIC's TX ring, which frees what was sent only
//             when more is sent than fits, in the softirq of the CPU that sends.  When the traffic
//             ends, a ring of frames stays out until that interface goes down.  Left out: the other
//             device's own mapping of the frame.
// A hold can be given instead of drawn, by its order (drawn::holds).
// A CPU's sockets may have room for so many frames; further ones are dropped as they are received.
// The hold times are a modelling choice (hold_time.hpp); which context is drawn by share.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <vector>

#include "models/cpu/cpu.hpp"
#include "models/memory/pages.hpp"
#include "models/traffic/hold_time.hpp"

namespace poolrace::models {

enum class PutContext : std::uint8_t { task, bh_off, softirq, deferred };

struct HolderParams {
  std::uint32_t bh_off_ppm = 0, softirq_ppm = 0, deferred_ppm = 0;  // the rest: task
  std::uint32_t deferred_max = 64;                                  // sysctl skb_defer_max, a CPU
  std::size_t rcvbuf_frames = 0;  // that stand with the sockets of a CPU; 0: without limit
  CpuId first_cpu = 0;            // applications run on first_cpu … cpus-1
  Ps user_work = 0;               // an application's own work for a page, before it frees it
  std::size_t redirect_ring = 0;  // frames in the other NIC's TX ring
  Ps redirect_release = 0;        // it is emptied so long after its last frame; 0: never
};

class Holders {
 public:
  // `put`: gives one page back, in the calling context.  `touch`: the holder's writes to it.
  Holders(Cpus& cpus, Timers& timers, const HolderParams& params, const HoldTime& hold_time,
          const sim::Streams& streams, std::function<void(Page)> put);

  void take(Page page, CpuId allocated_for);           // a fresh hold
  void take_residual(Page page, CpuId allocated_for);  // one met in flight at the start,
  void take_met(Page page, CpuId allocated_for, const HoldTime::Met& met);  // whose age is known
  void redirect(Page page, CpuId cpu);  // in the driver's softirq
  void flush_deferred(CpuId cpu);       // from net_rx_action on that CPU,
  void softirq(CpuId cpu);              // which also has the protocol's part, as has the timer's

  [[nodiscard]] std::uint64_t held() const { return held_; }  // until the put is through
  [[nodiscard]] std::uint64_t pages() const {
    return pages_;
  }  // that these are of, or fragments of
  [[nodiscard]] std::uint64_t holding() const { return holding_; }  // until the hold has ended
  [[nodiscard]] std::uint64_t socket_drops() const { return socket_drops_; }
  // A hold of this order was given, and nothing was held as that one.
  [[nodiscard]] bool idle(std::uint64_t order) const { return given_.contains(order); }
  void on_empty(std::function<void()> call) { on_empty_ = std::move(call); }

 private:
  struct Held {
    Ps due;
    std::uint64_t order;
    Page page;
    PutContext context;
    CpuId home;
    CpuId at;  // whose socket has it, if it is one
    bool operator>(const Held& o) const { return due != o.due ? due > o.due : order > o.order; }
  };
  using DueFirst = std::priority_queue<Held, std::vector<Held>, std::greater<>>;
  struct PerCpu {
    DueFirst waiting;  // holds that end on this CPU
    std::deque<Held> for_task, for_softirq;
    std::deque<Held> deferred;  // put on this CPU's list by others
    Thread* task = nullptr;
    Ps armed_for = ps_never;
    Timers::Id timer = 0;
    bool wheel_armed = false;
    std::size_t in_sockets = 0;
  };

  void hold(Page page, CpuId home, Ps time, const char* law, Ps age = 0);
  void holds(Page page);
  void arm(CpuId cpu);
  void due(CpuId cpu);
  void arm_wheel(CpuId cpu);
  [[nodiscard]] static bool in_socket(const Held& held) {
    return held.context != PutContext::softirq;
  }
  void task_body(CpuId cpu);
  void free_in_task(CpuId cpu, const Held& held);
  void put(const Held& held);
  void empty_ring();

  Cpus& cpus_;
  Timers& timers_;
  HolderParams params_;
  const HoldTime& hold_time_;
  sim::Stream hold_stream_, place_stream_;
  std::map<std::uint64_t, Ps> given_;  // holds to come that are not as drawn, by order
  std::function<void(Page)> put_;
  std::function<void()> on_empty_;
  std::vector<PerCpu> cpu_;
  std::deque<Held> ring_;  // the other NIC's
  bool ring_armed_ = false;
  std::uint64_t held_ = 0, holding_ = 0, pages_ = 0, order_ = 0, socket_drops_ = 0;
  std::vector<std::uint32_t> held_of_;  // by frame
};

}  // namespace poolrace::models
