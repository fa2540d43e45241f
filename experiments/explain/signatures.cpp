// SPDX-License-Identifier: MIT
#include "experiments/explain/signatures.hpp"

#include <algorithm>

#include "experiments/explain/functions.hpp"

namespace poolrace::experiments {

namespace {

using enum ReportType;
using enum Sure;
using enum DmaCall;

constexpr std::string_view pool =
    "page_pool_* __page_pool_* napi_pp_put_page skb_pp_recycle skb_pp_frag_* skb_page_unref "
    "page_pool";
// Where a device's IOMMU domain is looked up, or used.
constexpr std::string_view lookup =
    "iommu_get_dma_domain iommu_get_domain_for_dev iommu_iova_to_phys *_iova_to_phys find_domain "
    "iommu_get_fwspec";
constexpr std::string_view maps =
    "__iommu_dma_map iommu_dma_map_* iommu_dma_alloc* iommu_map* __iommu_map* dma_map_* "
    "dma_direct_map_* dma_direct_alloc* dma_alloc_attrs intel_map* intel_iommu_map* "
    "arm_iommu_map_* arm_dma_map_* swiotlb_map swiotlb_tbl_map_* *_lpae_map* arm_v7s_map* v1_map_*";
constexpr std::string_view unmaps =
    "__iommu_dma_unmap iommu_dma_unmap_* iommu_dma_free* iommu_unmap* __iommu_unmap* dma_unmap_* "
    "__dma_unmap_* dma_direct_unmap_* dma_direct_free* dma_free_attrs intel_unmap* "
    "arm_iommu_unmap_* arm_dma_unmap_* swiotlb_tbl_unmap_* *_lpae_unmap* arm_v7s_unmap* "
    "v1_unmap_* dma_pte_* *_iommu_unmap*";
constexpr std::string_view sync =
    "iommu_dma_sync_* dma_sync_* __dma_sync_* dma_direct_sync_* page_pool_dma_sync_* "
    "page_pool_dma_maybe_sync* __page_pool_dma_sync_* arm_iommu_sync_* swiotlb_sync_* "
    "arm_dma_sync_*";
// The pool's own functions around a call of the DMA API, which may stand there alone.
constexpr std::string_view pool_maps = "page_pool_dma_map";
constexpr std::string_view pool_unmaps =
    "page_pool_return_page page_pool_return_netmem page_pool_release_page* "
    "__page_pool_release_page* __page_pool_release_netmem*";
// What of DMA the pool does there is not in doubt, though the call itself was not seen.
constexpr std::string_view pool_takes = "page_pool_alloc* __page_pool_alloc* page_pool_dev_alloc*";
constexpr std::string_view pool_lets_go =
    "page_pool_release page_pool_release_retry page_pool_empty_* page_pool_scrub "
    "page_pool_destroy";
// A driver that receives.
constexpr std::string_view receives =
    "__napi_poll napi_poll net_rx_action napi_threaded_poll* napi_gro_* *_napi_poll "
    "*_clean_rx_irq* *_rx_poll *_poll_rx *_rx_swbm";
// Cache maintenance by virtual address: arm64, riscv, mips, 32-bit ARM, powerpc, others.
constexpr std::string_view maintenance =
    "dcache_* __clean_dcache_* __inval_dcache_* __dma_map_area __dma_clean_* __dma_flush_* "
    "arch_sync_dma_for_* arch_dma_* riscv_noncoherent_* arch_wback_* arch_wbinval_* "
    "arch_inval_* ax45mp_* ccache_* sifive_* thead_* r4k_dma_* blast_dcache* *_dcache_range* "
    "dma_sync_phys loongson*_cache* octeon_dma_* dma_cache_* v7_dma_* v6_dma_* cpu_v7_dma_* "
    "b15_dma_* l2c* outer_* arm_dma_* ___dma_* __dma_sync csky_* sh_sync_* xtensa_* cache_op "
    "cache_clean_* local_flush_dcache* flush_dcache* __flush_dcache* __dma_page_* __dma_single_*";
// Where an interrupt came in: what is further out was doing something else.
constexpr std::string_view entered =
    "asm_* irq_exit* __irq_exit* do_softirq* __do_softirq handle_softirqs el1_irq el1_interrupt "
    "gic_handle_irq __irq_svc handle_irq* do_irq* do_IRQ";
constexpr std::string_view pool_free =
    "page_pool_free page_pool_release* page_pool_destroy __page_pool_destroy "
    "page_pool_return_page page_pool_uninit *xdp_mem_disconnect*";
constexpr std::string_view device_free = "device_release pci_release_dev *_device_release";
constexpr std::string_view napi_free =
    "free_netdev netdev_release *napi_del* *q_vector* *dealloc_vector* *_free_channel* "
    "*_free_rings* *_free_queue*";
constexpr std::string_view waits =
    "synchronize_* __wait_rcu_gp wait_rcu_gp wait_for_completion* schedule_timeout* msleep";

// Not names: what a text is asked for below.
constexpr std::string_view pp_mark = "pp_signature";     // a word of a page
constexpr std::string_view nic_or_write = "nic, write";  // of an access that an IOMMU refused
constexpr std::string_view smmu_faults =
    "event 0x10 received|event 0x11 received|event 0x13 received|F_TRANSLATION|F_ACCESS|"
    "F_PERMISSION|Unhandled context fault|fault occurred at iova";
constexpr std::string_view soc_faults = "iommu: Page fault at|sysmmu: |mtk-iommu";
// Drivers of NICs, and what a device tree calls them; it need not be complete.
constexpr std::string_view nics =
    "*ethernet* mlx4_* mlx5_* ixgbe* igb igbvf igc e1000* ice iavf i40e* bnx2* bnxt_en tg3 hns3 "
    "hclge* mvneta mvpp2 stmmac* *dwmac* r8169 r8125 r8152 virtio_net ena gve mana nfp qede qed "
    "atlantic fsl_enetc* fsl_dpa* fsl-dpa* dpaa2* rvu_nic* nicvf sfc fm10k ionic enic be2net sky2 "
    "alx macb fec ravb mt76* mt79* ath9k* ath10k* ath11k* ath12k* iwlwifi rtw88* rtw89* netsec "
    "am65-cpsw* cpsw* xgene-enet* liquidio* octeon_ep* netxen_nic cxgb4* lan743x wlan*";

const Signature table[] = {
    // --- an oops, or a trace whose head is missing
    // Before the others: their addresses may be good.
    {"maintenance-not-there", types(oops, trace), "environment call|llegal instruction",
     maintenance, "", "", "", possible, "sync-unmapped",
     "cache maintenance ended in an instruction or a call of the firmware that is not there: so "
     "look whether this CPU and firmware have that operation at all, and only then at the address",
     types(none, sync_for_device)},
    {"maintenance-of-map", types(oops, trace), "", maintenance, "", "", "", possible, "late-map",
     "cache maintenance faulted below a DMA mapping: what was to be mapped is not memory, or the "
     "device is one that is gone",
     types(map)},
    {"maintenance-of-unmap", types(oops, trace), "", maintenance, "", "", "", possible,
     "late-unmap", "cache maintenance faulted below a DMA unmap: nothing is mapped at the address",
     types(unmap)},
    {"maintenance-for-cpu", types(oops, trace), "", maintenance, "", "", "", possible,
     "late-sync-for-cpu",
     "cache maintenance faulted below a sync for the CPU: nothing is mapped at the address",
     types(sync_for_cpu)},
    {"cache-maintenance", types(oops, trace), "", maintenance, pool, "", "", likely,
     "sync-unmapped",
     "cache maintenance faulted below the pool's sync: the address that it was given is not one "
     "of memory"},
    {"cache-maintenance-sync", types(oops, trace), "", maintenance, "", "", "", possible,
     "sync-unmapped",
     "cache maintenance faulted below a DMA sync, but no function of page_pool "
     "is in the trace",
     types(sync_for_device)},
    {"cache-maintenance-alone", types(oops, trace), "", "arch_sync_dma_for_*", "", "", "", possible,
     "sync-unmapped",
     "cache maintenance for DMA faulted; neither a call of the DMA API nor page_pool is in the "
     "trace"},
    {"bounce-sync", types(oops, trace), "", "swiotlb_*", pool, "", "", likely, "sync-unmapped",
     "the pool's sync faulted among the bounce buffers: the page has none at that address",
     types(sync_for_device)},
    {"sync-without-domain", types(oops, trace), "", lookup, pool, "", "", certain, "late-sync",
     "a sync that the pool asked for faulted where the device's IOMMU domain is looked up",
     types(sync_for_device)},
    {"sync-fault", types(oops, trace), "", sync, pool, "", "", likely, "late-sync",
     "the pool's sync faulted inside the DMA layer", types(sync_for_device)},
    {"sync-lookup-alone", types(oops, trace), "", lookup, "", "", "", possible, "late-sync",
     "a DMA sync faulted where the IOMMU domain is looked up, but no function of page_pool is in "
     "the trace",
     types(sync_for_device)},
    {"sync-fault-alone", types(oops, trace), "", sync, "", "", "", possible, "late-sync",
     "a DMA sync faulted inside the DMA layer, but no function of page_pool is in the trace",
     types(sync_for_device)},
    // Drivers ask for it themselves: the pool is never in the trace.
    {"sync-for-cpu-received", types(oops, trace), "", "", receives, "", "", likely,
     "late-sync-for-cpu", "a driver that receives asked for a sync for the CPU, and it faulted",
     types(sync_for_cpu)},
    {"sync-for-cpu", types(oops, trace), "", "", "", "", "", possible, "late-sync-for-cpu",
     "a sync for the CPU faulted; that a driver of a NIC asked for it is not in the trace",
     types(sync_for_cpu)},
    {"map-without-domain", types(oops, trace), "", lookup, pool, "", "", certain, "late-map",
     "a mapping that the pool made faulted where the device's IOMMU domain is looked up",
     types(map)},
    {"map-fault", types(oops, trace), "", maps, pool, "", "", likely, "late-map",
     "a mapping that the pool made faulted inside the DMA layer", types(map)},
    {"map-lookup-alone", types(oops, trace), "",
     "iommu_get_dma_domain __iommu_dma_map iommu_dma_map_* iommu_dma_alloc*", "", "", "", possible,
     "late-map",
     "a DMA mapping faulted in the right place, but no function of page_pool is in the trace",
     types(map)},
    {"unmap-without-domain", types(oops, trace), "", lookup, pool, "", "", certain, "late-unmap",
     "the pool's unmap faulted where the device's IOMMU domain is looked up", types(unmap)},
    {"unmap-fault", types(oops, trace), "", unmaps, pool, "", "", likely, "late-unmap",
     "the pool's unmap faulted inside the DMA layer", types(unmap)},
    {"unmap-lookup-alone", types(oops, trace), "",
     "iommu_get_dma_domain __iommu_dma_unmap iommu_dma_unmap_*", "", "", "", possible, "late-unmap",
     "the right place, but no function of page_pool is in the trace: another owner of mappings, "
     "or a trace that was cut",
     types(unmap)},
    // No function of the DMA API is in the trace: then the pool's tell what it may have been.
    {"take-without-domain", types(oops, trace), "", lookup, pool_takes, "", "", likely, "late-map",
     "the device's IOMMU domain was looked up as the pool took a page, which it maps; the DMA call "
     "itself is not in the trace",
     types(none)},
    {"release-without-domain", types(oops, trace), "", lookup, pool_lets_go, "", "", likely,
     "late-unmap",
     "the device's IOMMU domain was looked up as the pool let its pages go; the DMA call itself is "
     "not in the trace",
     types(none)},
    {"pool-without-domain", types(oops, trace), "", lookup, pool, "", "", possible, "late-unmap",
     "page_pool had the device's IOMMU domain looked up; whether for an unmap or a sync is not in "
     "the trace",
     types(none)},
    {"lookup-alone", types(oops, trace), "", "iommu_get_dma_domain", "", "", "", possible,
     "late-unmap",
     "the right place, but neither a DMA call nor a function of page_pool is in the trace",
     types(none)},
    {"tracker-fault", types(oops, memory, trace), "", "page_pool_item* __page_pool_item*", "", "",
     "", likely, "tracker", "the fault is in the item tracking itself"},
    {"list-of-marked-pages", types(oops, list, warning), "list_del corruption|list_add corruption",
     "", "", pp_mark, "", likely, "page-words",
     "a list of pages held page_pool's mark where a pointer belongs"},
    {"list-in-pool", types(oops, list, warning), "list_del corruption|list_add corruption", "",
     pool, "", "", possible, "put-twice", "a broken list, met by page_pool"},
    {"list-check-in-pool", types(oops, warning, trace), "",
     "__list_del_entry_valid* __list_add_valid*", pool, "", "", possible, "put-twice",
     "the check of a list failed below page_pool; what it said of the list is not in the log"},

    // --- use after free, told by a sanitizer
    {"device-freed", types(memory), "", "", pool, "", device_free, certain, "device-freed",
     "the freed object is a device, and page_pool used it"},
    {"bulk-after-free", types(memory), "",
     "page_pool_recycle_ring_bulk page_pool_put_netmem_bulk page_pool_put_page_bulk", "", "", "",
     certain, "bulk-freed", "the access is in the bulk put, at or behind its unlock"},
    {"ring-after-free", types(memory), "",
     "page_pool_recycle_in_ring ptr_ring_produce* __ptr_ring_produce* page_pool_producer_*", pool,
     "", "", certain, "ring-freed", "the access is in the put of one page into the ring"},
    {"ring-unlock-after-free", types(memory), "",
     "page_pool_put_* __page_pool_put_* napi_pp_put_page",
     "lock_release _raw_spin_unlock* __raw_spin_unlock* do_raw_spin_unlock", "", pool_free, likely,
     "ring-freed", "a put touched a freed pool while it unlocked: the ring's lock"},
    {"pool-freed-napi", types(memory), "", "page_pool_napi_local napi_pp_put_page", "", "",
     pool_free, likely, "pool-freed",
     "the freed object is a pool, and a put asked it for its NAPI"},
    {"napi-freed", types(memory), "", "page_pool_napi_local napi_pp_put_page", "", "", napi_free,
     certain, "napi-freed", "the freed object holds a NAPI, and a put looked into it"},
    {"napi-after-free", types(memory), "", "page_pool_napi_local napi_pp_put_page *list_owner*", "",
     "", "", likely, "napi-freed",
     "the access is where a put looks for the NAPI that owns the pool"},
    {"dma-after-free", types(memory), "",
     "dma_map_* dma_unmap_* dma_sync_* dma_need_* dma_direct_* dma_dev_* __dma_* iommu_* __iommu_* "
     "get_dma_ops get_arch_dma_ops dev_is_dma_coherent dev_dma_*",
     pool, "", "", likely, "device-freed", "the access is in a DMA call on the way of the pool"},
    {"pool-after-free", types(memory), "", "", pool, "", pool_free, certain, "pool-freed",
     "the freed object is a pool"},
    {"pool-function-after-free", types(memory), "", pool, "", "", "", likely, "pool-freed",
     "the access is in a function of page_pool; what was freed is not in the log"},
    {"worker-after-free", types(memory), "", "", "", "", pool_free, likely, "pool-freed",
     "the freed object is a pool, used by others than page_pool (its work item, its XDP user)"},

    // --- dma-debug
    {"dma-debug-pending", types(dma_api), "has pending DMA allocations while released", "", "", "",
     "", likely, "outlived-driver",
     "dma-debug counted mappings when the driver let go of its device"},
    {"dma-debug-free-unknown", types(dma_api), "tries to free DMA memory it has not allocated", "",
     "", "", "", certain, "unmapped-twice", "dma-debug knows no mapping at the address"},
    {"dma-debug-sync-unknown", types(dma_api), "tries to sync DMA memory it has not allocated", "",
     "", "", "", certain, "sync-unmapped", "dma-debug knows no mapping at the address"},
    {"dma-debug-sync-outside", types(dma_api), "syncs DMA memory outside allocated range", "", "",
     "", "", likely, "sync-unmapped", "the address has another mapping now, or a smaller one"},
    {"dma-debug-free-other", types(dma_api),
     "frees DMA memory with different|frees DMA memory with wrong function", "", "", "", "", likely,
     "unmap-of-another", "the mapping at the address is not the one that was meant"},
    {"dma-debug-overlap", types(dma_api, line), "cacheline tracking EEXIST|overlapping mappings",
     "", "", "", "", possible, "freed-past-pool",
     "a page was mapped while a mapping of it was live: it went back without its unmap, or is "
     "shared on purpose"},

    // --- warnings
    {"unmap-warning", types(warning), "", unmaps, "", "", "", likely, "unmapped-twice",
     "an unmap found less mapped than it was told"},
    {"count-warning", types(warning), "inflight packet-pages", "", "", "", "", certain,
     "count-negative", "the kernel says that its own count is negative"},
    {"count-warning-bare", types(warning), "", "page_pool_inflight", "", "", "", certain,
     "count-negative", "page_pool_inflight() warns of nothing else"},
    {"refcount-in-pool", types(warning), "refcount_t:", "", pool, "", "", likely, "pool-freed",
     "a reference count that page_pool uses was already zero"},
    {"napi-warning", types(warning), "",
     "page_pool_destroy page_pool_disable_direct_recycling page_pool_unlink_napi "
     "page_pool_enable_direct_recycling",
     "", "", "", likely, "napi-runs", "the pool's destroy checks that NAPI is off, and warned"},
    {"unref-warning-inlined", types(warning), "include/net/page_pool", pool, "", "", "", likely,
     "put-twice", "a page's fragment count went below zero"},
    {"unref-warning", types(warning), "",
     "page_pool_unref_* page_pool_defrag_page page_pool_put_page page_pool_put_netmem", "", "", "",
     likely, "put-twice", "a page's fragment count went below zero"},
    {"hardirq-warning", types(warning), "", "page_pool_put_* __page_pool_put_* napi_pp_put_page",
     "", "", "", likely, "put-in-hardirq",
     "a put warned: it checks that it is not in a hard interrupt"},
    {"refcnt-violation", types(line), "page_pool refcnt", "", "", "", "", likely, "put-twice",
     "a page in the pool's ring had another reference than the pool's"},
    {"bounds-in-pool", types(bounds), "net/core/page_pool.c", "", "", "", "", possible,
     "cache-shared",
     "an index of page_pool was out of bounds: the alloc cache's count had two writers"},
    {"bounds-in-pool-trace", types(bounds), "", pool, "", "", "", possible, "cache-shared",
     "an index of page_pool was out of bounds: the alloc cache's count had two writers"},
    {"race-in-pool", types(race), "", pool, "", "", "", possible, "sync-unmapped",
     "a data race on a field of the pool; dma_sync and destroy_cnt are read and cleared without "
     "a lock"},

    // --- pages
    {"page-with-mark", types(page), "page_pool leak|(netpp)", "", "", "", "", certain,
     "freed-past-pool", "the page allocator met a page that carries page_pool's mark"},
    {"page-with-signature", types(page), "", "", "", pp_mark, "", likely, "freed-past-pool",
     "a raw word of the page is page_pool's mark"},
    {"page-from-pool", types(page), "", "", pool, "", "", likely, "put-twice",
     "page_pool met the bad page"},

    // --- where one may not sleep
    {"destroy-in-atomic", types(context), "", "",
     "page_pool_destroy __page_pool_destroy page_pool_release* mem_allocator_disconnect", "", "",
     certain, "destroy-in-reader",
     "page_pool_destroy() is in the trace of a sleep in atomic context"},
    {"pool-in-atomic", types(context, warning), "", "", pool, "", "", possible, "destroy-in-reader",
     "page_pool is in the trace of a complaint about context"},

    // --- what does not end
    {"scan-hangs", types(hung), "", "",
     "page_pool_inflight_unmap page_pool_scan* page_pool_unmap_inflight", "", "", certain,
     "destroy-scans", "the walk of all memory is in the trace"},
    {"destroy-waits", types(hung), "", "", pool, waits, "", likely, "destroy-waits",
     "page_pool waits in the trace"},
    {"pool-hangs", types(hung), "", "", pool, "", "", likely, "destroy-waits",
     "page_pool is in the trace of what does not end"},
    {"unregister-hangs", types(hung), "", "",
     "netdev_run_todo netdev_wait_allrefs* unregister_netdev* unregister_netdevice_*", "", "",
     possible, "unregister-waits", "a netdev's unregistering does not end"},
    {"unregister-waits", types(line), "unregister_netdevice: waiting for", "", "", "", "", possible,
     "unregister-waits",
     "the kernel counts references to a netdev that goes; it does not say whose"},

    // --- one line
    // IOMMUs have graphics, disks and sound behind them too.
    {"smmu-fault", types(line), smmu_faults, "", "", nic_or_write, "", certain, "device-fault",
     "the SMMU reports an access without translation"},
    {"vtd-fault", types(line), "[DMA Write|[DMA Read", "", "", nic_or_write, "", certain,
     "device-fault", "VT-d reports an access without translation"},
    {"amd-fault", types(line), "IO_PAGE_FAULT", "", "", nic_or_write, "", certain, "device-fault",
     "AMD-Vi reports an access without translation"},
    {"soc-iommu-fault", types(line), soc_faults, "", "", nic_or_write, "", likely, "device-fault",
     "a SoC's IOMMU reports a fault"},
    {"fault-of-whom", types(line), "[DMA Read|IO_PAGE_FAULT", "", "", "", "", possible,
     "device-fault",
     "the IOMMU reports an access without translation, but neither that it is a NIC's nor that it "
     "is a write"},
    {"smmu-fault-of-whom", types(line), smmu_faults, "", "", "", "", possible, "device-fault",
     "the SMMU reports an access without translation, but neither that it is a NIC's nor that it "
     "is a write"},
    {"soc-fault-of-whom", types(line), soc_faults, "", "", "", "", possible, "device-fault",
     "a SoC's IOMMU reports a fault, but neither that it is a NIC's nor that it is a write"},
    {"checksum", types(line), "hw csum failure", "", "", "", "", possible, "payload",
     "the NIC's checksum and the bytes differ"},
    {"poison", types(line, page), "Poison overwritten|pagealloc: memory corruption", "", "", "", "",
     possible, "device-wrote", "poison of freed memory was overwritten"},

    // --- faults in the pool itself, of which only the place is known
    {"ring-fault", types(oops), "", "page_pool_recycle_in_ring page_pool_recycle_ring_bulk", "", "",
     "", possible, "ring-freed", "a fault in the put into the ring, which may be of a freed pool"},
    {"pool-fault", types(oops), "", pool, "", "", "", possible, "pool-freed",
     "a fault in a function of page_pool: its pool may be gone, or the page not one of a pool; "
     "KASAN would tell"},
};

// What only reports a failure, or is inlined below the function that matters.
constexpr std::string_view reporters =
    "dump_stack* show_stack show_trace* dump_backtrace* show_regs print_report "
    "print_address_description* print_bad_* kasan_* __kasan_* check_memory_region* check_region_* "
    "__asan_* __hwasan_* kfence_* kcsan_* __tsan_* report_bug __report_bug __warn* warn_slowpath* "
    "handle_bug bug_handler call_break_hook brk_handler exc_* asm_exc_* do_debug_exception "
    "do_error_trap die* __die* oops_* page_fault_oops no_context __bad_area* bad_area* "
    "do_user_addr_fault do_page_fault do_kern_addr_fault do_mem_abort do_translation_fault "
    "__do_kernel_fault do_sea el1_* el1h_* entry_* common_interrupt* ret_from_* handle_exception "
    "panic instrument_* lock_acquire* __lock_* lock_release* _raw_* __raw_* do_raw_* "
    "queued_spin_* native_queued_* spin_lock* spin_unlock* atomic_* arch_atomic* raw_atomic* "
    "refcount_* __refcount_* bad_page free_page_is_bad* check_*page* debug_dma_* check_unmap "
    "check_sync err_printk";

constexpr std::size_t first_max = 8;

// A page's pp_magic as a raw word: PP_SIGNATURE (0x40) over the poison delta of 64-bit kernels, an
// index of the array from bit 7 on, two flags at the bottom.
bool has_pp_mark(std::string_view text) {
  for (std::size_t at = text.find("dead0"); at != std::string_view::npos;
       at = text.find("dead0", at + 1)) {
    const std::string_view word = text.substr(at, 16);
    if (word.size() < 16) return false;
    std::uint64_t value = 0;
    bool hex = true;
    for (const char c : word) {
      const auto digit = std::string_view("0123456789abcdef").find(c);
      hex = hex && digit != std::string_view::npos;
      value = value * 16 + (hex ? digit : 0);
    }
    if (hex && (value & 0x7c) == 0x40) return true;
  }
  return false;
}

bool says_one(std::string_view text, std::string_view parts) {
  while (!parts.empty()) {
    const std::size_t end = std::min(parts.find('|'), parts.size());
    if (text.find(parts.substr(0, end)) != std::string_view::npos) return true;
    parts.remove_prefix(std::min(end + 1, parts.size()));
  }
  return false;
}

// Whether a word of the text is one of `names`.
bool names_one(std::string_view text, std::string_view names) {
  constexpr std::string_view of_words =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  for (std::size_t at = text.find_first_of(of_words); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(of_words, at), text.size());
    if (is_one_of(text.substr(at, end - at), names)) return true;
    at = text.find_first_of(of_words, end);
  }
  return false;
}

// The number behind `key`, as in "flags=0x0020"; 0 if there is none.
std::uint64_t hex_behind(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  std::uint64_t value = 0;
  for (const char c : text.substr(at + key.size(), 16)) {
    const auto digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) break;
    value = value * 16 + digit;
  }
  return value;
}

