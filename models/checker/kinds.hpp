// SPDX-License-Identifier: MIT
// The kinds of violation (what rule broke) and the classes of harm (what came of it).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace poolrace::models {

enum class Kind : std::uint8_t {
  unmap_after_unbind,
  sync_after_unbind,
  sync_after_unmap,
  double_unmap,
  unmap_foreign,
  page_use_after_free,
  free_while_mapped,
  pool_use_after_free,
  device_use_after_free,
  napi_use_after_free,
  tracker_corruption,
  cache_corruption,
  payload_corruption,
  dma_to_freed_page,
  iommu_fault,
  leak,
  teardown_stall,
  wrong_context,
  accounting,
};
inline constexpr std::size_t kind_count = 19;

// crash: an oops, the run ends.  corruption: silent, data or memory of another owner.
enum class Harm : std::uint8_t { none, crash, corruption, leak, stall };

struct KindInfo {
  Kind kind;
  const char* name;
  const char* rule;  // the rule that broke
  const char* harm;  // when it does harm, of which class, and why
};

inline constexpr std::array<KindInfo, kind_count> kind_table{{
    {Kind::unmap_after_unbind, "unmap-after-unbind",
     "a DMA unmap on a device that has lost its driver, its ops or its IOMMU group",
     "crash after removal with an IOMMU (its group pointer is NULL); leak if ops were cleared; "
     "none after mere unbind (the default domain is still attached), none without an IOMMU"},
    {Kind::sync_after_unbind, "sync-after-unbind", "a DMA sync on such a device",
     "crash after removal with an IOMMU (iova-to-phys), unless coherent without swiotlb"},
    {Kind::sync_after_unmap, "sync-after-unmap", "a sync of an address with no live mapping",
     "non-coherent: crash if it becomes physical page 0 and RAM does not start there; "
     "corruption if another buffer lies there and loses bytes; else none"},
    {Kind::double_unmap, "double-unmap", "an unmap of an address with no live mapping",
     "none: the kernel warns and returns"},
    {Kind::unmap_foreign, "unmap-foreign",
     "an unmap that tears down a mapping that now belongs to another buffer",
     "corruption with an IOMMU (the device faults on a live buffer); none without"},
    {Kind::page_use_after_free, "page-use-after-free",
     "a write to a page's pool words, or an action on a value read from them, without a reference "
     "after the page went back",
     "corruption: the words alias the free list's and the next owner's"},
    {Kind::free_while_mapped, "free-while-mapped",
     "a page went back to the page allocator while its mapping was live",
     "none by itself: what the device then writes is dma-to-freed-page"},
    {Kind::pool_use_after_free, "pool-use-after-free",
     "an access to the pool, its ring, lock or tracking memory after it was freed",
     "corruption: reads garbage or writes into a freed slab object"},
    {Kind::device_use_after_free, "device-use-after-free",
     "a read of the device struct after its last reference",
     "crash where pointers in it are followed (unmap, sync); none for a flag that is read"},
    {Kind::napi_use_after_free, "napi-use-after-free",
     "a read of the NAPI struct after it was freed",
     "corruption: a stale list_owner lets two contexts into the alloc cache"},
    {Kind::tracker_corruption, "tracker-corruption",
     "tracking memory used for a page it no longer belongs to", "crash: garbage dereference"},
    {Kind::cache_corruption, "cache-corruption",
     "two contexts in the consumer-only alloc cache at once",
     "corruption: a page is lost, returned twice or stranded"},
    {Kind::payload_corruption, "payload-corruption",
     "the CPU or the device reads stale bytes, or a line written back or invalidated destroys "
     "what the device wrote",
     "corruption: silent data corruption"},
    {Kind::dma_to_freed_page, "dma-to-freed-page",
     "the device wrote a page that the pool no longer owns",
     "corruption if the page has a new owner; none while it is free"},
    {Kind::iommu_fault, "iommu-fault", "the device used an address with no translation",
     "none: the device's write is dropped and reported"},
    {Kind::leak, "leak",
     "at the end: a mapping, IOVA, page, pool or device reference that nobody can free any more",
     "leak"},
    {Kind::teardown_stall, "teardown-stall",
     "destroy or unregister did not end, or bottom halves stayed off, beyond the kernel's alarms "
     "(20 s soft lockup, 21 s RCU stall, 120 s hung task)",
     "stall"},
    {Kind::wrong_context, "wrong-context",
     "sleeping in atomic or reader context, putting from hard-IRQ, NAPI runnable at destroy",
     "none by itself: lockdep reports it"},
    {Kind::accounting, "accounting",
     "in-flight count negative, or different from the checker's own count at rest",
     "none by itself: the kernel warns"},
}};

constexpr const KindInfo& kind_info(Kind kind) {
  return kind_table[static_cast<std::size_t>(kind)];
}

inline constexpr const char* harm_names[] = {"none", "crash", "corruption", "leak", "stall"};
constexpr const char* harm_name(Harm harm) {
  return harm_names[static_cast<std::size_t>(harm)];
}

// The worst first; misuse without harm last.
constexpr int harm_rank(Harm harm) {
  return harm == Harm::none ? 9 : static_cast<int>(harm);
}

}  // namespace poolrace::models
