// SPDX-License-Identifier: MIT
// The stride is an odd number of pages and the tops are staggered by cache lines: otherwise the
// live ends of all stacks fall into the same few sets of the caches and of the TLB, which more than
// doubles the cost of a switch among 64 contexts.
#include "sim/worlds/stacks.hpp"

#include <sys/mman.h>

#include <new>

#include "sim/worlds/sanitizers.hpp"

namespace poolrace::sim {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t stack_pages = sanitized ? 256 : 64;
constexpr std::size_t stride = (stack_pages + 1) * page;
constexpr std::size_t stacks_a_slab = 64;
constexpr std::size_t guarded_stacks = 8192;

std::size_t colour(std::size_t index) {
  return index * 5 % 32 * 64;
}

}  // namespace

Stacks& Stacks::of_process() {
  static Stacks stacks;
  return stacks;
}

Stack Stacks::take() {
  if (free_.empty()) make_slab();
  const Stack stack = free_.back();
  free_.pop_back();
  unpoison(stack.bottom, stack.size);
  return stack;
}

void Stacks::give_back(const Stack& stack) {
  free_.push_back(stack);
}

void Stacks::make_slab() {
  void* slab = mmap(nullptr, stride * stacks_a_slab, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (slab == MAP_FAILED) throw std::bad_alloc();
  for (std::size_t i = stacks_a_slab; i-- > 0;) {  // so that the lowest is taken first
    char* guard = static_cast<char*>(slab) + i * stride;
    const std::size_t index = made_ + i;
    if (index < guarded_stacks && mprotect(guard, page, PROT_NONE) != 0) throw std::bad_alloc();
    free_.push_back({guard + page, stack_pages * page - colour(index), index});
  }
  made_ += stacks_a_slab;
}

}  // namespace poolrace::sim
