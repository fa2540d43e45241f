// SPDX-License-Identifier: MIT
#include "models/linux/fault.hpp"

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <vector>

namespace poolrace::models::linux_tree {

namespace {

const pool::linux_tree::Object* watched = nullptr;
Fault last;

struct Known {
  int signal;
  const char* what;
  struct sigaction before {};
};
std::array<Known, 5> known{{{SIGSEGV, "a wild pointer"},
                            {SIGBUS, "a wild pointer"},
                            {SIGILL, "an instruction that traps"},
                            {SIGTRAP, "an instruction that traps"},
                            {SIGFPE, "a division by zero"}}};

// A call into the object that has not returned.  Contexts have stacks of their own: the innermost
// one of a stack is the nearest above its pointer.
struct Entered {
  jmp_buf back;
  Entered() { all().push_back(this); }
  ~Entered() { std::erase(all(), this); }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

  static std::vector<Entered*>& all() {
    static std::vector<Entered*> them;
    return them;
  }
  static Entered* of(const char* stack) {
    Entered* nearest = nullptr;
    for (Entered* it : all())
      if (reinterpret_cast<const char*>(it) > stack && (nearest == nullptr || it < nearest))
        nearest = it;
    return nearest;
  }
};

struct Registers {
  const char *counter = nullptr, *stack = nullptr, *returns_to = nullptr;
};

Registers registers_of(const void* context) {
  const auto at = [](std::uint64_t value) { return reinterpret_cast<const char*>(value); };
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  Registers out{at(static_cast<std::uint64_t>(machine.gregs[REG_RIP])),
                at(static_cast<std::uint64_t>(machine.gregs[REG_RSP])), nullptr};
  return out;
#elif defined(__aarch64__)
  return {at(machine.pc), at(machine.sp), at(machine.regs[30])};
#else
  (void)at;
  (void)machine;
  return {};
#endif
}

bool in_code(const char* at) {
  for (const auto& range : watched->ranges())
    if (!range.writable && range.has(at)) return true;
  return false;
}

void hand_on(const Known& it, const siginfo_t* info) {
  ::sigaction(it.signal, &it.before, nullptr);
  // Behind the handler the instruction is run again, and faults again; but for these.
  if (it.signal == SIGTRAP || info->si_code <= 0) ::raise(it.signal);
}

void on_fault(int signal, siginfo_t* info, void* context) {
  const Known& it = *std::find_if(known.begin(), known.end(),
                                  [signal](const Known& k) { return k.signal == signal; });
  Registers now = registers_of(context);
  Entered* entered = Entered::of(now.stack);
  if (entered == nullptr || watched == nullptr) return hand_on(it, info);
  last = {it.what, now.counter, false};
  if (!in_code(now.counter)) {
    if (info->si_addr != now.counter) return hand_on(it, info);
#if defined(__x86_64__)
    now.returns_to = *reinterpret_cast<const char* const*>(now.stack);  // as the call has left it
#endif
    if (!in_code(now.returns_to)) return hand_on(it, info);
    last = {"a jump to nowhere", now.returns_to, true};
  }
  ::longjmp(entered->back, 1);
}

void use_another_stack() {
  static thread_local bool done = false;
  if (done) return;
  done = true;
  stack_t there{};
  if (::sigaltstack(nullptr, &there) == 0 && (there.ss_flags & SS_DISABLE) == 0) return;
  static thread_local std::array<char, 64 << 10> stack;
  there = {};
  there.ss_sp = stack.data();
  there.ss_size = stack.size();
  ::sigaltstack(&there, nullptr);
}

}  // namespace

void watch_faults(const pool::linux_tree::Object& object) {
  watched = &object;
  use_another_stack();
  for (Known& it : known) {
    struct sigaction action = {}, there = {};
    ::sigaction(it.signal, nullptr, &there);
    if ((there.sa_flags & SA_SIGINFO) != 0 && there.sa_sigaction == on_fault) continue;
    it.before = there;
    action.sa_sigaction = on_fault;
    // Left by longjmp(), which puts no mask back: there must be none to put back.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    ::sigaction(it.signal, &action, nullptr);
  }
}

[[gnu::noinline]] Fault fault_of(void (*call)(void*), void* with) {
  Entered entered;
  if (_setjmp(entered.back) != 0) return last;
  call(with);
  return {};
}

std::size_t stack_used() {
  const char* here = static_cast<const char*>(__builtin_frame_address(0));
  const Entered* entered = Entered::of(here);
  return entered == nullptr
             ? 0
             : static_cast<std::size_t>(reinterpret_cast<const char*>(entered) - here);
}

}  // namespace poolrace::models::linux_tree
