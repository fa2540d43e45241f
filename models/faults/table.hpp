// SPDX-License-Identifier: MIT
// The table of seeded faults of world `timed`, in parts.
#pragma once

#include "models/faults/faults.hpp"

namespace poolrace::models {

std::span<const Fault> fault_table_of_dma();
std::span<const Fault> fault_table_of_pages();
std::span<const Fault> fault_table_of_kernel();

}  // namespace poolrace::models
