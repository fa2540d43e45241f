// SPDX-License-Identifier: MIT
// For tests: logs in the shape of real ones, each with what it is.  Written for this, addresses and
// machines invented; only the fixed words of kernel messages and the names of functions are real.
#pragma once

#include <string>
#include <vector>

namespace poolrace::experiments {

struct SampleLog {
  const char* name;
  const char* text;
  const char* signature;  // of its worst event
};

inline const std::vector<SampleLog> sample_logs = {
    {"arm64 oops in the worker",
     "[ 8743.102939] Unable to handle kernel NULL pointer dereference at virtual address "
     "00000000000000a8\n"
     "[ 8743.111810] Mem abort info:\n"
     "[ 8743.114620]   ESR = 0x0000000096000004\n"
     "[ 8743.180011] Internal error: Oops: 0000000096000004 [#1] SMP\n"
     "[ 8743.185811] Modules linked in: hns3 hclgevf hnae3 vfio_pci [last unloaded: hclge]\n"
     "[ 8743.195511] CPU: 3 PID: 77102 Comm: kworker/3:1 Not tainted 6.10.0-rc4+ #7\n"
     "[ 8743.204411] Workqueue: events page_pool_release_retry\n"
     "[ 8743.209441] pstate: 60400009 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)\n"
     "[ 8743.216381] pc : iommu_get_dma_domain+0xc/0x20\n"
     "[ 8743.220911] lr : iommu_dma_unmap_page+0x30/0xf0\n"
     "[ 8743.225511] sp : ffff800086a3bc20\n"
     "[ 8743.228821] x29: ffff800086a3bc20 x28: 0000000000000000 x27: 0000000000000000\n"
     "[ 8743.300011] Call trace:\n"
     "[ 8743.302451]  iommu_get_dma_domain+0xc/0x20\n"
     "[ 8743.306541]  dma_unmap_page_attrs+0x38/0x1c0\n"
     "[ 8743.310801]  page_pool_return_page+0x48/0x180\n"
     "[ 8743.315151]  page_pool_release+0xd0/0x1f0\n"
     "[ 8743.319151]  page_pool_release_retry+0x28/0xe8\n"
     "[ 8743.323581]  process_one_work+0x164/0x3e0\n"
     "[ 8743.327581]  worker_thread+0x310/0x420\n"
     "[ 8743.340011] Code: d503201f 00000000 d65f03c0 f9416800 (f9405400)\n"
     "[ 8743.346101] ---[ end trace 0000000000000000 ]---\n",
     "unmap-without-domain"},
    {"x86 oops, syslog prefix, CRLF",
     "Nov  3 04:05:06 gw kernel: BUG: kernel NULL pointer dereference, address: "
     "0000000000000050\r\n"
     "Nov  3 04:05:06 gw kernel: #PF: supervisor read access in kernel mode\r\n"
     "Nov  3 04:05:06 gw kernel: Oops: 0000 [#1] PREEMPT SMP NOPTI\r\n"
     "Nov  3 04:05:06 gw kernel: CPU: 1 UID: 0 PID: 0 Comm: swapper/1 Tainted: G        W          "
     "6.12.4 #1\r\n"
     "Nov  3 04:05:06 gw kernel: RIP: 0010:iommu_get_dma_domain+0x10/0x20\r\n"
     "Nov  3 04:05:06 gw kernel: Call Trace:\r\n"
     "Nov  3 04:05:06 gw kernel:  <IRQ>\r\n"
     "Nov  3 04:05:06 gw kernel:  ? __die_body+0x1a/0x60\r\n"
     "Nov  3 04:05:06 gw kernel:  ? page_fault_oops+0x158/0x440\r\n"
     "Nov  3 04:05:06 gw kernel:  ? exc_page_fault+0x67/0x150\r\n"
     "Nov  3 04:05:06 gw kernel:  ? iommu_get_dma_domain+0x10/0x20\r\n"
     "Nov  3 04:05:06 gw kernel:  iommu_dma_unmap_page+0x24/0x90\r\n"
     "Nov  3 04:05:06 gw kernel:  __page_pool_release_page_dma+0x5a/0x80\r\n"
     "Nov  3 04:05:06 gw kernel:  page_pool_put_unrefed_netmem+0x1b0/0x330\r\n"
     "Nov  3 04:05:06 gw kernel:  skb_release_data+0x130/0x1c0\r\n",
     "unmap-without-domain"},
    {"x86, decoded by decode_stacktrace.sh, quoted in a mail",
     "> BUG: unable to handle page fault for address: 0000000000002048\n"
     "> Oops: Oops: 0000 [#1] SMP\n"
     "> RIP: 0010:__iommu_dma_unmap (drivers/iommu/dma-iommu.c:812)\n"
     "> Call Trace:\n"
     ">  <TASK>\n"
     ">  iommu_dma_unmap_page (drivers/iommu/dma-iommu.c:1255)\n"
     ">  page_pool_return_netmem (net/core/page_pool.c:660 (discriminator 2))\n"
     ">  page_pool_put_full_netmem include/net/page_pool/helpers.h:310 [inline]\n"
     ">  tun_do_read (drivers/net/tun.c:2210) tun\n",
     "unmap-fault"},
    {"only the trace is left, old brackets",
     "<4>[  912.004411]  [<ffffffff8167aa10>] iommu_get_dma_domain+0x10/0x20\n"
     "<4>[  912.004422]  [<ffffffff8167ab44>] dma_unmap_page_attrs+0xe4/0x1f0\n"
     "<4>[  912.004433]  [<ffffffff818b0011>] page_pool_release_page+0x41/0x90\n",
     "unmap-without-domain"},
    {"an oops of another owner of mappings",
     "BUG: kernel NULL pointer dereference, address: 00000000000000a8\n"
     "RIP: 0010:iommu_get_dma_domain+0x10/0x20\n"
     "Call Trace:\n"
     " dma_unmap_sg_attrs+0x70/0x110\n"
     " nvme_unmap_data+0x92/0x160 [nvme]\n",
     "unmap-lookup-alone"},
    {"arm64 sync without a domain, colours",
     "\x1b[31m[  100.000001] Unable to handle kernel NULL pointer dereference at virtual address "
     "00000000000000a8\x1b[0m\n"
     "\x1b[33m[  100.000002] pc : iommu_get_dma_domain+0xc/0x20\x1b[0m\n"
     "[  100.000003] lr : iommu_dma_sync_single_for_device+0x3c/0x120\n"
     "[  100.000004] Call trace:\n"
     "[  100.000005]  iommu_get_dma_domain+0xc/0x20\n"
     "[  100.000006]  __dma_sync_single_for_device+0x60/0xa8\n"
     "[  100.000007]  page_pool_put_unrefed_page+0x1d4/0x260\n"
     "[  100.000008]  skb_free_head+0x4c/0x98\n",
     "sync-without-domain"},
    {"arm64 cache maintenance",
     "Unable to handle kernel paging request at virtual address ffff000000000040\n"
     "Internal error: Oops: 0000000096000146 [#1] PREEMPT SMP\n"
     "pc : dcache_clean_poc+0x20/0x38\n"
     "lr : arch_sync_dma_for_device+0x28/0x34\n"
     "Call trace:\n"
     " dcache_clean_poc+0x20/0x38 (P)\n"
     " iommu_dma_sync_single_for_device+0xbc/0x114\n"
     " page_pool_put_unrefed_netmem+0x2e4/0x3a0\n"
     " napi_pp_put_page+0xb8/0x100\n",
     "cache-maintenance"},
    {"riscv cache maintenance",
     "[  55.1] Unable to handle kernel paging request at virtual address ffffffd600000000\n"
     "[  55.1] Oops [#1]\n"
     "[  55.1] epc : arch_sync_dma_for_device+0x60/0x9a\n"
     "[  55.1]  ra : dma_direct_sync_single_for_device+0x52/0x84\n"
     "[  55.1] [<ffffffff80012a44>] arch_sync_dma_for_device+0x60/0x9a\n"
     "[  55.1] [<ffffffff8008c1e2>] dma_sync_single_for_device+0x8a/0xde\n"
     "[  55.1] [<ffffffff8067b9ae>] page_pool_put_unrefed_page+0xf0/0x1a8\n",
     "cache-maintenance"},
    {"mips cache maintenance",
     "[  77.2] CPU 0 Unable to handle kernel paging request at virtual address 00000000, epc == "
     "8002a1c4, ra == 8002a0f8\n"
     "[  77.2] Oops[#1]:\n"
     "[  77.2] epc   : 8002a1c4 r4k_dma_cache_wback_inv+0x84/0x1f0\n"
     "[  77.2] ra    : 8002a0f8 arch_sync_dma_for_device+0x38/0x90\n"
     "[  77.2] Call Trace:\n"
     "[  77.2] [<8002a1c4>] r4k_dma_cache_wback_inv+0x84/0x1f0\n"
     "[  77.2] [<8045c120>] page_pool_put_defragged_page+0x144/0x2a8\n",
     "cache-maintenance"},
    {"32-bit ARM, two functions a line",
     "[  42.6] 8<--- cut here ---\n"
     "[  42.6] Unable to handle kernel paging request at virtual address c0000000\n"
     "[  42.6] Internal error: Oops: 805 [#1] SMP ARM\n"
     "[  42.6] PC is at v7_dma_clean_range+0x20/0x38\n"
     "[  42.6] LR is at dma_cache_maint_page+0x5c/0xc8\n"
     "[  42.6]  v7_dma_clean_range from dma_cache_maint_page+0x5c/0xc8\n"
     "[  42.6]  dma_cache_maint_page from arch_sync_dma_for_device+0x20/0x64\n"
     "[  42.6]  arch_sync_dma_for_device from page_pool_put_unrefed_page+0x184/0x22c\n",
     "cache-maintenance"},
    {"KASAN in the ring put",
     "==================================================================\n"
     "BUG: KASAN: slab-use-after-free in page_pool_recycle_in_ring+0x1d0/0x2a0\n"
     "Read of size 8 at addr ffff888030a1c4c0 by task syz.0.17/6012\n"
     "\n"
     "CPU: 0 UID: 0 PID: 6012 Comm: syz.0.17 Not tainted 6.15.0-rc3-g0123456789ab #0\n"
     "Call Trace:\n"
     " <TASK>\n"
     " dump_stack_lvl+0x116/0x1f0 lib/dump_stack.c:120\n"
     " print_report+0xc3/0x670 mm/kasan/report.c:521\n"
     " kasan_report+0xe0/0x110 mm/kasan/report.c:634\n"
     " page_pool_recycle_in_ring+0x1d0/0x2a0 net/core/page_pool.c:720\n"
     " page_pool_put_unrefed_netmem+0x3f0/0xa10 net/core/page_pool.c:830\n"
     " skb_release_data+0x5ad/0x8a0 net/core/skbuff.c:1090\n"
     "\n"
     "Allocated by task 6011:\n"
     " kasan_save_stack+0x33/0x60 mm/kasan/common.c:47\n"
     " page_pool_create_percpu+0x44/0xb90 net/core/page_pool.c:340\n"
     "\n"
     "Freed by task 12:\n"
     " kfree+0x2b4/0x4d0 mm/slub.c:4800\n"
     " page_pool_release_retry+0x5b/0x2b0 net/core/page_pool.c:1130\n"
     " process_one_work+0x9cf/0x1b70 kernel/workqueue.c:3238\n",
     "ring-after-free"},
    {"KASAN in the bulk put",
     "[ 3001.1] BUG: KASAN: slab-use-after-free in page_pool_recycle_ring_bulk+0x2e4/0x310\n"
     "[ 3001.1] Read of size 8 at addr ffff0000c5a9b0d8 by task xdp-bench/811\n"
     "[ 3001.1] Call trace:\n"
     "[ 3001.1]  kasan_report+0xb8/0x110\n"
     "[ 3001.1]  page_pool_recycle_ring_bulk+0x2e4/0x310\n"
     "[ 3001.1]  page_pool_put_netmem_bulk+0x2f0/0x490\n"
     "[ 3001.1]  xdp_flush_frame_bulk+0x60/0xa8\n",
     "bulk-after-free"},
    {"KASAN in an unlock, the ring put inlined",
     "BUG: KASAN: slab-use-after-free in do_raw_spin_unlock+0x4c/0x230\n"
     "Call Trace:\n"
     " kasan_report+0xda/0x110\n"
     " do_raw_spin_unlock+0x4c/0x230\n"
     " _raw_spin_unlock_bh+0x11/0x40\n"
     " page_pool_put_unrefed_page+0x2a3/0x5f0\n"
     "Freed by task 990:\n"
     " kfree+0x121/0x340\n"
     " page_pool_destroy+0x214/0x3a0\n",
     "ring-unlock-after-free"},
    {"KASAN, a NAPI",
     "BUG: KASAN: slab-use-after-free in page_pool_napi_local+0x9c/0xb0\n"
     "Call Trace:\n"
     " page_pool_napi_local+0x9c/0xb0\n"
     " page_pool_put_unrefed_netmem+0x84/0x5f0\n"
     "Freed by task 4401:\n"
     " kfree+0x121/0x340\n"
     " ice_free_q_vector+0x110/0x180 [ice]\n",
     "napi-freed"},
    {"KFENCE, a device",
     "BUG: KFENCE: use-after-free read in dma_unmap_page_attrs+0x30/0x1c0\n"
     "Use-after-free read at 0x000000006f0e0c2b (in kfence-#122):\n"
     " dma_unmap_page_attrs+0x30/0x1c0\n"
     " page_pool_return_netmem+0x68/0x1a0\n"
     " page_pool_put_unrefed_netmem+0x1b0/0x330\n"
     "\n"
     "freed by task 5120 on cpu 2 at 812.441200s:\n"
     " pci_release_dev+0x58/0x80\n"
     " device_release+0x3c/0xa0\n",
     "device-freed"},
    {"KASAN in a put, the pool freed",
     "BUG: KASAN: slab-use-after-free in page_pool_put_unrefed_netmem+0x5ab/0x5f0\n"
     "Call Trace:\n"
     " page_pool_put_unrefed_netmem+0x5ab/0x5f0\n"
     " napi_pp_put_page+0x11a/0x160\n"
     "Freed by task 31:\n"
     " page_pool_release_retry+0x5b/0x2b0\n",
     "pool-after-free"},
    {"dma-debug at unbind",
     "[  301.550011] ------------[ cut here ]------------\n"
     "[  301.554611] DMA-API: pci 0000:7d:01.2: device driver has pending DMA allocations while "
     "released from device [count=98]\n"
     "[  301.554611] One of leaked entries details: [device address=0x00000000fe3c1000] [size=4096 "
     "bytes] [mapped with DMA_FROM_DEVICE] [mapped as single]\n"
     "[  301.575511] WARNING: CPU: 2 PID: 4012 at kernel/dma/debug.c:873 "
     "dma_debug_device_change+0x1b4/0x260\n"
     "[  301.660011] Call trace:\n"
     "[  301.662451]  dma_debug_device_change+0x1b4/0x260\n"
     "[  301.667041]  notifier_call_chain+0x78/0x140\n"
     "[  301.700011] ---[ end trace 0000000000000000 ]---\n"
     "[  301.704411] DMA-API: Mapped at:\n"
     "[  301.707611]  debug_dma_map_page+0x5c/0x140\n"
     "[  301.711711]  page_pool_dma_map+0x40/0xe0\n",
     "dma-debug-pending"},
    {"dma-debug, an unmap of nothing",
     "DMA-API: ixgbe 0000:01:00.0: device driver tries to free DMA memory it has not allocated "
     "[device address=0x00000000ffe43000] [size=4096 bytes]\n"
     "WARNING: CPU: 5 PID: 0 at kernel/dma/debug.c:972 check_unmap+0x9c5/0xb20\n"
     "RIP: 0010:check_unmap+0x9c5/0xb20\n",
     "dma-debug-free-unknown"},
    {"dma-debug, a sync of nothing",
     "WARNING: CPU: 5 PID: 0 at lib/dma-debug.c:1221 check_sync+0x4a0/0x5c0\n"
     "fec 30be0000.ethernet: DMA-API: device driver tries to sync DMA memory it has not allocated "
     "[device address=0x00000000b2a41000] [size=1536 bytes]\n",
     "dma-debug-sync-unknown"},
    {"a double unmap",
     "WARNING: CPU: 0 PID: 9 at drivers/iommu/dma-iommu.c:826 __iommu_dma_unmap+0x15c/0x170\n"
     "Call trace:\n"
     " __iommu_dma_unmap+0x15c/0x170\n"
     " iommu_dma_unmap_page+0x48/0xa0\n",
     "unmap-warning"},
    {"a negative count",
     "Negative(-3) inflight packet-pages\n"
     "WARNING: CPU: 2 PID: 88 at net/core/page_pool.c:617 page_pool_inflight+0x4c/0x90\n"
     "Call Trace:\n"
     " page_pool_release+0x90/0x1c0\n",
     "count-warning"},
    {"NAPI on at destroy",
     "WARNING: CPU: 1 PID: 2200 at net/core/page_pool.c:1184 "
     "page_pool_disable_direct_recycling+0x6a/0x80\n"
     "Call Trace:\n"
     " page_pool_disable_direct_recycling+0x6a/0x80\n"
     " page_pool_destroy+0x30/0x190\n",
     "napi-warning"},
    {"a put in a hard interrupt",
     "WARNING: net/core/page_pool.c:841 at page_pool_put_unrefed_netmem+0x4d2/0x5f0, CPU#0: "
     "swapper/0/0\n"
     "Call Trace:\n"
     " <IRQ>\n"
     " page_pool_put_unrefed_netmem+0x4d2/0x5f0\n"
     " skb_release_data+0x5ad/0x8a0\n"
     " netpoll_poll_dev+0xf0/0x1a0\n",
     "hardirq-warning"},
    {"a fragment put twice",
     "WARNING: CPU: 3 PID: 31 at include/net/page_pool/helpers.h:297 napi_pp_put_page+0x88/0x90\n"
     "Call Trace:\n"
     " napi_pp_put_page+0x88/0x90\n"
     " skb_release_data+0x9c/0x180\n",
     "unref-warning-inlined"},
    {"a page freed past its pool",
     "BUG: Bad page state in process ksoftirqd/3  pfn:1043aa\n"
     "page: refcount:0 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x1043aa\n"
     "flags: 0x17ffffc0000000(node=0|zone=2|lastcpupid=0x1fffff)\n"
     "raw: 0017ffffc0000000 dead000000000040 ffff8881072c8000 0000000000000000\n"
     "page dumped because: page_pool leak\n"
     "Call Trace:\n"
     " bad_page+0x70/0xf0\n"
     " free_unref_page+0x51a/0x6a0\n",
     "page-with-mark"},
    {"the mark with an index of the array, an older check",
     "BUG: Bad page state in process iperf3  pfn:7f21c\n"
     "raw: 0000000000000000 dead000000a5cbc0 ffff00010a3b4000 0000000000000000\n"
     "page dumped because: nonzero _refcount\n",
     "page-with-signature"},
    {"list_del with the mark",
     "list_del corruption. next->prev should be fffffdffc0a41f08, but was dead000000000040. "
     "(next=fffffdffc0a42008)\n"
     "------------[ cut here ]------------\n"
     "kernel BUG at lib/list_debug.c:65!\n"
     "Call trace:\n"
     " __list_del_entry_valid_or_report+0xe4/0x128\n"
     " rmqueue_bulk+0x140/0x850\n",
     "list-of-marked-pages"},
    {"destroy inside an RCU section",
     "BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585\n"
     "in_atomic(): 0, irqs_disabled(): 0, non_block: 0, pid: 1201, name: xdp-loader\n"
     "RCU nest depth: 1, expected: 0\n"
     "2 locks held by xdp-loader/1201:\n"
     " #0: ffffffff8d5c1b08 (rtnl_mutex){+.+.}-{4:4}, at: rtnl_setlink+0x1a1/0x3f0\n"
     "Call Trace:\n"
     " __might_resched+0x1d8/0x2b0\n"
     " mutex_lock+0x1f/0x60\n"
     " page_pool_destroy+0x9b/0x330\n"
     " mem_allocator_disconnect+0x2b0/0x4a0\n",
     "destroy-in-atomic"},
    {"destroy waits for a grace period",
     "INFO: task ip:3301 blocked for more than 120 seconds.\n"
     "      Not tainted 6.16.0 #1\n"
     "task:ip              state:D stack:0     pid:3301  tgid:3301  ppid:1\n"
     "Call Trace:\n"
     " __schedule+0x3f4/0xb40\n"
     " schedule_timeout+0xd1/0x110\n"
     " __wait_for_common+0x90/0x180\n"
     " synchronize_rcu_expedited+0x1b2/0x200\n"
     " page_pool_scrub+0x1a1/0x2a0\n"
     " page_pool_destroy+0xa0/0x190\n",
     "destroy-waits"},
    {"the scan of all memory",
     "watchdog: BUG: soft lockup - CPU#12 stuck for 26s! [ip:9120]\n"
     "CPU: 12 UID: 0 PID: 9120 Comm: ip Tainted: G L 6.13.0-rc1+ #4\n"
     "pc : page_pool_inflight_unmap+0x11c/0x1f0\n"
     "Call trace:\n"
     " page_pool_inflight_unmap+0x11c/0x1f0\n"
     " page_pool_destroy+0x120/0x1a8\n",
     "scan-hangs"},
    {"a hung unregister",
     "[ 2120.1] unregister_netdevice: waiting for eth3 to become free. Usage count = 2\n"
     "[ 2130.3] unregister_netdevice: waiting for eth3 to become free. Usage count = 2\n",
     "unregister-waits"},
    {"SMMUv3, raw event",
     "arm-smmu-v3 arm-smmu-v3.3.auto: event 0x10 received:\n"
     "arm-smmu-v3 arm-smmu-v3.3.auto: \t0x00007d0000000010\n",
     "smmu-fault-of-whom"},
    {"SMMUv2",
     "arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0xfffa1000, "
     "fsynr=0x10013, cbfrsynra=0x400, cb=1\n",
     "smmu-fault"},
    {"VT-d",
     "DMAR: DRHD: handling fault status reg 2\n"
     "DMAR: [DMA Write NO_PASID] Request device [3b:00.0] fault addr 0xfe3c1000 [fault reason "
     "0x05] PTE Write access is not set\n",
     "vtd-fault"},
    {"AMD-Vi",
     "mlx5_core 0000:c1:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0021 "
     "address=0xfe3c1000 flags=0x0020]\n",
     "amd-fault"},
    {"a pool that falls, no ids",
     "[  870.5] page_pool_release_retry() stalled pool shutdown 150 inflight 60 sec\n"
     "[  931.0] page_pool_release_retry() stalled pool shutdown 150 inflight 120 sec\n"
     "[  991.4] page_pool_release_retry() stalled pool shutdown 61 inflight 181 sec\n",
     "stalled-falls"},
    {"a pool that stays",
     "Sep  1 10:27:44 fire kernel: [  272.9] page_pool_release_retry() stalled pool shutdown: id "
     "9, "
     "1 inflight 60 sec\n"
     "Sep  1 10:28:44 fire kernel: [  333.3] page_pool_release_retry() stalled pool shutdown: id "
     "9, "
     "1 inflight 120 sec\n"
     "Sep  1 10:29:45 fire kernel: [  393.7] page_pool_release_retry() stalled pool shutdown: id "
     "9, "
     "1 inflight 181 sec\n",
     "stalled-stays"},
    {"one warning, old",
     "page_pool_release_retry() stalled pool shutdown: id 553, 82 inflight 6706 sec\n",
     "stalled-old"},
    {"one warning, young",
     "page_pool_release_retry() stalled pool shutdown: id 5, 64 inflight 60 sec\n", "stalled-once"},
    {"a count below zero, wrapped by a mail program",
     "> page_pool_release_retry() stalled pool shutdown -1783494730 inflight 1451031\n> sec\n",
     "stalled-negative"},
    {"cache maintenance, no pool in sight",
     "Unable to handle kernel paging request at virtual address ffff000000000000\n"
     "pc : dcache_clean_poc+0x20/0x38\n"
     " arch_sync_dma_for_device+0x28/0x34\n"
     " dma_direct_sync_sg_for_device+0x9c/0xe0\n"
     " mmc_pre_dma_transfer+0x40/0x90 [mmc_core]\n",
     "cache-maintenance-sync"},
    {"a fault inside the sync itself",
     "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000308\n"
     "pc : dma_sync_single_for_device+0x24/0x120\n"
     "Call trace:\n"
     " dma_sync_single_for_device+0x24/0x120\n"
     " page_pool_put_unrefed_page+0x144/0x260\n",
     "sync-fault"},
    {"a sync of another owner",
     "BUG: unable to handle page fault for address: 0000000000000020\n"
     "RIP: 0010:iommu_get_dma_domain+0x10/0x20\n"
     " iommu_dma_sync_sg_for_device+0x33/0xb0\n"
     " uvc_video_encode_isoc+0x122/0x280 [uvcvideo]\n",
     "sync-lookup-alone"},
    {"a driver gives a buffer back to its device",
     "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000050\n"
     "pc : __dma_sync_single_for_device+0x18/0xa8\n"
     "lr : mtk_poll_rx+0x3f0/0x9a8\n"
     "Call trace:\n"
     " __dma_sync_single_for_device+0x18/0xa8\n"
     " mtk_poll_rx+0x3f0/0x9a8\n",
     "sync-fault-alone"},
    {"a late sync for the CPU",
     "[  640.1] Unable to handle kernel NULL pointer dereference at virtual address "
     "0000000000000050\n"
     "[  640.1] Internal error: Oops: 0000000096000004 [#1] SMP\n"
     "[  640.1] pc : iommu_dma_sync_single_for_cpu+0x28/0xd8\n"
     "[  640.1] lr : __dma_sync_single_for_cpu+0x6c/0xb0\n"
     "[  640.1] Call trace:\n"
     "[  640.1]  iommu_dma_sync_single_for_cpu+0x28/0xd8\n"
     "[  640.1]  __dma_sync_single_for_cpu+0x6c/0xb0\n"
     "[  640.1]  mvneta_rx_swbm+0x1b4/0x7a0\n"
     "[  640.1]  mvneta_poll+0x230/0x2f0\n"
     "[  640.1]  __napi_poll+0x38/0x190\n"
     "[  640.1]  net_rx_action+0x134/0x2a0\n",
     "sync-for-cpu-received"},
    {"a sync for the CPU, by another owner",
     "BUG: unable to handle page fault for address: 0000000000000020\n"
     "RIP: 0010:iommu_get_dma_domain+0x10/0x20\n"
     " iommu_dma_sync_sg_for_cpu+0x33/0xb0\n"
     " uvc_video_complete+0x122/0x280 [uvcvideo]\n",
     "sync-for-cpu"},
    {"a late mapping",
     "[  505.8] BUG: kernel NULL pointer dereference, address: 0000000000000050\n"
     "[  505.8] Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
     "[  505.8] RIP: 0010:iommu_get_dma_domain+0x10/0x20\n"
     "[  505.8] Call Trace:\n"
     "[  505.8]  <IRQ>\n"
     "[  505.8]  ? asm_exc_page_fault+0x26/0x30\n"
     "[  505.8]  ? iommu_get_dma_domain+0x10/0x20\n"
     "[  505.8]  iommu_dma_map_page+0x35/0x2b0\n"
     "[  505.8]  dma_map_page_attrs+0x1c9/0x2c0\n"
     "[  505.8]  page_pool_alloc_netmems+0x2a2/0x490\n"
     "[  505.8]  mvneta_rx_refill+0x3c/0xe0\n",
     "map-without-domain"},
    {"a fault inside a mapping",
     "BUG: kernel NULL pointer dereference, address: 0000000000000308\n"
     "RIP: 0010:iommu_dma_map_page+0x4c/0x2b0\n"
     " page_pool_dma_map+0x38/0xe0\n"
     " __page_pool_alloc_netmems_slow+0x1c4/0x3a0\n",
     "map-fault"},
    {"a late mapping by a driver that sends",
     "Unable to handle kernel NULL pointer dereference at virtual address 00000000000000a8\n"
     "pc : iommu_get_dma_domain+0xc/0x20\n"
     " __iommu_dma_map+0x38/0x110\n"
     " dma_map_page_attrs+0x200/0x2b0\n"
     " hns3_fill_desc+0x5c/0x2a0 [hns3]\n",
     "map-lookup-alone"},
    {"a lookup as the pool takes a page",
     "Unable to handle kernel NULL pointer dereference at virtual address 00000000000000a8\n"
     "pc : iommu_get_dma_domain+0xc/0x20\n"
     " __page_pool_alloc_pages_slow+0x1b0/0x330\n",
     "take-without-domain"},
    {"a lookup in the worker",
     "Unable to handle kernel NULL pointer dereference at virtual address 00000000000000a8\n"
     "pc : iommu_get_dma_domain+0xc/0x20\n"
     " page_pool_release+0xd0/0x1f0\n"
     " page_pool_release_retry+0x28/0xe8\n",
     "release-without-domain"},
    {"a lookup in a put",
     "Unable to handle kernel NULL pointer dereference at virtual address 00000000000000a8\n"
     "pc : iommu_get_dma_domain+0xc/0x20\n"
     " page_pool_put_unrefed_netmem+0x1b0/0x330\n",
     "pool-without-domain"},
    {"a lookup and nothing else",
     "BUG: kernel NULL pointer dereference, address: 00000000000000a8\n"
     "RIP: 0010:iommu_get_dma_domain+0x10/0x20\n",
     "lookup-alone"},
    {"a sync of a bounce buffer",
     "BUG: unable to handle page fault for address: ffff9a4200000000\n"
     "#PF: supervisor read access in kernel mode\n"
     "Oops: Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
     "RIP: 0010:swiotlb_sync_single_for_device+0x2b/0xc0\n"
     "Call Trace:\n"
     " <IRQ>\n"
     " dma_direct_sync_single_for_device+0x52/0x80\n"
     " page_pool_put_unrefed_netmem+0x1b0/0x330\n",
     "bounce-sync"},
    {"a sync of a bounce buffer, pasted without offsets",
     "BUG: unable to handle page fault for address: ffff9a4200000000\n"
     "RIP: 0010:swiotlb_sync_single_for_device\n"
     "Call Trace:\n"
     " <IRQ>\n"
     " dma_direct_sync_single_for_device\n"
     " page_pool_put_unrefed_netmem\n"
     " skb_release_data\n",
     "bounce-sync"},
    {"riscv, a call that the firmware refuses",
     "[   55.1] Oops - environment call from S-mode [#1]\n"
     "[   55.1] epc : arch_sync_dma_for_device+0x60/0x9a\n"
     "[   55.1]  ra : dma_direct_sync_single_for_device+0x52/0x84\n"
     "[   55.1] [<ffffffff80012a44>] arch_sync_dma_for_device+0x60/0x9a\n"
     "[   55.1] [<ffffffff8067b9ae>] page_pool_put_unrefed_netmem+0xf0/0x1a8\n",
     "maintenance-not-there"},
    {"riscv cache maintenance, no call in sight",
     "[   55.1] Oops - load access fault [#1]\n"
     "[   55.1] epc : arch_sync_dma_for_device+0x60/0x9a\n"
     "[   55.1] [<ffffffff80012a44>] arch_sync_dma_for_device+0x60/0x9a\n"
     "[   55.1] [<ffffffff8045b9ae>] stmmac_rx+0x5f0/0xda8\n",
     "cache-maintenance-alone"},
    {"cache maintenance of a mapping",
     "Unable to handle kernel paging request at virtual address ffff000000000000\n"
     "pc : dcache_clean_poc+0x20/0x38\n"
     " arch_sync_dma_for_device+0x28/0x34\n"
     " dma_map_page_attrs+0x188/0x2b0\n"
     " page_pool_dma_map+0x40/0xe0\n",
     "maintenance-of-map"},
    {"cache maintenance of an unmap",
     "Unable to handle kernel paging request at virtual address ffff000000000000\n"
     "pc : dcache_inval_poc+0x20/0x58\n"
     " arch_sync_dma_for_cpu+0x28/0x34\n"
     " iommu_dma_unmap_page+0x98/0xf0\n"
     " fec_enet_rx_queue+0x1f4/0xa10\n",
     "maintenance-of-unmap"},
    {"cache maintenance of a sync for the CPU",
     "Unable to handle kernel paging request at virtual address ffff000000000000\n"
     "pc : dcache_inval_poc+0x20/0x58\n"
     " arch_sync_dma_for_cpu+0x28/0x34\n"
     " __dma_sync_single_for_cpu+0x6c/0xb0\n"
     " fec_enet_rx_napi+0x2b4/0xb30\n",
     "maintenance-for-cpu"},
    {"list_del with poison, below page_pool",
     "list_del corruption, ffffea0004a1f008->next is LIST_POISON1 (dead000000000100)\n"
     "------------[ cut here ]------------\n"
     "kernel BUG at lib/list_debug.c:56!\n"
     "Oops: invalid opcode: 0000 [#1] PREEMPT SMP NOPTI\n"
     "RIP: 0010:__list_del_entry_valid_or_report+0x6a/0xc0\n"
     "Call Trace:\n"
     " rmqueue_bulk+0x140/0x850\n"
     " alloc_pages_bulk_noprof+0x21c/0x4a0\n"
     " page_pool_alloc_netmems+0x1b0/0x2f0\n",
     "list-in-pool"},
    {"the same, what it says cut off",
     "kernel BUG at lib/list_debug.c:56!\n"
     "RIP: 0010:__list_del_entry_valid_or_report+0x6a/0xc0\n"
     " page_pool_put_unrefed_netmem+0x1b0/0x330\n",
     "list-check-in-pool"},
    {"VT-d, a read of nobody knows whom",
     "DMAR: [DMA Read] Request device [00:02.0] fault addr 0xfe3c1000 [fault reason 0x06] PTE Read "
     "access is not set\n",
     "fault-of-whom"},
    {"a SoC's IOMMU, a read",
     "rk_iommu ff460f00.iommu: Page fault at 0x00000000fe3c1000 of type read\n",
     "soc-fault-of-whom"},
    {"the item series",
     "BUG: unable to handle page fault for address: dead000000000122\n"
     "RIP: 0010:page_pool_item_unmap+0x90/0x150\n"
     " page_pool_destroy+0x160/0x200\n",
     "tracker-fault"},
    {"a broken list in page_pool",
     "list_add corruption. prev->next should be next (ffff88810a2b4c10), but was "
     "ffff88810a2b4d10. (prev=ffff88810a2b4e10).\n"
     "WARNING: CPU: 0 PID: 12 at lib/list_debug.c:32 __list_add_valid_or_report+0x90/0xa0\n"
     " __page_pool_alloc_netmems_slow+0x1c4/0x3a0\n",
     "list-in-pool"},
    {"KASAN, a pool asked for its NAPI",
     "BUG: KASAN: slab-use-after-free in page_pool_napi_local+0x9c/0xb0\n"
     " page_pool_napi_local+0x9c/0xb0\n"
     "Freed by task 4401:\n"
     " kfree+0x121/0x340\n"
     " page_pool_release_retry+0x5b/0x2b0\n",
     "pool-freed-napi"},
    {"KASAN, NAPI, what was freed is cut off",
     "BUG: KASAN: use-after-free in napi_pp_put_page+0xc4/0xd0\n"
     "Read of size 4 at addr ffff88811d2c0a90 by task ksoftirqd/4/40\n"
     " napi_pp_put_page+0xc4/0xd0\n"
     " skb_release_data+0x1b0/0x3d0\n",
     "napi-after-free"},
    {"KASAN in a DMA call of the pool",
     "BUG: KASAN: slab-use-after-free in iommu_get_dma_domain+0x48/0x60\n"
     " iommu_get_dma_domain+0x48/0x60\n"
     " iommu_dma_unmap_page+0x50/0x130\n"
     " page_pool_release_page_dma+0x88/0x110\n",
     "dma-after-free"},
    {"HW tags in a put, what was freed is cut off",
     "BUG: KASAN: invalid-access in page_pool_put_unrefed_netmem+0x1f0/0x3a0\n"
     "Read at addr fcff0000c7a4d0c0 by task iperf3/900\n"
     "Pointer tag: [fc], memory tag: [fe]\n"
     " page_pool_put_unrefed_netmem+0x1f0/0x3a0\n",
     "pool-function-after-free"},
    {"KASAN in the work item of a freed pool",
     "BUG: KASAN: slab-use-after-free in __run_timers+0x6c8/0x8a0\n"
     " __run_timers+0x6c8/0x8a0\n"
     " run_timer_softirq+0x5c/0xd0\n"
     "Freed by task 2210:\n"
     " kfree+0x121/0x340\n"
     " page_pool_destroy+0x214/0x3a0\n",
     "worker-after-free"},
    {"dma-debug, a sync beside its mapping",
     "DMA-API: mvneta f1070000.ethernet: device driver syncs DMA memory outside allocated range "
     "[device address=0x000000000e2a1040] [allocation size=64 bytes] [sync offset+size=4096]\n"
     "WARNING: CPU: 1 PID: 0 at kernel/dma/debug.c:1120 check_sync+0x4a0/0x5c0\n",
     "dma-debug-sync-outside"},
    {"dma-debug, an unmap of another size",
     "DMA-API: ravb e6800000.ethernet: device driver frees DMA memory with different size [device "
     "address=0x0000000058a41000] [map size=4096 bytes] [unmap size=2048 bytes]\n",
     "dma-debug-free-other"},
    {"dma-debug, two mappings of a line",
     "DMA-API: mlx5_core 0000:c1:00.0: cacheline tracking EEXIST, overlapping mappings aren't "
     "supported\n"
     "WARNING: CPU: 4 PID: 71 at kernel/dma/debug.c:571 add_dma_entry+0x2b4/0x340\n",
     "dma-debug-overlap"},
    {"a negative count, only the trace",
     "------------[ cut here ]------------\n"
     "WARNING: CPU: 2 PID: 88 at net/core/page_pool.c:617 page_pool_inflight+0x4c/0x90\n",
     "count-warning-bare"},
    {"a reference count at zero",
     "refcount_t: underflow; use-after-free.\n"
     "WARNING: CPU: 7 PID: 1090 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110\n"
     "RIP: 0010:refcount_warn_saturate+0xba/0x110\n"
     " page_pool_destroy+0x172/0x190\n"
     " xdp_rxq_info_unreg+0x4c/0xa0\n",
     "refcount-in-pool"},
    {"a fragment put twice, not inlined",
     "WARNING: CPU: 3 PID: 31 at net/core/page_pool.c:512 page_pool_unref_netmem+0x48/0x60\n"
     " page_pool_unref_netmem+0x48/0x60\n",
     "unref-warning"},
    {"a page in the ring with two references",
     "page_pool_empty_ring() page_pool refcnt 2 violation\n", "refcnt-violation"},
    {"UBSAN, the alloc cache",
     "UBSAN: array-index-out-of-bounds in net/core/page_pool.c:466:24\n"
     "index 4294967295 is out of range for type 'netmem_ref [128]'\n",
     "bounds-in-pool"},
    {"UBSAN, in a header",
     "UBSAN: shift-out-of-bounds in ./include/linux/log2.h:57:13\n"
     " __ubsan_handle_shift_out_of_bounds+0x20c/0x280\n"
     " page_pool_create_percpu+0x2c8/0x3a0\n",
     "bounds-in-pool-trace"},
    {"KCSAN",
     "BUG: KCSAN: data-race in page_pool_destroy / page_pool_put_unrefed_netmem\n"
     "write to 0xffff88810c0c4058 of 8 bytes by task 411 on cpu 1:\n"
     " page_pool_destroy+0x9b/0x330\n",
     "race-in-pool"},
    {"a bad page, met by page_pool",
     "BUG: Bad page state in process napi/eth0-12  pfn:12a7f0\n"
     "page dumped because: nonzero _refcount\n"
     " bad_page+0x70/0xf0\n"
     " get_page_from_freelist+0x3d0/0x1050\n"
     " alloc_pages_bulk_noprof+0x21c/0x4a0\n"
     " page_pool_alloc_netmems+0x1b0/0x2f0\n",
     "page-from-pool"},
    {"a complaint of lockdep with page_pool in it",
     "WARNING: inconsistent lock state\n"
     "6.9.0 #2 Not tainted\n"
     " _raw_spin_lock+0x30/0x40\n"
     " page_pool_put_unrefed_page+0x98/0x260\n",
     "pool-in-atomic"},
    {"a stall in the drain of a ring",
     "rcu: INFO: rcu_sched self-detected stall on CPU\n"
     "rcu: \t3-....: (20999 ticks this GP) idle=b3c4/1/0x4000000000000000\n"
     "Call trace:\n"
     " page_pool_empty_ring+0x54/0xa0\n"
     " page_pool_release+0xa8/0x1f0\n",
     "pool-hangs"},
    {"a task that unregisters for ever",
     "INFO: task rmmod:4433 blocked for more than 241 seconds.\n"
     " __schedule+0x3f4/0xb40\n"
     " msleep+0x2d/0x40\n"
     " netdev_run_todo+0x39b/0x4f0\n",
     "unregister-hangs"},
    {"a SoC's IOMMU", "rk_iommu ff460f00.iommu: Page fault at 0x00000000fe3c1000 of type write\n",
     "soc-iommu-fault"},
    {"a checksum", "eth1: hw csum failure\nskb len=76 headroom=78 headlen=76 tailroom=0\n",
     "checksum"},
    {"poison of free pages", "pagealloc: memory corruption\n", "poison"},
    {"a fault in the ring put",
     "general protection fault, probably for non-canonical address 0xdffffc0000000018: 0000 [#1]\n"
     "RIP: 0010:page_pool_recycle_in_ring+0x5c/0x2a0\n",
     "ring-fault"},
    {"a fault in a put",
     "BUG: unable to handle page fault for address: ffffffffc0d5a040\n"
     "Oops: 0000 [#1] SMP\n"
     "RIP: 0010:page_pool_put_unrefed_netmem+0x2a/0x330\n"
     " skb_release_data+0x130/0x1c0\n",
     "pool-fault"},
};

}  // namespace poolrace::experiments
