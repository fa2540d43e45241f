// SPDX-License-Identifier: MIT
#include "experiments/validate/validate.hpp"

#include "experiments/validate/groups.hpp"
#include "experiments/validate/misses.hpp"

namespace poolrace::experiments {

void validate(std::int64_t runs, int jobs, ValidationRows& rows) {
  add_links(rows);
  add_closed_forms(rows, runs, jobs);
  add_dma(rows);
  add_iommu(rows);
  add_cpus(rows);
  add_receive(rows);
  add_traffic(rows);
  add_pool(rows);
}

Nearness nearness(const ValidationRows& rows) {
  Nearness out;
  for (const ValidationRow& row : rows) {
    if (row.basis != Basis::mechanism) continue;
    if (!row.simulated) {
      ++out.missing;
      continue;
    }
    const double ratio = 1 + row.deviation();
    ++out.rows;
    out.within_15_percent += !is_miss(row);
    out.within_twice += ratio >= 0.5 && ratio <= 2;
  }
  return out;
}

}  // namespace poolrace::experiments
