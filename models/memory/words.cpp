// SPDX-License-Identifier: MIT
#include "models/memory/words.hpp"

#include <algorithm>
#include <bit>

namespace poolrace::models {

Region::Region(Memory& memory, Kind kind) : kind_(kind), id_(++memory.regions_) {}

// The line is elsewhere.  Transfers of one line are served one after the other: that queue is what
// makes a contended counter cost hundreds of ns.
Ps Memory::fetch(Line& line, Access access, std::int16_t cpu) {
  const std::uint64_t me = std::uint64_t{1} << cpu;
  Ps duration = costs_.miss;
  const std::uint64_t others = line.sharers_ & ~me;
  if (others != 0) {
    const auto from = line.owner_ >= 0 ? static_cast<std::uint32_t>(line.owner_)
                                       : static_cast<std::uint32_t>(std::countr_zero(others));
    const bool same_socket =
        from / costs_.cores_per_socket == static_cast<std::uint32_t>(cpu) / costs_.cores_per_socket;
    duration = same_socket ? costs_.transfer : costs_.transfer_cross;
  } else if ((line.sharers_ & me) != 0) {
    duration = costs_.local;  // held shared, by us alone: upgraded silently
  }
  if (access == Access::read) {
    line.owner_ = -1;
    line.sharers_ |= me;
  } else {
    line.owner_ = cpu;
    line.sharers_ = me;
  }
  const Ps now = cpus_.world().now();
  const Ps start = std::max(now, line.busy_until_);
  line.busy_until_ = start + duration;
  return line.busy_until_ - now;
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

void Memory::stall(sim::Site site) {
  if (const Ps delay = listener_->stall_at(site)) cpus_.compute(delay);
}

}  // namespace poolrace::models