// Whether the line of an IOMMU names a NIC, or says that the access was a write: in words, or as
// the bits RW of AMD-Vi and WNR of the SMMU.
bool has_nic_or_write(std::string_view text) {
  return names_one(text, nics) || says_one(text, "[DMA Write| write|WRITE") ||
         (says_one(text, "IO_PAGE_FAULT") && (hex_behind(text, "flags=0x") & 0x20) != 0) ||
         (hex_behind(text, "fsynr=0x") & 0x10) != 0 || (hex_behind(text, "fsynr0=0x") & 0x10) != 0;
}

bool any_of(const std::vector<std::string>& names, std::string_view patterns) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return is_one_of(name, patterns); });
}

bool has_with(const Report& report, std::string_view with) {
  if (with == pp_mark) return has_pp_mark(report.text);
  if (with == nic_or_write) return has_nic_or_write(report.text);
  return any_of(report.frames, with);
}

bool fits(const Signature& s, const Report& report, const std::vector<std::string>& first) {
  return (s.of & types(report.type)) != 0 &&
         (s.call == 0 || (s.call & types(dma_call(first))) != 0) &&
         (s.says.empty() || says_one(report.text, s.says)) &&
         (s.top.empty() || any_of(first, s.top)) &&
         (s.stack.empty() || any_of(report.frames, s.stack)) &&
         (s.with.empty() || has_with(report, s.with)) &&
         (s.freed.empty() || any_of(report.freed, s.freed));
}

}  // namespace

std::span<const Signature> signatures() {
  return table;
}

std::vector<std::string> first_functions(const Report& report) {
  std::vector<std::string> out;
  for (const std::string& name : report.frames) {
    if (out.size() == first_max || (!out.empty() && is_one_of(out.back(), pool))) break;
    const bool again = std::find(out.begin(), out.end(), name) != out.end();
    if (!again && !is_one_of(name, reporters)) out.push_back(name);
  }
  return out;
}

DmaCall dma_call(const std::vector<std::string>& first) {
  for (const std::string& name : first) {
    if (is_one_of(name, entered)) break;
    if (is_one_of(name, maps) || is_one_of(name, pool_maps)) return map;
    if (is_one_of(name, unmaps) || is_one_of(name, pool_unmaps)) return unmap;
    if (is_one_of(name, sync))
      return name.find("_for_cpu") == std::string::npos ? sync_for_device : sync_for_cpu;
  }
  return none;
}

const Signature* signature_of(const Report& report) {
  const std::vector<std::string> first = first_functions(report);
  for (const Signature& s : table)
    if (fits(s, report, first)) return &s;
  return nullptr;
}

}  // namespace poolrace::experiments
