// SPDX-License-Identifier: MIT
#include "models/faults.hpp"

#include <algorithm>
#include <cstring>

#include "models/driver.hpp"
#include "sim/nearest.hpp"

namespace poolrace::models {

namespace {

constexpr Ps us = ps_per_us;

const Fault table[] = {
    {"unbind-first",
     Kind::unmap_after_unbind,
     "the driver is unbound before its interface is down",
     "xarray-fixed",
     "teardown=unbind",
     1,
     "sync-after-unbind",
     {},
     FaultSwitch::unbind_first},
    {"remove-first",
     Kind::sync_after_unbind,
     "the device is removed before its interface is down",
     "baseline",
     "teardown=remove rx_action=drop",
     1,
     "iommu-fault unmap-after-unbind",
     {},
     FaultSwitch::remove_first},
    {"keep-dma-sync",
     Kind::sync_after_unmap,
     "destroy's write that clears dma_sync is lost",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {{"scrub: clear dma_sync", 0}}},
    {"skip-grace-period",
     Kind::sync_after_unmap,
     "destroy does not wait for the puts that are past their check of dma_sync (delayed)",
     "xarray-fixed",
     "teardown=destroy ring=8 load_mpps=0.015 hold_median_us=3000",
     20,
     "",
     {{"scrub: synchronize_net", 0}, {"sync: read dma_addr", 1, 100 * us}}},
    {"unmap-twice",
     Kind::double_unmap,
     "every unmap is issued twice",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {{"dma: unmap, clear the PTE", 2}}},
    {"iova-twice",
     Kind::unmap_foreign,
     "now and then the IOVA allocator hands out an address that is in use",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "sync-after-unmap double-unmap free-while-mapped dma-to-freed-page leak",
     {},
     FaultSwitch::iova_twice},
    {"free-page-twice",
     Kind::page_use_after_free,
     "the pool's last reference to a page is dropped twice",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {{"page allocator: free", 2}}},
    {"skip-unmap",
     Kind::free_while_mapped,
     "no page is ever unmapped",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "leak",
     {{"dma: unmap, clear the PTE", 0}}},
    {"free-pool-early",
     Kind::pool_use_after_free,
     "the pool is freed while pages are still out",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {},
     FaultSwitch::free_pools_early},
    {"put-device-twice",
     Kind::device_use_after_free,
     "the pool's device reference is put twice",
     "baseline",
     "teardown=remove rx_action=drop",
     1,
     "",
     {{"put_device", 2}}},
    {"keep-napi",
     Kind::napi_use_after_free,
     "destroy's write that clears p.napi is lost",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {{"destroy: clear p.napi", 0}}},
    {"keep-xarray-entry",
     Kind::tracker_corruption,
     "a returned page stays in the xarray, because its index was lost",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "free-while-mapped",
     {{"map: store index in pp_magic", 0}}},
    {"refill-in-task",
     Kind::cache_corruption,
     "a work item allocates from the pool while its NAPI does",
     "xarray-fixed",
     "teardown=destroy load_mpps=0.1",
     3,
     "page-use-after-free accounting leak",
     {},
     FaultSwitch::refill_in_task},
    {"skip-sync",
     Kind::payload_corruption,
     "the holder's dirty lines are not cleaned when a page is put",
     "xarray-fixed",
     "teardown=destroy ring=16 load_mpps=0.1 evict_mean_us=1000 hold_median_us=50 "
     "warmup_us=20000",
     3,
     "",
     {{"dma: sync for device, look up", 0}}},
    {"ignore-stop",
     Kind::dma_to_freed_page,
     "the NIC goes on receiving after it was stopped (no IOMMU is in the way)",
     "xarray-fixed",
     "teardown=destroy iommu=none",
     2,
     "",
     {},
     FaultSwitch::ignore_stop},
    {"lose-invalidate",
     Kind::dma_to_freed_page,
     "an IOTLB invalidation completes but the entry stays (strict mode)",
     "xarray-fixed",
     "teardown=resize iommu=strict ring=64",
     4,
     "payload-corruption",
     {},
     FaultSwitch::lose_invalidate},
    {"release-iova-early",
     Kind::dma_to_freed_page,
     "an IOVA is reused before the flush of the IOTLB (lazy mode)",
     "xarray-fixed",
     "teardown=resize iommu=lazy ring=64",
     4,
     "payload-corruption",
     {},
     FaultSwitch::release_iova_early},
    {"lose-dma-addr",
     Kind::iommu_fault,
     "the store of a page's dma_addr is lost",
     "xarray-fixed",
     "teardown=destroy coherent=true",
     1,
     "double-unmap free-while-mapped leak",
     {{"map: store dma_addr", 0}}},
    {"leak-iova",
     Kind::leak,
     "unmap forgets the IOVA",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {},
     FaultSwitch::leak_iova},
    {"leak-pte",
     Kind::leak,
     "unmap says it worked, but the PTE stays",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {},
     FaultSwitch::keep_pte},
    {"leak-page",
     Kind::leak,
     "the last reference of a returned page is never dropped",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "accounting",
     {{"put_page: drop _refcount", 0}}},
    {"leak-pool",
     Kind::leak,
     "the pool's last page is back, but the pool is not freed",
     "xarray-fixed",
     "teardown=destroy horizon_s=5",
     1,
     "",
     {{"kfree", 0}}},
    {"leak-device",
     Kind::leak,
     "the pool's device reference is never put",
     "baseline",
     "teardown=remove rx_action=drop",
     1,
     "",
     {{"put_device", 0, 0, 1}}},
    {"lose-wakeup",
     Kind::teardown_stall,
     "who waits for a grace period is never woken",
     "xarray-fixed",
     "teardown=destroy load_mpps=0.001",
     1,
     "",
     {},
     FaultSwitch::lose_wakeups},
    {"stuck-reader",
     Kind::teardown_stall,
     "one put stays in its RCU section for 30 s",
     "xarray-fixed",
     "teardown=destroy load_mpps=0.005",
     1,
     "",
     {{"put: read dma_sync again, under RCU", 1, 30 * ps_per_s, 1}}},
    {"put-in-hardirq",
     Kind::wrong_context,
     "a hard interrupt puts a page",
     "xarray-fixed",
     "teardown=destroy",
     2,
     "",
     {},
     FaultSwitch::put_in_hardirq},
    {"skip-napi-disable",
     Kind::wrong_context,
     "napi_disable() returns without effect",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {{"napi_disable: take NAPI state", 0}}},
    {"miss-release",
     Kind::accounting,
     "one return of a page is not counted",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {{"raise pages_state_release_cnt", 0, 0, 1}}},
    {"count-release-twice",
     Kind::accounting,
     "one return of a page is counted twice",
     "xarray-fixed",
     "teardown=destroy",
     1,
     "",
     {{"raise pages_state_release_cnt", 2, 0, 1}}},
};

constexpr std::string_view deaf_prefix = "deaf:";

Kind find_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const KindInfo& info : kind_table) {
    if (info.name == name) return info.kind;
    names.emplace_back(info.name);
  }
  throw ConfigError("unknown kind '" + std::string(name) + "' in a fault" +
                    sim::nearest_hint(name, names, deaf_prefix));
}

}  // namespace

