// SPDX-License-Identifier: MIT
#include "models/machine_platform.hpp"

#include "models/cpu/show.hpp"

namespace poolrace::models {

MachinePlatform::ConsumerScope::ConsumerScope(MachinePlatform& p, ConsumerOwner& owner)
    : p_(p), owner_(owner), mine_(owner.inside == nullptr) {
  p.parts_.memory.touch(Object::lock, owner.number, sim::Touch::write);
  const sim::Context* me = &p.parts_.cpus.world().self();
  if (!mine_ && owner.inside != me)
    p.parts_.checker.report(Kind::cache_corruption, Harm::corruption, "alloc cache: enter",
                            "consumer " + owner.inside->name());
  if (mine_) owner.inside = me;
}

MachinePlatform::ConsumerScope::~ConsumerScope() {
  p_.parts_.memory.touch(Object::lock, owner_.number, sim::Touch::write);
  if (mine_) owner_.inside = nullptr;
}

void MachinePlatform::tracker_used(Page page, const char* site) {
  if (page) parts_.pages.touch(page.frame());
  if (!page)
    parts_.checker.report(Kind::tracker_corruption, Harm::crash, site, "the item was given back");
  else if (page.stale())
    parts_.checker.report(Kind::tracker_corruption, Harm::crash, site, "page allocator: free",
                          page.frame().id);
}

void MachinePlatform::stalled_pool_shutdown(int inflight, std::int64_t age_s) {
  warn("stalled pool shutdown");
  if (stall_warnings_.count++ == 0) stall_warnings_.first_age_s = age_s;
  stall_warnings_.last_inflight = inflight;
  stall_warnings_.last_age_s = age_s;
}

void MachinePlatform::assert_not_hardirq(const char* site) {
  if (parts_.cpus.in_hardirq())
    parts_.checker.report(Kind::wrong_context, Harm::none, site, "hard interrupt");
}

// What is freed already is reported and left as it is.
void MachinePlatform::free_once(Region& region) {
  if (!region.alive())
    return parts_.checker.report(Kind::pool_use_after_free, Harm::corruption,
                                 "page_pool_destroy: kfree", "freed before");
  parts_.memory.kfree(region);
  if (region.kind() != Region::pool) return;
  ++freed_pools_;
  show(parts_.cpus, {Event::gone, 0, 0, "pool"});
  parts_.memory.touch(Object::pool_end, 0, sim::Touch::signal);
}

}  // namespace poolrace::models
