// SPDX-License-Identifier: MIT
#include "experiments/validate/misses.hpp"

#include <cmath>

namespace poolrace::experiments {

bool is_miss(const ValidationRow& row) {
  const bool tests = row.basis == Basis::mechanism || row.basis == Basis::input;
  return tests && row.simulated && std::abs(row.deviation()) > near_by;
}

const std::vector<Reason>& reasons() {
  static const std::vector<Reason> all = {
      {"dma/bytes/read/65",
       "65 B take there what 128 B take, as if device or root complex moved whole units of 64 B"},
      {"dma/bytes/write/257",
       "two TLPs at the rate that was told are what is simulated; what else it costs is not known"},
      {"dma/64-B reads, IOMMU, window/Broadwell/512K",
       "with the profile's 96 entries three of four reads hit, and the walkers keep up; with 64, "
       "which fit other tests, it is 17.7 (--set iotlb_entries=64)"},
      {"dma/latency of a read/",
       "latency grows by 0.30 ns a byte there, twice what the link takes: data cross something as "
       "slow as the link once more, in the device or the root complex, which is left out"},
      {"smmu/dma_unmap, 1 ", "its CMD_SYNC was traced with 883 ns, the profile was told 555"},
      {"smmu/  its command list, 1 ", "as dma_unmap"},
      {"smmu/dma_unmap, 16 ",
       "an owner's wait for its followers' slow writes of commands is left out: the queue scales "
       "better, and falls over at once instead of little by little"},
      {"smmu/  its command list, 16 ", "as dma_unmap"},
      {"smmu/map+unmap of a CPU", "as dma_unmap of 16 CPUs"},
      {"line/lock+unlock, same CPU",
       "the next locked operation waits there until the unlock's store is in the cache; here a "
       "store to a line of one's own is there at once"},
      {"line/blind exchange, off core",
       "a transfer and then the operation, one after the other; a core begins it on its way"},
      {"line/exchange, off socket",
       "read, then exchange: three crossings there, two here (the home's directory is left out)"},
      {"transfer/",
       "the crossing was told; a round trip also takes the line from who polls it, which the "
       "published half of a round trip may hold already"},
      {"contended/Xeon 8176, 1",
       "an increment is charged what an exchange was published to take, 7.0"},
      {"contended/Xeon 8176, 8", "handing a contended line over is half a transfer, a guess"},
      {"kernel/spin lock+unlock", "as line/lock+unlock"},
      {"rcu/read_lock+unlock, not preemptible",
       "it is no code; what was measured is the loop around it"},
      {"espressobin/what the sync costs",
       "a difference of two rates, one of which is within 7 %, the other of another receive path "
       "(no direct recycling)"},
      {"xdp/redirect",
       "the bulk queue's own work and the sending device's ring are not in it: a redirected frame "
       "is handed over and comes back"},
      {"pool/fast",
       "accesses are charged, and hide behind one another; the other instructions of the path are "
       "not"},
      {"pool/ptr_ring",
       "two locks a page, each a locked operation that waits for all before it; real ones overlap "
       "with what follows a little"},
      {"pool/slow/task", "as ptr_ring"},
  };
  return all;
}

const Reason* reason_of(const ValidationRow& row) {
  for (const Reason& reason : reasons())
    if (row.name.starts_with(reason.rows)) return &reason;
  return nullptr;
}

}  // namespace poolrace::experiments
