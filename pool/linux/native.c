/* SPDX-License-Identifier: MIT
 *
 * What an object for real threads has instead of hooks.c: its threads, its host, slow paths.
 */
#include "pr_kernel.h"

struct pr_host pr_host;
__thread struct pr_context pr_me __attribute__((tls_model("initial-exec")));

void pr_lock_slowly(unsigned int* word) {
  for (unsigned int turns = 1;; ++turns) {
    unsigned int free = 0;
    if (__atomic_load_n(word, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(word, &free, 1u, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return;
    if (turns % 100 == 0)
      pr_host.yield(pr_host.self);
    else
      cpu_relax();
  }
}

void pr_tell(void) {
  if (pr_me.inside.rcu_nesting == 0 && pr_me.inside.preempt_count == 0)
    __atomic_store_n(&pr_me.asked, 0, __ATOMIC_RELEASE);
}

/* Sizes stay those of the tree here. */
void pr_limits(unsigned int cache, unsigned int refill);
void pr_limits(unsigned int cache, unsigned int refill) {
  (void)cache;
  (void)refill;
}

static struct pr_context* context(void) {
  return &pr_me;
}

const struct pr_glue* poolrace_glue(void);
unsigned long pr_pass(void* pool, unsigned long pages, int allow_direct, int shared);

/* What the loader looks up. */
struct pr_native* poolrace_native(void) __attribute__((visibility("default")));
struct pr_native* poolrace_native(void) {
  static struct pr_native native = {
      .host = &pr_host,
      .context = context,
#ifdef CONFIG_PREEMPT_RCU
      .preempt_rcu = 1,
#endif
      .page_size = (sizeof(struct page) + 63) / 64 * 64,
      .pass = pr_pass,
  };
  native.glue = poolrace_glue();
  return &native;
}
