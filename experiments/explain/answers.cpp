// SPDX-License-Identifier: MIT
#include "experiments/explain/answers.hpp"

#include <string>

#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

using models::Harm;
using pool::Kind;

constexpr Answer table[] = {
    {"late-unmap", Kind::unmap_after_unbind, "sync-after-unbind", Harm::crash,
     "a page outlived its driver; when it came back the pool unmapped it through a device that has "
     "lost its IOMMU group.  The trace shows who brought the page (or the retry worker), not who "
     "held it",
     "oops up to v6.14; from v6.15 on (280e5a301005, in stable too) the same call goes past the "
     "IOMMU in silence.  v6.16 has the fix (also queued for 6.12 and 6.15), which leaves a window: "
     "a put that has claimed a page and not yet unmapped it when the driver goes",
     "baseline,baseline-ringfix,skip,xarray-rfc,xarray-v1,xarray,xarray-fixed,mainline-2026",
     "ee62ce7a1d90 (destroy unmaps what is in flight); the window that is left: RCU around claim "
     "and unmap, and a grace period after the walk (not merged).  stall has it too where the "
     "driver did not tell the pool its netdev",
     "run vf-cycling --profile arm64-server --variant baseline --runs 20",
     "--program remove-vs-put-return-vs-late --set iommu=strict"},
    {"late-sync", Kind::sync_after_unbind, "unmap-after-unbind", Harm::crash,
     "a put synced its page for a device whose driver is gone: to find the page's physical address "
     "the DMA layer asked an IOMMU domain that is no longer there",
     "before ee62ce7a1d90 (v6.16; queued for 6.12 and 6.15) on devices that need syncs: "
     "non-coherent, bounced by swiotlb, or with CONFIG_DMA_API_DEBUG",
     "baseline,baseline-ringfix,skip,scan,xarray-rfc,xarray-v1",
     "ee62ce7a1d90 (destroy clears dma_sync and waits for the puts that are past their check)",
     "run seed-race --variant baseline --runs 20",
     "--program remove-vs-put-preemptible-vs-late --set iommu=strict"},
    {"late-sync-for-cpu", Kind::sync_after_unbind, "sync-after-unmap", Harm::crash,
     "a driver asked for a sync for the CPU, to look at what it has received, when its device had "
     "lost its driver or was gone: its NAPI or a work item of it still ran",
     "any kernel, on devices that need syncs (non-coherent, bounced by swiotlb, or with "
     "CONFIG_DMA_API_DEBUG); the mistake is the driver's",
     "",
     "napi_disable() and cancel_work_sync() before the pool, the rings and the device go; what the "
     "pool does about its own syncs does not help here",
     "run seed-race --variant xarray-fixed --fault keep-rx-work --set teardown=unbind --runs 3",
     ""},
    {"late-map", Kind::map_after_unbind, "sync-after-unbind, unmap-after-unbind", Harm::crash,
     "a page was mapped for a device that had lost its driver or was gone: somebody still filled a "
     "ring (NAPI, a refill timer, a work item), or sent",
     "any kernel; the mistake is the driver's.  An oops up to v6.14, where the IOMMU group's "
     "pointer is NULL; from v6.15 on (280e5a301005, in stable too) the mapping goes past the IOMMU "
     "in silence",
     "",
     "napi_disable(), timer_shutdown_sync() and cancel_work_sync() before the pool, the rings and "
     "the device go",
     "run seed-race --variant xarray-fixed --fault keep-tx-work --set teardown=unbind --runs 3",
     ""},
    {"sync-unmapped", Kind::sync_after_unmap, "sync-after-unbind", Harm::crash,
     "cache maintenance on an address that nothing is mapped at: destroy had unmapped the page, "
     "and "
     "a put still synced it (physical page 0, or what another buffer has there now).  On v6.15 and "
     "later a sync after the device is gone looks the same",
     "no mainline release by itself: kernels with RFC v4 to v11 of the item and scan series, or "
     "the "
     "first xarray versions; on others a driver that syncs what it has unmapped.  Non-coherent "
     "devices, or CONFIG_DMA_API_DEBUG",
     "scan,scan-rcu,blocks-v5,blocks-v11,xarray-rfc,xarray-v1",
     "ee62ce7a1d90 (clear dma_sync, then a grace period, then unmap; the check under RCU)",
     "run seed-race --variant scan --runs 20",
     "--program destroy-vs-put-preemptible-vs-late --set iommu=strict"},
    {"unmapped-twice", Kind::double_unmap, "unmap-foreign", Harm::none,
     "an address was unmapped that nothing is mapped at: two owners each believed the mapping to "
     "be "
     "theirs.  The kernel warns and returns; had the IOVA been given out again, somebody else's "
     "mapping would be gone",
     "any kernel, if a driver unmaps a pool's page itself or puts it twice", "",
     "the claim by compare-and-exchange of ee62ce7a1d90 keeps pool and destroy apart; a driver "
     "must leave mapping to the pool (PP_FLAG_DMA_MAP) or do all of it",
     "run seed-race --variant xarray-fixed --fault unmap-twice --runs 3", ""},
    {"unmap-of-another", Kind::unmap_foreign, "double-unmap", Harm::corruption,
     "an unmap did not fit the mapping at its address: the address belongs to another buffer now, "
     "or the caller has the wrong size, direction or function",
     "any kernel, if a driver mixes its own DMA calls with the pool's", "",
     "mending that driver; dma-debug's second trace (Mapped at) says who made the mapping",
     "run seed-race --variant xarray-fixed --fault unmap-too-much --runs 3", ""},
    {"page-words", Kind::page_use_after_free, "tracker-corruption", Harm::corruption,
     "a page's pool words (pp_magic, owner, dma_addr) were written after the page had gone back: "
     "they are the words that the page allocator's lists use",
     "v6.16 (and 6.12, 6.15 with the backport) up to 24ef02f934ee of August 2026, which is misuse "
     "without harm since",
     "xarray-rfc,xarray-v1,xarray,xarray-fixed,mainline-2026",
     "24ef02f934ee (who walks only unmaps; the return path clears the page's words)",
     "explore --program destroy-vs-put-return-vs-late --variant xarray --set iommu=strict",
     "--program destroy-vs-put-return-vs-late --set iommu=strict"},
    {"put-twice", Kind::page_use_after_free, "accounting, leak", Harm::corruption,
     "a reference was given back once too often: a page of a pool was put or freed while somebody "
     "else still had it",
     "any kernel; the mistake is the driver's or the stack's, who puts more "
     "fragments than it took",
     "", "mending the one who puts twice; KASAN and page_owner=on name it",
     "run seed-race --variant xarray-fixed --fault put-twice --runs 3", ""},
    {"freed-past-pool", Kind::free_while_mapped, "leak, tracker-corruption", Harm::corruption,
     "a page that belongs to a pool went to the page allocator by another way than the pool "
     "(put_page() where page_pool_put_page() was due, an skb not marked for recycling): it is "
     "still mapped for the device, and the pool waits for it for ever",
     "any kernel; the message needs CONFIG_DEBUG_VM or dma-debug", "",
     "mending the one who frees: skb_mark_for_recycle() at each skb that the driver builds, "
     "page_pool_put_*() for what it drops",
     "run seed-race --variant xarray-fixed --fault free-past-pool --runs 3", ""},
    {"ring-freed", Kind::pool_use_after_free, "", Harm::corruption,
     "a put gave the pool its last page and had still to unlock the ring, when another CPU took "
     "that page out, found none in flight and freed the pool",
     "before 271683bb2cf3 (v6.16, stable since)",
     "baseline,stall,skip,wait,items-v2,items-v3,scan,scan-rcu,blocks-v5,blocks-v11,xarray-rfc,"
     "xarray-v1,xarray",
     "271683bb2cf3 (the statistic inside the lock, and release takes the producer lock once before "
     "it may free)",
     "explore --program destroy-vs-put-preemptible --variant baseline --set iommu=strict",
     "--program destroy-vs-put-preemptible --set iommu=strict"},
    {"bulk-freed", Kind::pool_use_after_free, "", Harm::corruption,
     "a bulk put counts `ring` in the pool's statistics when it has already unlocked the ring; "
     "destroy may have freed the pool in between",
     "v6.14 and later with CONFIG_PAGE_POOL_STATS, up to bdea4980182e of September 2026; "
     "271683bb2cf3 mended the single put alone",
     "baseline,baseline-ringfix,stall,skip,wait,items-v2,items-v3,scan,scan-rcu,blocks-v5,"
     "blocks-v11,xarray-rfc,xarray-v1,xarray,xarray-fixed",
     "bdea4980182e (the bulk path counts inside the lock)",
     "explore --program destroy-vs-put-bulk --variant xarray-fixed --set iommu=strict",
     "--program destroy-vs-put-bulk --set iommu=strict"},
    {"pool-freed", Kind::pool_use_after_free, "accounting", Harm::corruption,
     "somebody used a pool that had been freed: it was freed too early (a return counted twice, a "
     "page never counted), destroyed twice, or a driver kept its pointer",
     "any kernel", "",
     "if the trace ends in a ring or bulk put: 271683bb2cf3 and bdea4980182e; else mending who "
     "destroys or counts twice (\"Freed by task\" names it)",
     "run seed-race --variant xarray-fixed --fault free-pool-early --runs 3", ""},
    {"device-freed", Kind::device_use_after_free, "unmap-after-unbind", Harm::crash,
     "a late put reached into the struct device after its last reference: the pool keeps no "
     "reference of its own since the merged fix, and nothing holds the device for a page that is "
     "being unmapped",
     "v6.16 and later (and 6.12, 6.15 with the backport), in the window between claim and unmap; "
     "up to then the pool's get_device() put this off",
     "scan,xarray-rfc,xarray-v1,xarray,xarray-fixed,mainline-2026",
     "nothing merged: RCU around claim and unmap, and a grace period after the walk",
     "explore --program remove-vs-put-return-vs-late --variant xarray-fixed --set iommu=none",
     "--program remove-vs-put-return-vs-late --set iommu=none"},
    {"napi-freed", Kind::napi_use_after_free, "cache-corruption", Harm::corruption,
     "a put looked into a NAPI that had been freed, to see whether it runs on NAPI's CPU; what it "
     "reads there may let it into the alloc cache",
     "any kernel; netif_napi_del()'s grace period keeps correct drivers out of "
     "it, so look for a NAPI that is freed or reused without one",
     "",
     "page_pool_disable_direct_recycling() or destroy before netif_napi_del(), and its grace "
     "period before the memory goes",
     "run seed-race --variant xarray-fixed --fault keep-napi --runs 3", ""},
    {"tracker", Kind::tracker_corruption, "page-use-after-free", Harm::crash,
     "the table in which the pool remembers mapped pages was used for a page that it no longer "
     "belongs to",
     "kernels with the item or block series (never merged)", "blocks-v5,blocks-v11",
     "the series was given up for ee62ce7a1d90",
     "explore --program destroy-vs-put-return-vs-late --variant blocks-v11 --set iommu=strict",
     "--program destroy-vs-put-return-vs-late --set iommu=strict"},
    {"cache-shared", Kind::cache_corruption, "page-use-after-free, leak", Harm::corruption,
     "two contexts were in the pool's alloc cache at once, which only its NAPI may touch: a page "
     "is "
     "lost, or handed out twice",
     "any kernel; the driver breaks the contract (NAPI not disabled before "
     "destroy, direct recycling from elsewhere, one pool for two NAPIs)",
     "", "napi_disable() before page_pool_destroy(); allow_direct only from the pool's own NAPI",
     "explore --program broken-napi --variant xarray-fixed --set iommu=strict", ""},
    {"payload", Kind::payload_corruption, "", Harm::corruption,
     "bytes of a frame were not those on the wire.  A dirty cache line that is written back after "
     "the device wrote does that, and so do many other things: this line alone does not tell",
     "non-coherent devices; of the published fixes those that publish a page before they sync it",
     "scan-rcu,blocks-v5,blocks-v11", "syncing before publishing, as mainline does",
     "explore --program recycle-and-post --variant scan-rcu --set iommu=strict",
     "--program recycle-and-post --set iommu=strict"},
    {"device-wrote", Kind::dma_to_freed_page, "page-use-after-free", Harm::corruption,
     "memory was written after it was freed, by no instruction that a sanitizer saw: a device that "
     "was not stopped, or an IOTLB entry that outlived its mapping, does that",
     "any kernel, without an IOMMU or with a lazy one", "",
     "stopping the device before its buffers are freed; iommu.strict=1 shows a fault instead",
     "run seed-race --variant xarray-fixed --set iommu=none --fault ignore-stop --runs 3", ""},
    {"device-fault", Kind::iommu_fault, "", Harm::none,
     "a device used an address that has no mapping; the IOMMU refused.  If it comes at teardown, "
     "the device still received when the pool had unmapped (RX not stopped); at other times a "
     "descriptor had a wrong or stale address",
     "any kernel; it takes a driver that stops its device too late", "",
     "waiting until the device has stopped before the buffers are put",
     "explore --program broken-rx --variant xarray-fixed --set iommu=strict", ""},
    {"outlived-driver", Kind::unmap_after_unbind, "leak", Harm::leak,
     "mappings were left when the driver let go of its device.  They are leaked already (nobody "
     "may "
     "unmap them any more); each of their pages that comes back is unmapped all the same, too "
     "late. "
     "Entries mapped as a page or single, FROM_DEVICE or BIDIRECTIONAL, of page size are a pool's",
     "before ee62ce7a1d90 (v6.16; queued for 6.12 and 6.15); later only what a driver mapped "
     "itself",
     "baseline,baseline-ringfix,skip,xarray-rfc,xarray-v1,xarray,xarray-fixed,mainline-2026",
     "ee62ce7a1d90 (destroy unmaps what is in flight)", "run unbind --variant baseline --runs 20",
     "--program remove-vs-put-return-vs-late --set iommu=strict"},
    {"pages-out", Kind::unmap_after_unbind, "leak", Harm::none,
     "a pool was destroyed while pages were in flight, and waits for them.  No rule is broken by "
     "that: the count falls, so holders let go.  But if the device is removed before the last one "
     "comes back, it comes too late",
     "any kernel; the warning comes each 60 s and only if the driver did not tell the "
     "pool its netdev",
     "baseline,baseline-ringfix,skip,xarray-rfc,xarray-v1,xarray,xarray-fixed,mainline-2026",
     "who holds: unread sockets (ss -tmp, Recv-Q), the per-CPU deferred list of a CPU that "
     "receives "
     "nothing any more (one packet there empties it), fragments (30 s at most), a tun, vhost or "
     "AF_PACKET reader.  What makes their lateness harmless: ee62ce7a1d90",
     "run vf-cycling --profile arm64-server --variant baseline --runs 20",
     "--program remove-vs-put-return-vs-late --set iommu=strict"},
    {"never-back", Kind::leak, "unmap-after-unbind", Harm::leak,
     "a pool was destroyed while pages were in flight, and they do not come back: lost by a driver "
     "(a reference of a fragment, a TX ring not emptied, frames redirected to another NIC), freed "
     "past the pool, or held by a socket that nobody reads.  The pool and its pages stay for ever; "
     "a removal of the device makes it worse",
     "any kernel; the warning comes each 60 s and only if the driver did not tell the "
     "pool its netdev",
     "",
     "finding the holder: unread sockets first (ss -tmp, Recv-Q; end the process and the count "
     "falls), then the driver (a count that is the same after every teardown is its own).  "
     "ee62ce7a1d90 ends the danger at removal, not the leak",
     "run ring-resize --variant baseline --fault lose-completion --runs 3", ""},
    {"destroy-scans", Kind::teardown_stall, "", Harm::stall,
     "destroy walks all memory for its pages with bottom halves off: 4 to 16 ns a page, so "
     "terabytes take longer than the watchdog allows",
     "kernels with RFC v4 of the scan series (never merged)", "scan,scan-rcu",
     "ee62ce7a1d90 (an array of mapped pages instead of a walk of all memory)",
     "run seed-race --variant scan --set ram_gib=8192 --runs 1", ""},
    {"destroy-waits", Kind::teardown_stall, "leak", Harm::stall,
     "the teardown waits for something that does not come: for a grace period that a reader holds "
     "up, or for pages whose holder keeps them",
     "a wait for pages: kernels with the proposals that wait or stall (never merged); a wait for a "
     "grace period: any, if a reader or a stolen vCPU sits in its section",
     "wait",
     "mainline does not wait for pages; for the grace period see which CPU the stall report names",
     "run seed-race --variant wait --set hold=constant --set hold_median_us=150000000 "
     "--set load_mpps=0.0001 --runs 1",
     ""},
    {"unregister-waits", Kind::teardown_stall, "", Harm::stall,
     "unregistering waits for references to the netdev.  Mainline's page_pool takes none for its "
     "pages, so look at dst entries, sockets and tunnels first; the RFC that stalls unregister "
     "while pages are in flight does this by design",
     "page_pool's part: kernels with the stall RFC of August 2024 (never merged)", "wait",
     "mainline re-parents the pool to loopback and goes on; CONFIG_NET_DEV_REFCNT_TRACKER names "
     "the holder",
     "run seed-race --variant wait --set hold=constant --set hold_median_us=150000000 "
     "--set load_mpps=0.0001 --runs 1",
     ""},
    {"destroy-in-reader", Kind::wrong_context, "", Harm::none,
     "page_pool_destroy() sleeps (a mutex, and with the fix a grace period), and was called where "
     "one may not: inside an RCU section, with bottom halves off or under a spin lock",
     "XDP's memory model called it inside an RCU section until July 2024 (CVE-2024-43834); later "
     "it is the driver",
     "",
     "the fix of CVE-2024-43834 (invalid wait context of page_pool_destroy); else destroying "
     "from a task that may sleep",
     "run seed-race --variant xarray-fixed --fault skip-bh-enable --runs 3", ""},
    {"napi-runs", Kind::wrong_context, "cache-corruption, napi-use-after-free", Harm::none,
     "the pool was destroyed or cut from its NAPI while that NAPI could still run: the alloc cache "
     "has two users then",
     "any kernel; the contract is the driver's to keep", "",
     "napi_disable() before page_pool_destroy()",
     "run seed-race --variant xarray-fixed --fault skip-napi-disable --runs 3", ""},
    {"put-in-hardirq", Kind::wrong_context, "", Harm::none,
     "a page was put from hard-interrupt context; the ring's lock is not made for that",
     "any kernel; the check came with lockdep_assert_no_hardirq()", "",
     "freeing skbs by dev_kfree_skb_irq() there (netpoll and netconsole are known callers)",
     "run seed-race --variant xarray-fixed --fault put-in-hardirq --runs 3", ""},
    {"count-negative", Kind::accounting, "pool-use-after-free", Harm::none,
     "more pages were returned than the pool had given out: one was returned twice, or put to "
     "another pool than its own.  The count never mends itself, and older kernels retry for ever",
     "any kernel; newer ones end the retries when the count is negative", "",
     "mending who returns twice (two queues sharing one pool, a page split by hand)",
     "run seed-race --variant xarray-fixed --fault count-release-twice --runs 3", ""},
};

}  // namespace

std::span<const Answer> answers() {
  return table;
}

const Answer& answer(std::string_view name) {
  for (const Answer& one : table)
    if (one.name == name) return one;
  throw InternalError("no answer '" + std::string(name) + "'");
}

}  // namespace poolrace::experiments
