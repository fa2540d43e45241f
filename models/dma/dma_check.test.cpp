// SPDX-License-Identifier: MIT
// Every DMA call that can come too late, for a device that is unbound, removed or without its ops,
// by kernel generation: what kind it is, and whether it ends the machine.
#include <gtest/gtest.h>

#include <functional>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

enum class Gone { no, unbound, removed };
struct Seen {
  std::uint64_t map, sync, unmap;
  bool crashed;
  bool operator==(const Seen&) const = default;
};

Seen late(Gone gone, IommuGeneration generation, bool coherent, IommuMode iommu,
          const std::function<void(TestBench&, Page, std::uint64_t)>& call) {
  BenchSetup setup;
  setup.p.iommu_generation = generation;
  setup.p.coherent = coherent;
  setup.p.iommu = iommu;
  TestBench b(setup);
  EXPECT_TRUE(b.run_task([&] {
    const Page page = b.platform.alloc_pages(0, 0);
    const std::uint64_t addr = b.dma.map(b.device, page, 0);
    if (gone != Gone::no) b.device.bound = false;
    if (gone == Gone::removed) {
      b.device.group_valid = false;
      b.dma.detach();
    }
    call(b, page, addr);
  }));
  return {b.misuse(Kind::map_after_unbind), b.misuse(Kind::sync_after_unbind),
          b.misuse(Kind::unmap_after_unbind), b.crashed};
}

void map(TestBench& b, Page, std::uint64_t) {
  b.dma.map(b.device, b.platform.alloc_pages(0, 0), 0);
}
void sync_for_cpu(TestBench& b, Page page, std::uint64_t addr) {
  b.dma.sync_for_cpu(b.device, addr, 0, 64, page);
}
void sync_for_device(TestBench& b, Page page, std::uint64_t addr) {
  b.dma.sync_for_device(b.device, addr, 0, 64, page);
}
void unmap(TestBench& b, Page page, std::uint64_t addr) {
  b.dma.unmap(b.device, addr, 0, page);
}

using enum IommuGeneration;

TEST(LateCalls, AreTheirKindOnceTheDriverIsGone) {
  for (const IommuMode mode : {IommuMode::none, IommuMode::strict}) {
    EXPECT_EQ(late(Gone::no, v6_14, false, mode, map), (Seen{0, 0, 0, false}));
    EXPECT_EQ(late(Gone::no, v6_14, false, mode, sync_for_cpu), (Seen{0, 0, 0, false}));
    EXPECT_EQ(late(Gone::unbound, v6_14, false, mode, map), (Seen{1, 0, 0, false}));
    EXPECT_EQ(late(Gone::unbound, v6_14, false, mode, sync_for_cpu), (Seen{0, 1, 0, false}));
    EXPECT_EQ(late(Gone::unbound, v6_14, false, mode, sync_for_device), (Seen{0, 1, 0, false}));
    EXPECT_EQ(late(Gone::unbound, v6_14, false, mode, unmap), (Seen{0, 0, 1, false}));
  }
}

// Up to v6.14 each follows the group pointer, from v6.15 on each goes direct; without an IOMMU
// there is no such pointer.
TEST(LateCalls, AfterRemovalAreACrashWhereTheGroupIsAsked) {
  for (const auto& call : {map, unmap, sync_for_device, sync_for_cpu}) {
    EXPECT_TRUE(late(Gone::removed, v6_14, false, IommuMode::strict, call).crashed);
    EXPECT_FALSE(late(Gone::removed, v6_14, false, IommuMode::none, call).crashed);
  }
  EXPECT_FALSE(late(Gone::removed, v6_15, false, IommuMode::strict, map).crashed);
  EXPECT_FALSE(late(Gone::removed, v6_15, false, IommuMode::strict, unmap).crashed);
}

// A coherent device asks for no sync; one that must takes an address for a physical one.
TEST(LateCalls, OfSyncsAskWhetherTheDeviceIsCoherent) {
  EXPECT_EQ(late(Gone::removed, v6_14, true, IommuMode::strict, sync_for_cpu),
            (Seen{0, 0, 0, false}));
  bool is_ram = true;
  const Seen direct = late(Gone::removed, v6_15, false, IommuMode::strict,
                           [&is_ram](TestBench& b, Page page, std::uint64_t addr) {
                             is_ram = b.pages.is_ram(static_cast<Pfn>(page_of(addr)));
                             sync_for_cpu(b, page, addr);
                           });
  EXPECT_EQ(direct, (Seen{0, 1, 0, !is_ram}));
}

// What v6.15 maps for a device that is gone is a physical address, which no IOMMU knows.
TEST(LateCalls, MapDirectlyFromV6_15On) {
  late(Gone::removed, v6_15, false, IommuMode::strict, [](TestBench& b, Page, std::uint64_t) {
    const Page page = b.platform.alloc_pages(0, 0);
    const std::uint64_t live = b.checker.live_mappings();
    EXPECT_EQ(b.dma.map(b.device, page, 0), std::uint64_t{page.frame().pfn} << page_shift);
    EXPECT_EQ(b.checker.live_mappings(), live);
  });
}

}  // namespace
}  // namespace poolrace::models
