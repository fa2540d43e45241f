// SPDX-License-Identifier: MIT
// Stacks for fibers, reused within a run and across the runs of a process: making one costs a
// hundred times what taking a used one does.  They are cut from slabs of address space that is not
// reserved, so only touched pages cost memory.  The first thousands have a guard page below; beyond
// them the kernel's limit on mappings (65530, and a guard costs two) would be met first.
#pragma once

#include <cstddef>
#include <vector>

namespace poolrace::sim {

struct Stack {
  char* bottom = nullptr;
  std::size_t size = 0;  // up to the coloured top
  std::size_t index = 0;
};

class Stacks {
 public:
  static Stacks& of_process();

  Stack take();
  void give_back(const Stack& stack);
  std::size_t made() const { return made_; }

 private:
  void make_slab();

  std::vector<Stack> free_;
  std::size_t made_ = 0;
};

}  // namespace poolrace::sim
