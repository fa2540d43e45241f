// SPDX-License-Identifier: MIT
#include "models/faults/faults.hpp"

#include <algorithm>

#include "models/dma/iommu.hpp"
#include "models/nic/driver.hpp"
#include "models/skb.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::models {

namespace {

constexpr std::string_view deaf_prefix = "deaf:";

Kind find_kind(const std::string& fault) {
  const std::string_view name = std::string_view(fault).substr(deaf_prefix.size());
  return sim::find_named(kind_table, "fault '" + fault + "'", "kind", name).kind;
}

bool of_puts(FaultSwitch flip) {
  return flip == FaultSwitch::free_past_pool || flip == FaultSwitch::put_to_wrong_pool ||
         flip == FaultSwitch::write_after_put;
}

// A share of what happens once, of a pair of calls, or of a switch of the hardware makes no sense.
void check_has_share(const Fault& fault) {
  int at_sites = 0;
  bool once = false;
  for (const SiteFault& at : fault.sites) {
    at_sites += at.site != nullptr && at.effects != 1;
    once = once || at.hits != 0;
  }
  if (of_puts(fault.flip) || (at_sites == 1 && !once)) return;
  throw ConfigError("fault_share_ppm: a share of the fault '" + std::string(fault.name) +
                    "' has no meaning; allowed: with it 1000000");
}

}  // namespace

const Fault& find_fault(std::string_view name) {
  return sim::find_named(fault_table(), "", "fault", name);
}

Faults::Faults(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.starts_with(deaf_prefix)) {
      deaf_.push_back(find_kind(name));
      continue;
    }
    const Fault& fault = find_fault(name);
    faults_.push_back(&fault);
    sites_.arm(fault.name, fault.sites);
    if (fault.flip != FaultSwitch::none) flips_.push_back(fault.flip);
  }
}

std::vector<std::string> Faults::idle() const {
  using enum FaultSwitch;
  std::vector<std::string> out;
  for (const Fault* fault : faults_) {
    const bool at_site = fault->sites[0].site != nullptr && sites_.acted(fault->name);
    const bool flipped = fault->flip != none && (!of_puts(fault->flip) || page_came_);
    if (!at_site && !flipped) out.emplace_back(fault->name);
  }
  return out;
}

void Faults::act_on_share(std::uint32_t ppm, sim::Stream draws) {
  if (ppm == 1'000'000) return;
  for (const Fault* fault : faults_) check_has_share(*fault);
  share_ppm_ = ppm;
  share_ = draws;
}

bool Faults::on(FaultSwitch flip) const {
  return std::find(flips_.begin(), flips_.end(), flip) != flips_.end();
}

void install(const Faults& faults, const FaultyParts& parts) {
  const auto on = [&](FaultSwitch flip) { return faults.on(flip); };
  using enum FaultSwitch;
  IommuFaults& iommu = parts.dma.iommu().faults();
  iommu.lose_invalidate = on(lose_invalidate);
  iommu.lose_flush = on(lose_flush);
  iommu.release_iova_early = on(release_iova_early);
  iommu.leak_iova = on(leak_iova);
  iommu.lose_queued = on(lose_queued);
  iommu.keep_pte = on(keep_pte);
  iommu.lose_map = on(lose_map);
  parts.dma.faults() = {on(iova_twice) ? 100U : 0U, on(late_clean)};
  parts.nic.faults() = {on(ignore_stop), on(complete_first), on(lose_completion), on(fetch_early)};
  parts.rcu.lose_wakeups(on(lose_wakeups));
  PlatformFaults& platform = parts.platform.faults();
  platform.free_pools_early = on(free_pools_early);
  platform.short_sync = on(short_sync);
  platform.shifted_sync = on(shifted_sync);
  platform.last_sync_address = on(last_sync_address);
  platform.double_unmap_size = on(double_unmap_size);
  platform.cpu_told = on(wrong_cpu) ? 1 : -1;  // where NAPI runs by default
  parts.driver.faults() = {on(unbind_first),
                           on(remove_first),
                           on(refill_in_task),
                           on(put_in_hardirq),
                           on(post_last_address),
                           on(sync_after_unbind),
                           on(sync_for_cpu_after_unbind),
                           on(map_after_unbind)};
}

void put_of_stack(Faults& faults, const FaultyParts& parts, Page page) {
  faults.page_came();
  if (faults.spares_page())
    return skb_put_page(*parts.driver.pools().front().pool, parts.checker, page);
  if (faults.on(FaultSwitch::free_past_pool)) return parts.platform.put_page_ref(page);
  const auto& pools = parts.driver.pools();
  if (faults.on(FaultSwitch::put_to_wrong_pool)) {
    const bool first = pools.front().pool->peek_owns(page);
    return (first ? pools.back() : pools.front()).pool->put_full_page(page, false);
  }
  for (int n = faults.effects("skb free"); n > 0; --n)
    skb_put_page(*pools.front().pool, parts.checker, page);
  if (faults.on(FaultSwitch::write_after_put))
    parts.dma.cpu_touch(page, 0, line_bytes, true, ps_per_ms, "stack: write the header, too late");
}

}  // namespace poolrace::models
