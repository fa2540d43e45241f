// SPDX-License-Identifier: MIT
#include "models/linux/watchdog.hpp"

#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>

namespace poolrace::models::linux_tree {

namespace {

const pool::linux_tree::Object* watched = nullptr;
int suspicious = 0;
unsigned long steps_then = 0;

const char* counter_of(const void* context) {
#if defined(__x86_64__)
  const auto* at = static_cast<const ucontext_t*>(context);
  return reinterpret_cast<const char*>(at->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  const auto* at = static_cast<const ucontext_t*>(context);
  return reinterpret_cast<const char*>(at->uc_mcontext.pc);
#else
  (void)context;
  return nullptr;
#endif
}

void say(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

// A tick of CPU time.
void tick(int, siginfo_t*, void* context) {
  bool inside = Watchdog::in_private != 0;
  for (const auto& range : watched->ranges()) inside = inside || range.has(counter_of(context));
  if (!inside || Watchdog::steps != steps_then) suspicious = 0;
  steps_then = Watchdog::steps;
  if (!inside || ++suspicious < Watchdog::seconds) return;
  for (const char* part : {"poolrace: the tree's code has run for seconds without touching shared "
                           "memory: a loop without an end, behind \"",
                           static_cast<const char*>(Watchdog::last_site), "\"\n"})
    say(part);
  ::_exit(Watchdog::exit_status);
}

}  // namespace

void Watchdog::start(const pool::linux_tree::Object& object) {
  static pid_t started_in = 0;
  watched = &object;
  suspicious = 0;
  if (started_in == ::getpid()) return;
  started_in = ::getpid();
  struct sigaction action = {};
  action.sa_sigaction = tick;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  ::sigaction(SIGVTALRM, &action, nullptr);
  const itimerval every{{1, 0}, {1, 0}};
  ::setitimer(ITIMER_VIRTUAL, &every, nullptr);
}

}  // namespace poolrace::models::linux_tree
