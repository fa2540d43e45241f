// SPDX-License-Identifier: MIT
#include "models/checker/end_check.hpp"

#include <algorithm>

namespace poolrace::models {

namespace {

constexpr const char* site = "at the end";

void check_pool(Checker& checker, const AtEnd& end, const AtEnd::Pool& pool) {
  const auto out = static_cast<std::int64_t>(checker.pages_out(pool.id));
  if (pool.inflight < 0)
    checker.report(Kind::accounting, Harm::none, site, "a negative number in flight");
  else if (pool.inflight != out)
    checker.report(Kind::accounting, Harm::none, site, "in flight is not what is out");
  if (!pool.destroyed) return;
  if (pool.freed && out > 0)
    checker.report(Kind::leak, Harm::leak, site, "a page of a pool that is gone");
  if (pool.freed || end.held > 0 || !end.retried) return;
  checker.report(Kind::leak, Harm::leak, site,
                 out == 0 ? "a pool whose pages are all back" : "a page that nobody holds");
}

}  // namespace

void check_end(Checker& checker, const AtEnd& end) {
  for (const AtEnd::Pool& pool : end.pools) check_pool(checker, end, pool);
  if (end.orphans > 0)
    checker.report(Kind::leak, Harm::leak, site, "mappings of pages that were freed");
  if (end.domain && end.iovas > checker.live_mappings())
    checker.report(Kind::leak, Harm::leak, site, "IOVAs without a mapping");
  if (end.domain && end.ptes > checker.live_mappings())
    checker.report(Kind::leak, Harm::leak, site, "PTEs without a mapping");
  if (end.bounce_slots > checker.live_mappings())
    checker.report(Kind::leak, Harm::leak, site, "bounce slots without a mapping");
  const bool all_freed = std::all_of(end.pools.begin(), end.pools.end(),
                                     [](const auto& pool) { return pool.destroyed && pool.freed; });
  if (all_freed && end.device_refs > end.device_refs_owned)
    checker.report(Kind::leak, Harm::leak, site, "a device reference that nobody will put");
}

}  // namespace poolrace::models