std::span<const Fault> fault_table() {
  return table;
}

const Fault& find_fault(std::string_view name) {
  std::vector<std::string> names;
  for (const Fault& fault : table) {
    if (fault.name == name) return fault;
    names.emplace_back(fault.name);
  }
  throw ConfigError("unknown fault '" + std::string(name) + "'" + sim::nearest_hint(name, names));
}

Faults::Faults(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.starts_with(deaf_prefix)) {
      deaf_.push_back(find_kind(std::string_view(name).substr(deaf_prefix.size())));
      continue;
    }
    const Fault& fault = find_fault(name);
    for (const SiteFault& site : fault.sites)
      if (site.site != nullptr) sites_.push_back({site});
    if (fault.flip != FaultSwitch::none) flips_.push_back(fault.flip);
  }
}

bool Faults::on(FaultSwitch flip) const {
  return std::find(flips_.begin(), flips_.end(), flip) != flips_.end();
}

// A limited fault counts its hits where its effect is; a pure delay has none, so counts here.
Ps Faults::delay(sim::Site site) {
  for (Armed& armed : sites_) {
    if (armed.fault.delay == 0 || std::strcmp(armed.fault.site, site.text()) != 0) continue;
    if (armed.fault.hits == 0 || armed.hits++ < armed.fault.hits) return armed.fault.delay;
  }
  return 0;
}

int Faults::effects(sim::Site site) {
  for (Armed& armed : sites_) {
    if (armed.fault.effects == 1 || std::strcmp(armed.fault.site, site.text()) != 0) continue;
    if (armed.fault.hits == 0 || armed.hits++ < armed.fault.hits) return armed.fault.effects;
  }
  return 1;
}

void install(const Faults& faults, Dma& dma, Nic& nic, Rcu& rcu, SimPlatform& platform,
             Driver& driver) {
  IommuFaults& iommu = dma.iommu().faults();
  iommu.lose_invalidate = faults.on(FaultSwitch::lose_invalidate);
  iommu.release_iova_early = faults.on(FaultSwitch::release_iova_early);
  iommu.leak_iova = faults.on(FaultSwitch::leak_iova);
  iommu.keep_pte = faults.on(FaultSwitch::keep_pte);
  if (faults.on(FaultSwitch::iova_twice)) dma.hand_out_twice(100);
  nic.ignore_stop(faults.on(FaultSwitch::ignore_stop));
  rcu.lose_wakeups(faults.on(FaultSwitch::lose_wakeups));
  platform.free_pools_early(faults.on(FaultSwitch::free_pools_early));
  driver.faults() = {faults.on(FaultSwitch::unbind_first), faults.on(FaultSwitch::remove_first),
                     faults.on(FaultSwitch::refill_in_task),
                     faults.on(FaultSwitch::put_in_hardirq)};
}

}  // namespace poolrace::models
