// SPDX-License-Identifier: MIT
// The kinds of violation (what rule broke) and the classes of harm (what came of it).  The names of
// the kinds are below both worlds: pool/kinds.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "pool/kinds.hpp"

namespace poolrace::models {

using pool::Kind;
using pool::kind_count;

// crash: an oops, the run ends.  corruption: silent, data or memory of another owner.
enum class Harm : std::uint8_t { none, crash, corruption, leak, stall };

struct KindInfo {
  constexpr KindInfo(Kind of, const char* broken_rule, const char* harm_done)
      : kind(of), name(pool::kind_name(of)), rule(broken_rule), harm(harm_done) {}
  Kind kind;
  const char* name;
  const char* rule;  // the rule that broke
  const char* harm;  // when it does harm, of which class, and why
};

inline constexpr KindInfo kind_table[] = {
    {Kind::unmap_after_unbind,
     "a DMA unmap on a device that has lost its driver, its ops or its IOMMU group",
     "crash after removal with an IOMMU (its group pointer is NULL); leak if ops were cleared; "
     "none after mere unbind (the default domain is still attached), none without an IOMMU"},
    {Kind::sync_after_unbind, "a DMA sync on such a device, for it or for the CPU",
     "crash after removal with an IOMMU (iova-to-phys), unless coherent without swiotlb"},
    {Kind::map_after_unbind, "a DMA mapping made on such a device",
     "crash after removal with an IOMMU, up to v6.14 (its group pointer is NULL); none from v6.15 "
     "on "
     "(a physical address, for a device that is gone), none after mere unbind or without an IOMMU"},
    {Kind::sync_after_unmap, "a sync of an address with no live mapping",
     "non-coherent: crash if it becomes physical page 0 and RAM does not start there; "
     "corruption if another buffer lies there and loses bytes; else none"},
    {Kind::double_unmap, "an unmap of an address with no live mapping",
     "none: the kernel warns and returns"},
    {Kind::unmap_foreign, "an unmap that tears down a mapping that now belongs to another buffer",
     "corruption with an IOMMU (the device faults on a live buffer); none without"},
    {Kind::page_use_after_free,
     "a write to a page's pool words, or an action on a value read from them, without a reference "
     "after the page went back",
     "corruption: the words alias the free list's and the next owner's"},
    {Kind::free_while_mapped, "a page went back to the page allocator while its mapping was live",
     "none by itself: what the device then writes is dma-to-freed-page"},
    {Kind::pool_use_after_free,
     "an access to the pool, its ring, lock or tracking memory after it was freed",
     "corruption: reads garbage or writes into a freed slab object"},
    {Kind::device_use_after_free, "a read of the device struct after its last reference",
     "crash where pointers in it are followed (unmap, sync); none for a flag that is read"},
    {Kind::napi_use_after_free, "a read of the NAPI struct after it was freed",
     "corruption: a stale list_owner lets two contexts into the alloc cache"},
    {Kind::tracker_corruption, "tracking memory used for a page it no longer belongs to",
     "crash: garbage dereference"},
    {Kind::cache_corruption, "two contexts in the consumer-only alloc cache at once",
     "corruption: a page is lost, returned twice or stranded"},
    {Kind::payload_corruption,
     "the CPU or the device reads stale bytes, or a line written back or invalidated destroys "
     "what the device wrote",
     "corruption: silent data corruption"},
    {Kind::dma_to_freed_page, "the device wrote a page that the pool no longer owns",
     "corruption if the page has a new owner; none while it is free"},
    {Kind::iommu_fault, "the device used an address with no translation",
     "none: the device's write is dropped and reported"},
    {Kind::leak,
     "at the end: a mapping, IOVA, page, pool or device reference that nobody can free any more",
     "leak"},
    {Kind::teardown_stall,
     "destroy or unregister did not end, or bottom halves stayed off, beyond the kernel's alarms "
     "(20 s soft lockup, 21 s RCU stall, 120 s hung task)",
     "stall"},
    {Kind::wrong_context,
     "sleeping in atomic or reader context, putting from hard-IRQ, NAPI runnable at destroy",
     "none by itself: lockdep reports it"},
    {Kind::accounting,
     "in-flight count negative, or different from the checker's own count at rest",
     "none by itself: the kernel warns"},
};

constexpr bool kinds_in_order() {
  for (std::size_t i = 0; i < std::size(kind_table); ++i)
    if (kind_table[i].kind != static_cast<Kind>(i)) return false;
  return std::size(kind_table) == kind_count;
}
static_assert(kinds_in_order(), "kind_table has every kind of pool/kinds.hpp, in its order");

constexpr const KindInfo& kind_info(Kind kind) {
  return kind_table[static_cast<std::size_t>(kind)];
}

inline constexpr const char* harm_names[] = {"none", "crash", "corruption", "leak", "stall"};
inline constexpr std::size_t harm_count = std::size(harm_names);
static_assert(static_cast<std::size_t>(Harm::stall) + 1 == harm_count,
              "a class of harm and its name stand in the same place of two lists");

constexpr const char* harm_name(Harm harm) {
  return harm_names[static_cast<std::size_t>(harm)];
}

// The worst first; misuse without harm last.
constexpr int harm_rank(Harm harm) {
  return harm == Harm::none ? 9 : static_cast<int>(harm);
}

}  // namespace poolrace::models
