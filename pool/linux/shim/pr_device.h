/* SPDX-License-Identifier: MIT
 *
 * Devices, DMA, NAPI and what else of the network the pool names.  The machine knows one device and
 * its phases; the struct here is only an address.  Left out: queues, memory providers, netlink.
 */
#ifndef POOLRACE_SHIM_DEVICE_H
#define POOLRACE_SHIM_DEVICE_H

#include "pr_memory.h"

struct device { void* pr_unused; int numa_node; bool dma_skip_sync; };
#define get_device(dev) pr_ops.device(dev, 1)
#define put_device(dev) pr_ops.device(dev, -1)
#define dev_to_node(dev) NUMA_NO_NODE

enum dma_data_direction {
  DMA_BIDIRECTIONAL = 0, DMA_TO_DEVICE = 1, DMA_FROM_DEVICE = 2, DMA_NONE = 3,
};
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
#define DMA_ATTR_WEAK_ORDERING (1UL << 1)
#define DMA_ATTR_SKIP_CPU_SYNC (1UL << 5)
#define PR_ORDER_OF(size) ((unsigned int)(63 - __builtin_clzl((unsigned long)(size) >> PAGE_SHIFT)))
#define dma_map_page_attrs(dev, page, offset, size, dir, attrs) \
  pr_ops.map(dev, page, PR_ORDER_OF(size))
#define dma_map_page(dev, page, offset, size, dir) pr_ops.map(dev, page, PR_ORDER_OF(size))
#define dma_unmap_page_attrs(dev, addr, size, dir, attrs) \
  pr_ops.unmap(dev, addr, PR_ORDER_OF(size))
#define dma_unmap_page(dev, addr, size, dir) pr_ops.unmap(dev, addr, PR_ORDER_OF(size))
#define dma_mapping_error(dev, addr) unlikely((addr) == DMA_MAPPING_ERROR)
#define dma_dev_need_sync(dev) (pr_ops.need_sync((void*)(dev)) != 0)
#define dma_need_sync(dev, addr) dma_dev_need_sync(dev)
/* The bare one does not ask first; the others do, as their wrappers in every tree. */
#define __dma_sync_single_for_device(dev, addr, size, dir) pr_ops.sync(dev, addr, 0, size)
#define dma_sync_single_for_device(dev, addr, size, dir) \
  do { if (dma_dev_need_sync(dev)) pr_ops.sync(dev, addr, 0, size); } while (0)
#define dma_sync_single_range_for_device(dev, addr, offset, size, dir) \
  do { if (dma_dev_need_sync(dev)) pr_ops.sync(dev, addr, offset, size); } while (0)
#define dma_sync_single_range_for_cpu(dev, addr, offset, size, dir) ((void)0)
#define dma_sync_single_for_cpu(dev, addr, size, dir) ((void)0)
#define dma_get_cache_alignment() 64

struct bpf_prog;
struct net_device { int ifindex; char name[16]; bool pr_unused; };
struct napi_struct { unsigned long state; int list_owner; unsigned int napi_id; };
#define napi_assert_will_not_race(napi) pr_ops.napi_idle((void*)(napi))
struct memory_provider_ops;
struct netdev_rx_queue {
  struct {
    void* mp_priv;
    const struct memory_provider_ops* mp_ops;
    u32 rx_page_size;
  } mp_params;
};
#define __netif_get_rx_queue(dev, i) ((struct netdev_rx_queue*)NULL)
#define netdev_assert_locked(dev) ((void)0)
#define netdev_ops_assert_locked(dev) ((void)0)
struct xdp_mem_info { u32 type, id; };
struct skb_shared_info { u64 pr_unused[8]; };
#define XDP_BULK_QUEUE_SIZE 16
struct sk_buff;
struct netlink_ext_ack;
#define NL_SET_ERR_MSG(...) ((void)0)
#define ETH_GSTRING_LEN 32
static inline bool is_kernel_rodata(unsigned long address) { (void)address; return true; }

/* Keys are never switched: no memory provider comes. */
struct static_key_false { char pr_unused; };
struct static_key_true { char pr_unused; };
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define static_branch_unlikely(key) ((void)(key), false)
#define static_branch_likely(key) ((void)(key), true)
#define static_branch_inc(key) ((void)(key))
#define static_branch_dec(key) ((void)(key))
#define static_branch_enable(key) ((void)(key))

#endif
