// SPDX-License-Identifier: MIT
#include "pool/native/context.hpp"

#include <urcu/urcu-memb.h>

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace poolrace::pool::native {

namespace {
// liburcu is not instrumented: ThreadSanitizer is told that a read section ends before the grace
// period that waited for it does.
[[maybe_unused]] char grace_period_tag;

void note_section_end() {
#ifdef __SANITIZE_THREAD__
  __tsan_release(&grace_period_tag);
#endif
}
void note_grace_period() {
#ifdef __SANITIZE_THREAD__
  __tsan_acquire(&grace_period_tag);
#endif
}
}  // namespace

ThreadScope::ThreadScope(int cpu) {
  context = Context{.cpu = cpu};
  urcu_memb_register_thread();
}
ThreadScope::~ThreadScope() {
  urcu_memb_unregister_thread();
}

void rcu_read_lock() {
  urcu_memb_read_lock();
  ++context.readers;
}
void rcu_read_unlock() {
  note_section_end();
  --context.readers;
  urcu_memb_read_unlock();
}
void synchronize_rcu() {
  urcu_memb_synchronize_rcu();
  note_grace_period();
}

void local_bh_disable() {
  if (++context.bh_off == 1) rcu_read_lock();
}
void local_bh_enable() {
  if (--context.bh_off == 0) rcu_read_unlock();
}

SoftirqScope::SoftirqScope() {
  rcu_read_lock();
  context.softirq = true;
}
SoftirqScope::~SoftirqScope() {
  context.softirq = false;
  rcu_read_unlock();
}

}  // namespace poolrace::pool::native
