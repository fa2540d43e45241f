// SPDX-License-Identifier: MIT
// Who a thread is: its CPU number, whether it is a softirq, how often it has put bottom halves off.
// And RCU, which is liburcu's.  Softirqs and sections with bottom halves off are readers too, as
// they are in kernels since v5.0.  A thread stands for a CPU of its own: nothing interrupts it.
#pragma once

namespace poolrace::pool::native {

struct Context {
  int cpu = 0;
  bool softirq = false;
  int bh_off = 0;
  int readers = 0;  // read sections entered, implicit ones too
};

// Defined inline so that in_softirq() stays a load.
inline thread_local Context context;

// Each thread that touches a pool lives inside one.
class ThreadScope {
 public:
  explicit ThreadScope(int cpu);
  ~ThreadScope();
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;
};

void rcu_read_lock();
void rcu_read_unlock();
void synchronize_rcu();  // the caller is not a reader
void local_bh_disable();
void local_bh_enable();

class BhOffScope {
 public:
  BhOffScope() { local_bh_disable(); }
  ~BhOffScope() { local_bh_enable(); }
  BhOffScope(const BhOffScope&) = delete;
  BhOffScope& operator=(const BhOffScope&) = delete;
};

// The thread runs as a softirq meanwhile.
class SoftirqScope {
 public:
  SoftirqScope();
  ~SoftirqScope();
  SoftirqScope(const SoftirqScope&) = delete;
  SoftirqScope& operator=(const SoftirqScope&) = delete;
};

}  // namespace poolrace::pool::native
