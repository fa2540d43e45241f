// SPDX-License-Identifier: MIT
#include "pool/native/readers.hpp"

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>

#include "pool/native/context.hpp"

namespace poolrace::pool::native {

namespace {

void barrier_of_all() {
  static const bool able =
      ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  ::syscall(SYS_membarrier, able ? MEMBARRIER_CMD_PRIVATE_EXPEDITED : MEMBARRIER_CMD_GLOBAL, 0, 0);
}

// Both counters at one time: a section may begin under one and go on under the other.
bool inside(pr_context& of) {
  return std::atomic_ref(of.inside.any).load(std::memory_order_acquire) != 0;
}

void set_inside(pr_context& me, int rcu_nesting, unsigned preempt_count) {
  std::atomic_ref(me.inside.rcu_nesting).store(rcu_nesting, std::memory_order_release);
  std::atomic_ref(me.inside.preempt_count).store(preempt_count, std::memory_order_release);
}

}  // namespace

// A thread's part in one object, until the thread ends.
struct Registration {
  explicit Registration(Readers& of) : readers(&of), context(of.object_.context()) {
    const std::lock_guard guard(of.mutex_);
    of.known_.push_back(context);
  }
  ~Registration() {
    const std::lock_guard guard(readers->mutex_);
    std::erase(readers->known_, context);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  Readers* readers;
  pr_context* context;
};

Readers& Readers::of(pr_native& object) {
  static std::mutex mutex;
  static auto& all = *new std::map<pr_native*, Readers>;  // threads may end after main
  const std::lock_guard guard(mutex);
  return all.try_emplace(&object, object).first->second;
}

pr_context& Readers::mine() {
  thread_local std::vector<std::unique_ptr<Registration>> mine;
  for (const auto& one : mine)
    if (one->readers == this) return *one->context;
  return *mine.emplace_back(std::make_unique<Registration>(*this))->context;
}

void Readers::wait_for_others() {
  pr_context& me = mine();
  const std::lock_guard guard(mutex_);
  for (pr_context* one : known_) std::atomic_ref(one->asked).store(1, std::memory_order_relaxed);
  barrier_of_all();
  for (pr_context* one : known_)
    while (one != &me && inside(*one) &&
           std::atomic_ref(one->asked).load(std::memory_order_acquire) != 0)
      ::sched_yield();
  barrier_of_all();
}

InTree::InTree(pr_native& object)
    : me_(Readers::of(object).mine()),
      nesting_before_(me_.inside.rcu_nesting),
      count_before_(me_.inside.preempt_count) {
  me_.cpu = context.cpu;
  set_inside(
      me_, object.preempt_rcu != 0 ? nesting_before_ : 1,
      (context.softirq ? PR_IN_SOFTIRQ : 0) + static_cast<unsigned>(context.bh_off) * PR_BH_OFF);
}

InTree::~InTree() {
  set_inside(me_, nesting_before_, count_before_);
  if (!inside(me_)) std::atomic_ref(me_.asked).store(0, std::memory_order_release);
}

}  // namespace poolrace::pool::native
