// SPDX-License-Identifier: MIT
// A fiber's stack, and what the sanitizers want to hear before and after a jump between two.  The
// jump itself is raw fcontext: it saves the callee-saved registers and swaps stack pointers,
// nothing else.  Private to sim/; the only header that includes Boost.Context.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <utility>

#include "sim/worlds/sanitizers.hpp"
#include "sim/worlds/stacks.hpp"

namespace poolrace::sim {

using boost::context::detail::transfer_t;

struct Fiber {
  Stack stack;  // none of its own for the actor that drives the fibers
#ifdef POOLRACE_ASAN
  void* fake_stack = nullptr;
#endif
#ifdef POOLRACE_TSAN
  void* tsan = nullptr;
  bool over = false;
#endif

  // Returns where to jump to begin.
  void* begin(void (*entry)(transfer_t)) {
    stack = Stacks::of_process().take();
#ifdef POOLRACE_TSAN
    tsan = __tsan_create_fiber(0);
#endif
    return boost::context::detail::make_fcontext(stack.bottom + stack.size, stack.size, entry);
  }
};

// After every jump, on the stack arrived at: `from` is the fiber left behind.
inline void arrived([[maybe_unused]] Fiber& from, [[maybe_unused]] Fiber& here) {
#ifdef POOLRACE_ASAN
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(here.fake_stack, &bottom, &size);
  if (from.stack.bottom == nullptr) {  // the driving actor: its stack is the sanitizer's to know
    from.stack.bottom = static_cast<char*>(const_cast<void*>(bottom));
    from.stack.size = size;
  }
#endif
#ifdef POOLRACE_TSAN
  if (from.over) __tsan_destroy_fiber(std::exchange(from.tsan, nullptr));
#endif
}

// Before every jump.  `last`: `from` is never come back to.
inline void departing([[maybe_unused]] Fiber& from, [[maybe_unused]] Fiber& to,
                      [[maybe_unused]] bool last = false) {
#ifdef POOLRACE_ASAN
  __sanitizer_start_switch_fiber(last ? nullptr : &from.fake_stack, to.stack.bottom, to.stack.size);
#endif
#ifdef POOLRACE_TSAN
  from.over = last;
  if (from.tsan == nullptr) from.tsan = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(to.tsan, 0);
#endif
}

// jump_fcontext(), entered by a jump instead of a call.  It leaves by a jump, too, so that a call
// would put the processor's return predictor one entry out of step, and the return from whoever
// switches would be mispredicted, each time: a quarter of the cost of an event.
[[gnu::always_inline]] inline transfer_t jump_without_call(void* to, void* argument) {
#if defined(__x86_64__) && !defined(__AVX512F__) && !defined(POOLRACE_ASAN) && \
    !defined(POOLRACE_TSAN)
  transfer_t transfer;
  asm volatile(
      "leaq -128(%%rsp), %%rsp\n\t"  // past the red zone
      "leaq 1f(%%rip), %%rax\n\t"
      "pushq %%rax\n\t"
      "jmp jump_fcontext@PLT\n"
      "1:\n\t"
      "leaq 128(%%rsp), %%rsp"
      : "=a"(transfer.fctx), "=d"(transfer.data), "+D"(to), "+S"(argument)
      :
      : "rcx", "r8", "r9", "r10", "r11", "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
        "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
        "xmm15");
  return transfer;
#else
  return boost::context::detail::jump_fcontext(to, argument);
#endif
}

}  // namespace poolrace::sim
