/* SPDX-License-Identifier: MIT
 *
 * Locks, bottom halves, RCU, deferred work: calls of the table.  A lock has no state of its own
 * here, only an address.  Left out: trylock, reader-writer locks, interrupts (nobody masks them).
 */
#ifndef POOLRACE_SHIM_LOCK_H
#define POOLRACE_SHIM_LOCK_H

#include "pr_atomic.h"

typedef struct spinlock { unsigned int pr_unused; } spinlock_t, raw_spinlock_t, rwlock_t;
struct mutex { spinlock_t pr_lock; };
struct lock_class_key { char pr_unused; };
#define __SPIN_LOCK_UNLOCKED(name) { 0 }
#define __MUTEX_INITIALIZER(name) { { 0 } }
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)
#define spin_lock_init(l) do { (l)->pr_unused = 0; } while (0)
#define mutex_init(l) spin_lock_init(&(l)->pr_lock)

#define spin_lock(l) pr_ops.lock(l, 0)
#define spin_unlock(l) pr_ops.unlock(l, 0)
#define spin_lock_bh(l) pr_ops.lock(l, 1)
#define spin_unlock_bh(l) pr_ops.unlock(l, 1)
#define spin_lock_irq(l) pr_ops.lock(l, 1)
#define spin_unlock_irq(l) pr_ops.unlock(l, 1)
#define spin_lock_irqsave(l, flags) do { (flags) = 0; spin_lock_irq(l); } while (0)
#define spin_unlock_irqrestore(l, flags) do { (void)(flags); spin_unlock_irq(l); } while (0)
#define spin_lock_nested(l, subclass) spin_lock(l)
#define spin_lock_bh_nested(l, subclass) spin_lock_bh(l)
#define spin_lock_irq_nested(l, subclass) spin_lock_irq(l)
#define spin_lock_irqsave_nested(l, flags, subclass) spin_lock_irqsave(l, flags)
#define raw_spin_lock(l) spin_lock(l)
#define raw_spin_unlock(l) spin_unlock(l)
#define mutex_lock(l) spin_lock(&(l)->pr_lock)
#define mutex_unlock(l) spin_unlock(&(l)->pr_lock)
#define local_bh_disable() pr_ops.bh(1)
#define local_bh_enable() pr_ops.bh(0)
#define preempt_disable() barrier()
#define preempt_enable() barrier()
#define local_irq_save(flags) do { (flags) = 0; pr_ops.bh(1); } while (0)
#define local_irq_restore(flags) do { (void)(flags); pr_ops.bh(0); } while (0)

#define in_softirq() (pr_ops.softirq() != 0)
#define in_serving_softirq() in_softirq()
#define in_interrupt() in_softirq()
#define in_hardirq() false
#define in_task() (!in_softirq())
#define smp_processor_id() pr_ops.cpu()
#define raw_smp_processor_id() pr_ops.cpu()
#define get_cpu() pr_ops.cpu()
#define put_cpu() ((void)0)
#define lockdep_assert_no_hardirq() pr_ops.not_hardirq()
#define lockdep_assert_irqs_enabled() ((void)0)
#define lockdep_assert_held(l) ((void)0)
#define lockdep_is_held(l) 1
#define lockdep_assert_in_softirq() ((void)0)
#define ASSERT_RTNL() ((void)0)

struct callback_head { struct callback_head* next; void (*func)(struct callback_head* head); };
#define rcu_head callback_head
typedef void (*rcu_callback_t)(struct rcu_head* head);
#define rcu_read_lock() pr_ops.rcu_read(1)
#define rcu_read_unlock() pr_ops.rcu_read(0)
#define rcu_read_lock_bh() pr_ops.bh(1)
#define rcu_read_unlock_bh() pr_ops.bh(0)
#define rcu_read_lock_held() 1
#define rcu_read_lock_any_held() 1
#define guard(what) pr_guard_##what()
#define pr_guard_rcu() \
  int pr_guard_ __attribute__((cleanup(pr_rcu_leave))) = (rcu_read_lock(), 0)
static __always_inline void pr_rcu_leave(int* unused) { (void)unused; rcu_read_unlock(); }
#define synchronize_rcu() pr_ops.grace(0)
#define synchronize_rcu_expedited() pr_ops.grace(0)
#define synchronize_net() pr_ops.grace(1)
#define call_rcu(head, f) pr_ops.rcu_call(head, (void (*)(void*))(f))
#define kfree_rcu(pointer, ...) pr_ops.free_later(pointer)
#define kvfree_rcu(pointer, ...) pr_ops.free_later(pointer)
#define kfree_rcu_mightsleep(pointer) pr_ops.free_later(pointer)
#define rcu_dereference(p) READ_ONCE(p)
#define rcu_dereference_raw(p) READ_ONCE(p)
#define rcu_dereference_check(p, c) READ_ONCE(p)
#define rcu_dereference_bh(p) READ_ONCE(p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_assign_pointer(p, value) smp_store_release(&(p), value)
#define RCU_INIT_POINTER(p, value) WRITE_ONCE(p, value)
#define RCU_INITIALIZER(value) (value)

struct work_struct { void (*func)(struct work_struct* work); };
struct delayed_work { struct work_struct work; };
typedef void (*work_func_t)(struct work_struct* work);
#define INIT_WORK(w, f) do { (w)->func = (f); } while (0)
#define INIT_DELAYED_WORK(w, f) INIT_WORK(&(w)->work, f)
#define INIT_DEFERRABLE_WORK(w, f) INIT_DELAYED_WORK(w, f)
#define to_delayed_work(w) container_of(w, struct delayed_work, work)
#define schedule_work(w) pr_ops.work(w, (void (*)(void*))(w)->func, 0)
#define schedule_delayed_work(w, delay) \
  pr_ops.work(&(w)->work, (void (*)(void*))(w)->work.func, delay)
#define mod_delayed_work(queue, w, delay) schedule_delayed_work(w, delay)
#define queue_delayed_work(queue, w, delay) schedule_delayed_work(w, delay)

#define HZ 1000
#define jiffies pr_ops.now()
#define msecs_to_jiffies(ms) ((unsigned long)(ms))
#define jiffies_to_msecs(j) ((unsigned int)(j))
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define ktime_get_boottime_seconds() ((u64)(jiffies / HZ))
#define msleep(ms) pr_ops.sleep(ms)
#define usleep_range(low, high) pr_ops.sleep((high) / 1000)

#endif
