// SPDX-License-Identifier: MIT
// The allocator's own benchmark, as `poolrace bench pool` simulates it.
#include "experiments/bench/pool.hpp"

#include "experiments/validate/groups.hpp"

namespace poolrace::experiments {

void add_pool(ValidationRows& rows) {
  GroupOfRows group(rows, "page_pool, a page allocated and put",
                    "bench_page_pool on a Xeon E5-1650 v4, 6.13-rc6");
  for (const PublishedPoolTime& row : published_pool_times())
    group.add("pool/" + row.path + "/" + row.where, row.ns, row.simulated_ns, "ns",
              Basis::mechanism, "e5-1650-v4");
}

}  // namespace poolrace::experiments
