// SPDX-License-Identifier: MIT
#include "models/faults/table.hpp"

namespace poolrace::models {

std::span<const Fault> fault_table() {
  static const std::vector<Fault> table = [] {
    std::vector<Fault> all;
    for (const auto part : {fault_table_of_pages(), fault_table_of_dma(), fault_table_of_kernel()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return table;
}

}  // namespace poolrace::models
