// SPDX-License-Identifier: MIT
// Kernel and hardware words, for somebody who meets them for the first time.
// [word as the glossary lists it, how texts write it, what it is]
const entries = [
  [
    "alloc cache",
    "alloc cache|pool's cache",
    "A small stack of free pages inside the pool, for the one NAPI poll that owns it: no lock is needed.",
  ],
  [
    "bh",
    "bh|bottom half|bottom halves",
    "Bottom half, the old name for softirq work. local_bh_disable() keeps softirqs off this CPU; in RCU's eyes that is a read section too.",
  ],
  [
    "blocked",
    "blocked",
    "A column that cannot take its next step now: somebody else has a lock, or has to pass first.",
  ],
  [
    "buddy allocator",
    "buddy allocator|page allocator",
    "The kernel's store of free pages. A page that goes back there may become anybody's memory at once.",
  ],
  ["cache line", "cache lines?", "The unit in which a CPU's cache holds memory, usually 64 bytes."],
  [
    "clean",
    "clean(?:ed|ing)?",
    "To write a dirty cache line back to memory, so that a device that reads memory sees it.",
  ],
  [
    "coherent",
    "non-coherent|coherent",
    "On a coherent machine a device sees the CPU's caches, and nothing has to be synced. On a non-coherent one it sees memory only.",
  ],
  [
    "destroy",
    "page_pool_destroy\\(\\)",
    "page_pool_destroy(): the driver gives its pool up. Pages that are away come back later; the pool has to wait for them.",
  ],
  ["dirty", "dirty", "A cache line that the CPU has written and that memory does not have yet."],
  [
    "DMA",
    "DMA",
    "Direct memory access: a device reads or writes memory by itself, without the CPU.",
  ],
  [
    "dma_addr",
    "dma_addr",
    "The word in struct page that holds the page's address for the device (an IOVA). 0: it has none.",
  ],
  [
    "dma_sync",
    "dma_sync",
    "A flag of the pool: “pages need a sync before the device may write them again”. The fixes clear it in destroy.",
  ],
  [
    "doorbell",
    "doorbell",
    "The register of a card that the driver writes to say: there are new descriptors.",
  ],
  [
    "grace period",
    "grace period",
    "What RCU waits for: until every reader that was inside a read section when the wait began has left it. Those who come later are not waited for.",
  ],
  [
    "hold_cnt, release_cnt",
    "hold_cnt|release_cnt",
    "How many pages the pool has taken in, and how many it has given back to the system. Their difference is what is in flight.",
  ],
  [
    "in flight",
    "in flight|inflight",
    "Pages that the pool has taken and not yet given back to the system. Those that wait in its cache and its ring are in flight too.",
  ],
  [
    "IOMMU",
    "IOMMU",
    "The device's address translation: it maps the addresses that a device uses (IOVAs) to pages of memory, and stops every other access.",
  ],
  [
    "IOTLB",
    "IOTLB",
    "The IOMMU's cache of translations. An entry may outlive the mapping until it is invalidated.",
  ],
  ["IOVA", "IOVAs?", "I/O virtual address: the address under which a device knows a page."],
  [
    "interrupt",
    "interrupt(?:ed|s)?",
    "A device's call to a CPU. It stops whatever runs there, for as long as it takes.",
  ],
  [
    "mapping",
    "mapping|mapped|unmap(?:s|ped)?",
    "What makes a page reachable for a device: an IOVA, and its entry in the IOMMU's table. Unmapping takes both away.",
  ],
  [
    "memory barrier",
    "memory barriers?|smp_mb\\(\\)",
    "smp_mb(): a CPU goes on only when its stores before it have arrived. What it reads behind it, it reads after that.",
  ],
  ["Mpps", "Mpps", "Million packets per second."],
  [
    "NAPI",
    "NAPI",
    "How network drivers take packets: after an interrupt, a softirq polls the card until nothing is left.",
  ],
  [
    "oops",
    "oops(?:es|ed)?",
    "The kernel's report of a fault in itself, with the place where it happened. What we call a crash ends in one.",
  ],
  [
    "PoC",
    "PoC",
    "Point of coherency: the place in the memory system that CPU and device see alike. Cleaning to the PoC makes the CPU's bytes visible to the device.",
  ],
  [
    "posted",
    "posted|posts?",
    "Given to the card to write a packet into: its address stands in the card's ring of descriptors.",
  ],
  [
    "preempted",
    "preempt(?:ed|ion)|preemptible",
    "Stopped by the scheduler in the middle of its work, because another task is to run. It goes on later, as if nothing had been.",
  ],
  [
    "pp_magic",
    "pp_magic",
    "A word in struct page that says: this page belongs to a page pool. xarray variants keep the page's index in it.",
  ],
  [
    "pp_ref_count",
    "pp_ref_count",
    "How many parts of the stack hold this page. Whoever drops the last one puts the page back.",
  ],
  ["PTE", "PTE", "Page table entry: here, the IOMMU's entry that maps an IOVA to a page."],
  [
    "put",
    "page_pool_put_page\\(\\)",
    "page_pool_put_page(): what brings a page back to its pool when the stack is through with it.",
  ],
  [
    "RCU",
    "RCU",
    "Read-copy-update: readers mark that they are inside and take no lock; who wants to take something away waits for a grace period first.",
  ],
  [
    "read section",
    "read section",
    "What stands between rcu_read_lock() and rcu_read_unlock(). Grace periods wait for those who are inside one.",
  ],
  [
    "ring",
    "ring",
    "The pool's ptr_ring: a circle of slots in which pages that were put back wait. Producers and consumers have a lock each, and both locks lie in the pool.",
  ],
  [
    "silent corruption",
    "silent corruption",
    "Memory is wrong and nobody says so. It shows later, somewhere else, or never.",
  ],
  [
    "skb",
    "skb",
    "struct sk_buff: one packet in the network stack. Freeing it puts its pages back.",
  ],
  [
    "softirq",
    "softirqs?",
    "Work that the kernel does right after an interrupt, on the same CPU; tasks wait for it. In RCU's eyes a softirq is a reader as a whole.",
  ],
  [
    "store buffer",
    "store buffers?",
    "Where a CPU keeps a store until memory has taken it. The CPU itself finds it there; the others find what was there before.",
  ],
  [
    "on its way",
    "on its way",
    "A store that was made and has not arrived: another CPU may still find the old value. The lesson shows such stores as a lane of their own.",
  ],
  [
    "flush",
    "flush(?:es|ed)?",
    "Here: to let a store arrive, so that whoever looks from then on finds it.",
  ],
  [
    "x86-TSO",
    "x86-TSO|TSO",
    "Total store order, the memory model of x86: a store may arrive after later reads of its CPU, and stores arrive in the order in which they were made.",
  ],
  [
    "sync",
    "sync(?:s|ed)?",
    "dma_sync for device: hands a page's memory over to the device. On a non-coherent machine it cleans the CPU's cache lines. It looks up the page's mapping.",
  ],
  [
    "teardown",
    "teardowns?",
    "Taking a network interface down: its pools are destroyed while pages may still be away.",
  ],
  [
    "user_cnt",
    "user_cnt",
    "How many users the pool has. destroy drops it; the last one begins the teardown.",
  ],
  [
    "xarray",
    "xarray",
    "The kernel's growing array. The merged fix keeps all mapped pages of a pool in one, so that destroy can find them.",
  ],
  [
    "destroy_cnt",
    "destroy_cnt",
    "How often the pool has tried to free itself. The first try empties its cache.",
  ],
  [
    "_refcount",
    "_refcount",
    "How many references there are to a page in the whole kernel. At zero it goes back to the buddy allocator.",
  ],
  [
    "p.napi",
    "p\\.napi",
    "Which NAPI poll owns the pool's cache. destroy clears it, so that nobody takes the lock-free way any more.",
  ],
  ["pp", "pp", "The word in struct page that names its pool."],
  [
    "readers",
    "readers?",
    "Who is inside an RCU read section. A grace period waits for those who were inside when it began.",
  ],
];

export const glossary = entries
  .map(([word, written, what]) => ({ word, written, what }))
  .sort((a, b) => a.word.replace(/^_/, "").localeCompare(b.word.replace(/^_/, ""), "en"));

// One pattern for all: which word a text uses, by the number of its group.
export const pattern = new RegExp(
  `(?<![\\w-])(?:${glossary.map(({ written }) => `(${written})`).join("|")})(?![\\w-])`,
);
