// SPDX-License-Identifier: MIT
// One function a file, each adds what one source or one part of the machine has published.
#pragma once

#include <cstdint>

#include "experiments/validate/row.hpp"

namespace poolrace::experiments {

void add_links(ValidationRows& rows);
void add_closed_forms(ValidationRows& rows, std::int64_t runs, int jobs);
void add_dma(ValidationRows& rows);
void add_iommu(ValidationRows& rows);
void add_cpus(ValidationRows& rows);
void add_receive(ValidationRows& rows);
void add_traffic(ValidationRows& rows);
void add_pool(ValidationRows& rows);

}  // namespace poolrace::experiments
