// SPDX-License-Identifier: MIT
#include "models/memory/words.hpp"

#include <algorithm>

namespace poolrace::models {

Region::Region(Memory& memory, Kind kind) : kind_(kind), id_(++memory.regions_) {}

namespace {

// Of the smallest group around `to` whose CPUs, `first` up to `end`, are as wanted.
template <class Wanted>
Ps within_group(const std::array<Distance, 4>& distances, CpuId to, Wanted wanted) {
  for (const Distance& within : distances) {
    const CpuId first = to / within.cpus * within.cpus;
    const CpuId end = first + std::min(within.cpus, cpus_max - first);
    if (wanted(first, end)) return within.transfer;
  }
  return distances.back().transfer;
}

// Until the farthest of those that have a copy has let go of it.
Ps farthest(const std::array<Distance, 4>& distances, const CpuSet& from, CpuId to) {
  return within_group(distances, to, [&from](CpuId first, CpuId end) {
    return !from.any_within(0, first) && !from.any_within(end, cpus_max);
  });
}

}  // namespace

// From the nearest that has a copy.
Ps Memory::transfer(const CpuSet& from, CpuId to) const {
  return within_group(costs_.distances, to,
                      [&from](CpuId first, CpuId end) { return from.any_within(first, end); });
}

// The line is elsewhere.  A transfer is a request on its way to who has the line, and the data on
// their way back.  Requests travel while the line is still in use by those before; from then on it
// is handed over from one to the next, which costs the data leg and the operation alone: that queue
// is what makes a contended counter cost hundreds of ns.
Ps Memory::fetch(Line& line, Access access, std::int16_t cpu, Ps operation) {
  const auto me = static_cast<CpuId>(cpu);
  const bool had = line.sharers_.has(me);
  CpuSet others = line.sharers_;
  others.remove(me);
  Ps duration = costs_.miss;
  if (!others.empty())
    duration =
        access == Access::read ? transfer(others, me) : farthest(costs_.distances, others, me);
  else if (had)
    duration = costs_.local;  // held shared, by us alone: upgraded silently
  if (access == Access::read) {
    line.owner_ = -1;
    line.sharers_.add(me);
  } else {
    line.owner_ = cpu;
    line.sharers_.only(me);
  }
  const Ps data = duration * costs_.handover_percent / 100;
  const Ps asked = cpus_.world().now() + duration - data;
  line.busy_until_ = std::max(asked, line.busy_until_) + data + operation;
  return line.busy_until_ - cpus_.world().now();
}

Ps Memory::out_of_order(IssueWindow& window, Ps latency, Access access, Ready& ready) {
  const Ps now = cpus_.world().now(), slot = costs_.local;
  switch (access) {
    case Access::read:
      return window.load(now, slot, latency, ready);
    case Access::write:
      return window.store(now, slot, latency, ready);
    case Access::rmw:
      return window.locked(now, slot, latency, ready);
    case Access::this_cpu:
      return window.update(now, slot, latency + cpus_.params().issue.load_latency, ready);
  }
  return latency;
}

void Memory::touch_word(sim::Site site, const Line& line, std::uint32_t word, Access access) {
  observer_->name_step(site.text(), 0);
  touch(Object::word, word, access == Access::read ? sim::Touch::read : sim::Touch::write);
  if (line.region_ != nullptr) touch(Object::region, line.region_->id_, sim::Touch::read);
}

namespace {
constexpr sim::Site freed_by[] = {"page_pool_destroy: kfree", "last put_device", "netif_napi_del",
                                  "tracker: kfree", "kfree"};  // by Region::Kind
}

// A store that was executed before may still be on its way, and then lands in what is somebody
// else's.
void Memory::kfree(Region& region) {
  touch(Object::region, region.id_, sim::Touch::write);
  region.alive_ = false;
  if (WeakWords* weak = this->weak())
    if (const auto late = weak->late_store(region.id_, freed_by[region.kind_]))
      listener_->use_after_free(region, *late);
}

void Memory::stall(sim::Site site) {
  if (const Ps delay = listener_->stall_at(site)) cpus_.compute(delay);
}

}  // namespace poolrace::models
