// SPDX-License-Identifier: MIT
// What a step does and why it is there, by the words it begins with; the first that fits tells it.
const told = [
  [
    /^destroy: drop user_cnt/,
    "destroy gives up its claim on the pool. With the last user gone the teardown begins.",
  ],
  [
    /^destroy: clear cpuid|^destroy: (read|clear) (p\.napi|NAPI state|list_owner)/,
    "Cuts the pool loose from its NAPI poll, so that no put takes the lock-free way into the pool's cache any more.",
  ],
  [
    /^destroy: clear dma_sync|^scrub: clear dma_sync/,
    "From here a put that reads the flag leaves the sync out. One that has read it already does not know.",
  ],
  [
    /^scrub: read dma_sync|^scrub: read dma_map/,
    "Asks whether the pool maps and syncs its pages at all; else nothing has to be undone.",
  ],
  [
    /^uninit: /,
    "The pool is about to be freed: what it tracked its pages with goes first, under its lock if it has one.",
  ],
  [
    /synchronize_(rcu|net)/,
    "Asks for a grace period: goes on only when everybody who is inside a read section now has left it.",
  ],
  [
    /^the grace period is over/,
    "Every reader that was inside when the wait began has left. Those who were no readers were not waited for.",
  ],
  [
    /^destroy returns/,
    "The driver goes on, and may be gone soon. Whatever is still away comes back to a pool without a driver.",
  ],
  [
    /^scrub: (read|raise) destroy_cnt/,
    "Scrub: empties the pool's cache once, at the first attempt to free the pool.",
  ],
  [
    /^scrub: read _refcount/,
    "Scrub looks at a page from the ring before it gives it back: nobody else may hold it.",
  ],
  [
    /^scan: /,
    "The scan goes over all pages of memory and looks for those of this pool that are away, to unmap them now.",
  ],
  [
    /^cache: (read count|load|lower|store|raise|push)/,
    "The pool's own little stack of pages; only its NAPI poll, or a teardown, may touch it.",
  ],
  [
    /^cache: write back dirty lines/,
    "The CPU's cache writes its dirty lines to memory, whenever it likes. Nobody asks for it.",
  ],
  [
    /^rcu_read_lock/,
    "Tells RCU: I am a reader now. Grace periods that begin from here on wait for me.",
  ],
  [/^rcu_read_unlock/, "Tells RCU: I have left. A grace period that waited for this one may end."],
  [
    /^return: /,
    "A page is given back to the system instead of being kept; under scan a lock keeps the scan away from it.",
  ],
  [
    /^claim|^claimed/,
    "Whoever takes the page out of the list of mapped pages is the one who unmaps it; nobody else may.",
  ],
  [
    /^release: read dma_/,
    "Before a page leaves the pool its mapping must be taken away: which address has it?",
  ],
  [
    /^release: (clear|read)/,
    "Wipes what the pool has written into struct page, so that the next owner finds nothing.",
  ],
  [
    /^dma: unmap/,
    "Takes the page's entry out of the IOMMU's table. From here its address maps to nothing.",
  ],
  [
    /^dma: wait for IOTLB/,
    "The IOMMU may still have the old translation in its IOTLB: waits until that is thrown away.",
  ],
  [/^dma: release the IOVA/, "The address is free now and may be given to another page."],
  [/^dma: map/, "Gives the page an address for the device, and an entry in the IOMMU's table."],
  [
    /^dma: sync for device, look up/,
    "Hands the page to the device: looks up what the address maps to. If the mapping is gone, this is the crash.",
  ],
  [
    /^dma: clean to PoC/,
    "The CPU's dirty lines of this page are in memory now, where the device can see them.",
  ],
  [
    /^dma_dev_need_sync/,
    "Asks whether this device needs syncs at all; on a coherent machine it does not.",
  ],
  [/^sync: read dma_addr/, "Which address is to be synced? It is taken from struct page."],
  [
    /^(raise|read) pages_state_(release|hold)_cnt/,
    "Counts a page in or out; the difference of the two counts is what is in flight.",
  ],
  [
    /^inflight: /,
    "Counts what is still in flight, everywhere: cache and ring too. At zero the pool may be freed.",
  ],
  [/^clear (pp_magic|page owner)/, "struct page says no longer that it belongs to this pool."],
  [
    /^(set page owner|read pp_magic to sign|sign pp_magic|set pp_ref_count)/,
    "struct page says from now on that it belongs to this pool.",
  ],
  [/^put_page: drop/, "Gives up the pool's reference. Nobody else has one, so the page goes."],
  [/^page allocator: free/, "The page is anybody's from here."],
  [/^page allocator: alloc/, "The pool is out of pages and takes fresh ones from the system."],
  [
    /^(alloc|map): /,
    "A fresh page enters the pool: it is mapped, and struct page is told its address.",
  ],
  [
    /^local_bh_(disable|enable)/,
    "Keeps softirqs off this CPU while the ring's lock is held, or lets them in again. While they are off, this CPU counts as a reader.",
  ],
  [
    /^ring: lock (producer|consumer)/,
    "The ring has one lock for those who put pages in and one for those who take them out. Both lie in the pool.",
  ],
  [/^ring: unlock/, "Writes into the pool's memory. The pool had better still be there."],
  [/^ring: test|^ring: read/, "Looks whether the slot is free, or has a page."],
  [
    /^ring: publish/,
    "The page is visible in the ring: from here it belongs to whoever takes it out.",
  ],
  [/^ring: (consume|advance)/, "Takes the page out of the ring: it belongs to this CPU now."],
  [/^xarray: /, "The list of the pool's mapped pages, under its own lock."],
  [
    /^skb free/,
    "The stack is through with a packet: its page carries the pool's mark, so it goes back there.",
  ],
  [/^unref/, "Drops the stack's hold on the page. The last one to do so puts it back."],
  [
    /^put: read _refcount/,
    "Does anybody else hold the page? Only a page of our own may be used again.",
  ],
  [
    /^put: read dma_sync again/,
    "Reads the flag once more, inside the read section: now a grace period cannot pass unseen.",
  ],
  [
    /^put: read dma_sync/,
    "Checks whether a sync is needed. What it finds is true now, and may be old when it is used.",
  ],
  [
    /^put: raise busy/,
    "Tells destroy: this CPU is about to look whether to sync. The store may be on its way for a while.",
  ],
  [
    /^put: lower busy/,
    "The sync is over, or was left out: destroy need not wait for this CPU any more.",
  ],
  [
    /^scrub: read busy/,
    "Is that CPU's flag up? Each CPU has one; a store that has not arrived yet is not found.",
  ],
  [
    /^scrub: wait while busy/,
    "Somebody has written the flag that destroy looks at: it looks again.",
  ],
  [/^count a recycle/, "A statistic, which lies in the pool as well."],
  [
    /^napi_local/,
    "May this put use the pool's cache without a lock? Only on the CPU of its NAPI poll.",
  ],
  [/^napi_complete/, "The poll is through: interrupts call it again."],
  [/^softirq: begins/, "A softirq begins: in RCU's eyes this CPU is a reader until it ends."],
  [/^softirq: ends/, "The softirq is over, and the CPU is no reader any more."],
  [/^irq: /, "An interrupt asks for the poll; it notes which CPU has it."],
  [
    /^driver: read dma_addr/,
    "The driver is about to give the page to the card, under this address.",
  ],
  [
    /^driver: doorbell/,
    "Tells the card that there is a new buffer. From here the card may write into it.",
  ],
  [/^device: takes/, "The card takes the buffer's address from its ring."],
  [/^device: write/, "The card writes a packet into the page, in memory."],
  [
    /^the holder lets go/,
    "Whoever had the page, a socket's queue say, is through with it. Until destroy had returned it kept it.",
  ],
  [/^put_device/, "The pool gives up its hold on the device."],
];

export const stepTold = (site) => told.find(([begins]) => begins.test(site))?.[1] ?? "";
