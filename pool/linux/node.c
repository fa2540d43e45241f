/* SPDX-License-Identifier: MIT
 *
 * The slab of the xarray's nodes, for trees whose pool keeps one.
 */
#include "pr_kernel.h"
#ifdef PR_HAS_XARRAY
#include <linux/xarray.h>

static struct kmem_cache cache = {sizeof(struct xa_node)};
struct kmem_cache* const radix_tree_node_cachep = &cache;

/* As the slab of the kernel has made it: empty lists. */
void* pr_node_alloc(void) {
  struct xa_node* node = pr_ops.alloc(sizeof(struct xa_node), PR_NODE);
  if (node != NULL) INIT_LIST_HEAD(&node->private_list);
  return node;
}

/* call_rcu() knows it by its address, and lets the node go when the grace period is over. */
void radix_tree_node_rcu_free(struct rcu_head* head) {
#ifdef PR_NATIVE /* call_rcu() calls it when that is so */
  pr_ops.free(container_of(head, struct xa_node, rcu_head));
#else
  pr_ops.free_later(container_of(head, struct xa_node, rcu_head));
#endif
}
#endif
