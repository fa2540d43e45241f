// SPDX-License-Identifier: MIT
// A NAPI network driver over the pool: bring-up, receive and transmit, and the end of its life in
// the order of the kernel (each phase its own event and its own validity bit), in two kinds:
//
//   ndo_stop: NAPI disabled, RX stopped | posted buffers freed, pool destroyed | NAPI deleted
//   (a grace period, then its memory) | unregister (a grace period) | driver unbound | device
//   removed, group gone | last put
//   hns3: NAPI disabled, RX stopped | unregister | without RTNL: NAPI deleted, ring by ring | posted
//   buffers freed, pool destroyed | driver unbound …: no grace period follows the pool's walk.
//   An interface that only goes down and up keeps its pools, which have no p.napi.
//
// Where the `stall` RFC makes unregister wait for pools, it waits behind destroy in both kinds (our
// choice for hns3, where the RFC is reported to have cured the simple case).
// Two contract breaks can be asked for: RX not stopped, NAPI not quiesced.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/choices.hpp"
#include "models/nic/nic.hpp"
#include "models/platform.hpp"
#include "models/traffic/holders.hpp"
#include "models/variants.hpp"

namespace poolrace::models {

// One destroy of all queues' pools: the last, or that of an earlier down-and-up cycle.
struct DestroyTimes {
  Ps rx_up = ps_never;  // how long RX had been on; ps_never: since ever, the stationary state
  Ps rx_stopped = ps_never;
  Ps destroyed = ps_never;  // page_pool_destroy() had returned for all of them
  Ps looked = ps_never;     // it had looked what is in flight: the wait for a grace period began
  Ps waited = ps_never;     // and that wait ended: what unmaps begins
  bool freed = false;       // nothing was, so that the pools were freed at once
};

struct TeardownTimes {
  Ps began = ps_never, destroyed = ps_never, ended = ps_never;  // stop … destroy done … all done
  Ps idle = 0;  // in between: down, but not to be removed yet
  Ps unbound = ps_never;
  std::uint64_t in_flight_at_unbind = 0;  // of the pools that go: each will be unmapped too late
  bool waited = false;  // unregister did, for the pools' pages: none is late any more
  std::vector<DestroyTimes> destroys;
  Ps grace = 0;  // of all that, in grace periods
};

struct DriverParams {
  std::uint32_t queues = 1, ring = 512;
  CpuId napi_cpu = 0;  // of the first queue; the others follow
  int napi_weight = 64, netdev_budget = 300;
  std::uint32_t rx_buffer_bytes = page_bytes;  // two or more in a page: fragments
  bool put_syncs_page = false;                 // whatever the frame's length
  bool polls_on = false;      // while its ring is not full: mappings fail now and then
  bool netdev_hooked = true;  // the pools are to be seen on a netdev
  RxAction rx_action = RxAction::stack;
  std::uint32_t header_lines_written = 1;  // by the stack, of a frame
  std::uint32_t stack_tx_ppm = 0;          // frames it sends for a million received,
  std::uint32_t stack_tx_bytes = 64;       // each mapped and unmapped
  Ps driver_per_packet = 0, stack_per_packet = 0;
  Ps local_access = 0;  // a register of the driver's own
  Ps evict_mean = 0;    // how long a line that it touches stays in the cache
  // The end of its life.
  Teardown teardown = Teardown::none;
  std::uint32_t cycles = 0;  // down and up again, before the last end
  Ps cycle_time = 0, removal_delay = 0;
  DriverOrder order = DriverOrder::ndo_stop;
  bool stalls_unregister = false;  // the pools' variant does, if they are hooked to the netdev
  bool rtnl_held = true, napi_quiesced = true, napi_reused = false, rx_stopped = true;
  bool ops_cleared_on_unbind = false;
};

class Driver {
 public:
  struct Parts {
    Cpus& cpus;
    Memory& memory;
    Rcu& rcu;
    Dma& dma;
    Nic& nic;
    Pages& pages;
    Checker& checker;
    Holders& holders;
    SimPlatform& platform;
    Device& device;
  };
  using MakePool = std::function<std::unique_ptr<SimPool>(Napi& napi)>;

  Driver(const Parts& parts, const DriverParams& params, MakePool make_pool);

  void bring_up(std::uint64_t in_flight);  // on a CPU: pools, pages already with holders, rings
  using Hold = std::function<void(Page page, CpuId cpu)>;
  void begin(const Hold& hold);  // those pages' holds begin now
  // On a CPU: as the scenario says.  `phase` draws a part of a tick, to begin at any time of it.
  void tear_down(const std::function<Ps()>& phase);
  void net_rx(CpuId cpu);  // the NET_RX softirq's share of the driver

  // Seeded faults, switched on before the run; a healthy driver has none.
  struct Faults {
    bool unbind_first = false, remove_first = false;  // before the interface is down
    bool refill_in_task = false;                      // allocates outside of NAPI while NAPI runs
    bool put_in_hardirq = false;                      // once
    bool post_last_address = false;                   // now and then, that of the buffer before
    // A work item that was not cancelled:
    bool sync_after_unbind = false, sync_for_cpu_after_unbind = false, map_after_unbind = false;
  };
  Faults& faults() { return faults_; }

  // Since when the interface has been going down; ps_never while it is not.
  [[nodiscard]] Ps down_since() const { return down_since_; }
  [[nodiscard]] const TeardownTimes& times() const { return times_; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  struct Pool {
    std::unique_ptr<SimPool> pool;
    std::uint32_t id;
    bool destroyed = false;
  };
  [[nodiscard]] const std::vector<Pool>& pools() const { return pools_; }

 private:
  struct Queue {
    std::unique_ptr<Napi> napi;
    std::size_t pool = 0;  // index of the pool in use
    CpuId cpu = 0;
    bool scheduled = false;
    bool disabling = false;  // napi_disable() waits for the poll to end
    bool irq_requested = false;
    std::uint32_t unposted = 0;
  };
  void open_queue(std::uint32_t q);
  void refill(std::uint32_t q, std::uint32_t count);
  void interrupt(std::uint32_t q);
  int poll(std::uint32_t q, int budget);
  void receive(std::uint32_t q, const RxCompletion& completion);
  void put(std::uint32_t q, Page page, std::uint32_t bytes);  // from the poll
  void transmit_skb(std::uint32_t q);
  void free_sent(const TxRequest& sent);
  void cycle_interface();
  void take_down();
  void unregister();
  void wait_for_pools();
  void stop_interface();
  void resume_interface();
  void free_ring(std::uint32_t q);
  void free_rings_and_destroy();
  void delete_napi();
  void refill_in_task();
  void put_in_hardirq(std::uint32_t q);
  void late_work();
  void unbind();
  void remove();
  SimPool& pool_of(std::uint32_t q) { return *pools_[queues_[q].pool].pool; }

  Parts parts_;
  DriverParams params_;
  MakePool make_pool_;
  struct Staged {
    Page page;
    CpuId cpu;
  };
  std::vector<Staged> staged_;
  std::vector<Queue> queues_;
  std::vector<Pool> pools_;
  std::vector<std::unique_ptr<Napi>> old_napis_;
  TeardownTimes times_;
  Page newest_;  // that the stack has been given
  std::uint64_t tx_due_ppm_ = 0, packets_ = 0, posted_ = 0, last_posted_ = 0;
  Ps rx_up_since_ = ps_never;
  Ps down_since_ = ps_never;
  Faults faults_;
};

}  // namespace poolrace::models
