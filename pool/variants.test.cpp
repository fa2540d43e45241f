// SPDX-License-Identifier: MIT
// What tells the variants apart (page_pool.md §3): the order of destroy's steps and of a put, as
// tables that can be laid beside the patches; the xarray's ids and claims; the scan's extent; and
// that within a variant no two places share a site.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "models/test_bench.hpp"
#include "source_paths.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;
using Pool = TestBench::Pool;
using Sites = std::vector<std::string>;

std::vector<std::string> all_variants() {
  std::vector<std::string> names;
  for (const auto& info : variant_infos()) names.emplace_back(info.name);
  return names;
}
const std::vector<std::string> variants = all_variants();

const pool::VariantInfo& info_of(const std::string& variant) {
  return known_variant(variant).info();
}

TEST(VariantReadme, ItsTableHasEveryVariantInOrder) {
  std::ifstream readme(std::string(POOLRACE_SOURCE_DIR) + "/pool/README.md");
  const std::regex row("\\| `([^`]+)` \\| .*");
  std::vector<std::string> rows;
  std::smatch name;
  for (std::string line; std::getline(readme, line);)
    if (std::regex_match(line, name, row)) rows.push_back(name[1]);
  EXPECT_EQ(rows, variants)
      << "the table of variants in pool/README.md (first) has one row for each "
         "of `poolrace list variants` (second), in its order";
}

// Those of `sites` that the table speaks of; immediate repetitions once.
Sites key_sites(const Sites& sites, const Sites& keys) {
  Sites out;
  for (const auto& site : sites)
    if (std::find(keys.begin(), keys.end(), site) != keys.end() &&
        (out.empty() || out.back() != site))
      out.push_back(site);
  return out;
}

// ---- destroy ------------------------------------------------------------------------------------

const Sites destroy_keys = {"destroy: drop user_cnt",
                            "destroy: clear cpuid",
                            "destroy: clear p.napi",
                            "scrub: read destroy_cnt",
                            "scrub: raise destroy_cnt",
                            "scrub: clear dma_sync",
                            "scrub: synchronize_net",
                            "xarray: walk to next page",
                            "xarray: claim page",
                            "destroy: clear dma_sync",
                            "destroy: synchronize_rcu",
                            "scan: lock destroy_lock",
                            "destroy: set destroy_cnt",
                            "uninit: lock destroy_lock",
                            "uninit: clear dma_map",
                            "uninit: unlock destroy_lock",
                            "item: forget page",
                            "item: clear MAPPED",
                            "items_unmap: test MAPPED",
                            "items_unmap: lock item_lock",
                            "items_unmap: unlock item_lock",
                            "return: lock item_lock",
                            "return: unlock item_lock",
                            "item_unmap: clear dma_sync",
                            "item_unmap: synchronize_net",
                            "item_unmap: test MAPPED",
                            "release: lock item_lock",
                            "release: unlock item_lock",
                            "item: link to released list",
                            "scan: clear dma_map",
                            "scan: unlock destroy_lock",
                            "return: lock destroy_lock",
                            "return: unlock destroy_lock",
                            "dma: unmap, clear the PTE",
                            "raise pages_state_release_cnt",
                            "ring: lock consumer",
                            "inflight: read release_cnt",
                            "inflight: read hold_cnt",
                            "ring: lock producer, bh",
                            "ring: unlock producer, bh"};

// One page in the alloc cache, one parked in the ring, one in flight.
Sites destroy_table(const char* variant) {
  TestBench b;
  b.napi.sched.poke(true);
  pool::Limits limits;
  limits.refill = 3;
  auto pool = b.pool(variant, {}, limits);
  Sites sites;
  EXPECT_TRUE(b.run_task([&] {
    Page parked = pool->alloc_pages();
    pool->alloc_pages();
    pool->put_full_page(parked, false);
    const auto from = b.trace.count();
    pool->destroy();
    sites = b.sites(from, &b.world->self());
  }));
  // `skip` gives the parked page back still mapped.
  EXPECT_EQ(b.misuse(), std::string(variant) == "skip" ? 1u : 0u) << variant;
  EXPECT_EQ(b.misuse(), b.misuse(Kind::free_while_mapped)) << variant;
  if (std::string(variant) != "skip") {
    EXPECT_EQ(b.checker.live_mappings(), info_of(variant).destroy_unmaps ? 0u : 1u) << variant;
  }
  return key_sites(sites, destroy_keys);
}

TEST(VariantOrder, DestroyOfBaseline) {
  EXPECT_EQ(
      destroy_table("baseline"),
      (Sites{"destroy: drop user_cnt",
             "destroy: clear cpuid",  // disable_direct
             "destroy: clear p.napi",
             "scrub: read destroy_cnt",  // scrub: the alloc cache
             "dma: unmap, clear the PTE", "raise pages_state_release_cnt",
             "scrub: raise destroy_cnt",
             "ring: lock consumer",  // the ring
             "dma: unmap, clear the PTE", "raise pages_state_release_cnt", "ring: lock consumer",
             "inflight: read release_cnt", "inflight: read hold_cnt"}));
}

TEST(VariantOrder, DestroyAsMainlineWithOneStepMoreOrLess) {
  const Sites baseline = destroy_table("baseline");
  EXPECT_EQ(destroy_table("stall"), baseline);
  Sites ringfix = baseline;
  ringfix.insert(ringfix.end(), {"ring: lock producer, bh", "ring: unlock producer, bh"});
  EXPECT_EQ(destroy_table("baseline-ringfix"), ringfix);
  EXPECT_EQ(
      destroy_table("skip"),
      (Sites{"destroy: drop user_cnt", "destroy: clear cpuid", "destroy: clear p.napi",
             "scrub: read destroy_cnt", "dma: unmap, clear the PTE",
             "raise pages_state_release_cnt", "scrub: raise destroy_cnt", "ring: lock consumer",
             "raise pages_state_release_cnt",  // destroy_cnt is 1: no unmap
             "ring: lock consumer", "inflight: read release_cnt", "inflight: read hold_cnt"}));
}

TEST(VariantOrder, DestroyOfItems) {
  const Sites uninit = {"uninit: lock destroy_lock", "dma: unmap, clear the PTE",
                        "uninit: clear dma_map"};
  Sites v2 = {"destroy: drop user_cnt",
              "destroy: clear dma_sync",
              "destroy: clear cpuid",
              "destroy: clear p.napi",
              "destroy: set destroy_cnt",
              "destroy: synchronize_rcu",
              "scrub: read destroy_cnt",  // 1: the cache may still be emptied
              "return: lock destroy_lock",
              "dma: unmap, clear the PTE",
              "raise pages_state_release_cnt",
              "item: forget page",
              "return: unlock destroy_lock",
              "scrub: raise destroy_cnt",
              "ring: lock consumer",
              "return: lock destroy_lock",
              "dma: unmap, clear the PTE",
              "raise pages_state_release_cnt",
              "item: forget page",
              "return: unlock destroy_lock",
              "ring: lock consumer",
              "inflight: read release_cnt",
              "inflight: read hold_cnt"};
  v2.insert(v2.end(), uninit.begin(), uninit.end());
  v2.push_back("uninit: unlock destroy_lock");
  EXPECT_EQ(destroy_table("items-v2"), v2);
  Sites v3 = {"destroy: drop user_cnt",
              "destroy: clear cpuid",
              "destroy: clear p.napi",
              "scrub: read destroy_cnt",
              "dma: unmap, clear the PTE",
              "raise pages_state_release_cnt",
              "item: forget page",  // destroy_cnt is 0: no lock
              "scrub: raise destroy_cnt",
              "ring: lock consumer",
              "return: lock destroy_lock",
              "dma: unmap, clear the PTE",
              "raise pages_state_release_cnt",
              "item: forget page",
              "return: unlock destroy_lock",
              "ring: lock consumer",
              "inflight: read release_cnt",
              "inflight: read hold_cnt",
              "destroy: clear dma_sync",
              "destroy: synchronize_rcu"};
  v3.insert(v3.end(), uninit.begin(), uninit.end());
  v3.insert(v3.end(), {"inflight: read release_cnt", "inflight: read hold_cnt",  // in the lock
                       "uninit: unlock destroy_lock"});
  EXPECT_EQ(destroy_table("items-v3"), v3);
}

TEST(VariantOrder, DestroyOfBlocks) {
  const Sites up_to_scrub = {"destroy: drop user_cnt",        "destroy: clear cpuid",
                             "destroy: clear p.napi",         "scrub: read destroy_cnt",
                             "dma: unmap, clear the PTE",     "item: clear MAPPED",
                             "raise pages_state_release_cnt", "item: link to released list",
                             "scrub: raise destroy_cnt",      "ring: lock consumer"};
  Sites v5 = up_to_scrub, v11 = up_to_scrub;
  v5.insert(v5.end(),
            {"return: lock item_lock", "dma: unmap, clear the PTE", "item: clear MAPPED",
             "raise pages_state_release_cnt", "item: link to released list",
             "return: unlock item_lock",  // spans the free
             "ring: lock consumer", "inflight: read release_cnt", "inflight: read hold_cnt",
             "destroy: clear dma_sync", "destroy: synchronize_rcu", "items_unmap: test MAPPED",
             "items_unmap: lock item_lock", "dma: unmap, clear the PTE", "item: clear MAPPED",
             "items_unmap: unlock item_lock", "items_unmap: test MAPPED"});
  EXPECT_EQ(destroy_table("blocks-v5"), v5);
  v11.insert(v11.end(),
             {"release: lock item_lock", "dma: unmap, clear the PTE", "item: clear MAPPED",
              "release: unlock item_lock",  // and the free comes after
              "raise pages_state_release_cnt", "item: link to released list", "ring: lock consumer",
              "inflight: read release_cnt", "inflight: read hold_cnt", "item_unmap: clear dma_sync",
              "item_unmap: synchronize_net", "item_unmap: test MAPPED", "release: lock item_lock",
              "dma: unmap, clear the PTE", "item: clear MAPPED", "release: unlock item_lock",
              "item_unmap: test MAPPED"});
  EXPECT_EQ(destroy_table("blocks-v11"), v11);
}

// Against the follow-ups: no barrier; against v1: dma_sync stays set and nobody waits.
TEST(VariantOrder, DestroyOfEarlierXarrays) {
  Sites merged = destroy_table("xarray-fixed");
  merged.resize(merged.size() - 2);
  EXPECT_EQ(destroy_table("xarray"), merged);
  EXPECT_EQ(destroy_table("xarray-v1"), merged);
  std::erase(merged, "scrub: clear dma_sync");
  std::erase(merged, "scrub: synchronize_net");
  EXPECT_EQ(destroy_table("xarray-rfc"), merged);
}

TEST(VariantOrder, DestroyOfScan) {
  EXPECT_EQ(destroy_table("scan"),
            (Sites{"destroy: drop user_cnt",        "destroy: clear cpuid",
                   "destroy: clear p.napi",         "scrub: read destroy_cnt",
                   "dma: unmap, clear the PTE",
                   "raise pages_state_release_cnt",  // destroy_cnt is 0: no lock
                   "scrub: raise destroy_cnt",      "ring: lock consumer",
                   "return: lock destroy_lock",  // now it is not
                   "dma: unmap, clear the PTE",     "raise pages_state_release_cnt",
                   "return: unlock destroy_lock",   "ring: lock consumer",
                   "inflight: read release_cnt",    "inflight: read hold_cnt",
                   "destroy: synchronize_rcu",
                   "scan: lock destroy_lock",  // inflight_unmap
                   "inflight: read release_cnt",    "inflight: read hold_cnt",
                   "dma: unmap, clear the PTE",     "scan: clear dma_map",
                   "scan: unlock destroy_lock"}));
}

TEST(VariantOrder, DestroyOfScanRcu) {
  EXPECT_EQ(destroy_table("scan-rcu"),
            (Sites{"destroy: drop user_cnt",        "destroy: clear cpuid",
                   "destroy: clear p.napi",         "scrub: read destroy_cnt",
                   "dma: unmap, clear the PTE",     "raise pages_state_release_cnt",
                   "scrub: raise destroy_cnt",      "ring: lock consumer",
                   "return: lock destroy_lock",     "dma: unmap, clear the PTE",
                   "raise pages_state_release_cnt", "return: unlock destroy_lock",
                   "ring: lock consumer",           "inflight: read release_cnt",
                   "inflight: read hold_cnt",
                   "destroy: clear dma_sync",  // patch 3
                   "destroy: synchronize_rcu",      "scan: lock destroy_lock",
                   "inflight: read release_cnt",    "inflight: read hold_cnt",
                   "dma: unmap, clear the PTE",     "scan: clear dma_map",
                   "scan: unlock destroy_lock"}));
}

TEST(VariantOrder, DestroyOfXarrayFixed) {
  EXPECT_EQ(destroy_table("xarray-fixed"),
            (Sites{"destroy: drop user_cnt",
                   "destroy: clear cpuid",
                   "destroy: clear p.napi",
                   "scrub: read destroy_cnt",
                   "xarray: claim page",
                   "dma: unmap, clear the PTE",  // the alloc cache's page
                   "raise pages_state_release_cnt",
                   "scrub: raise destroy_cnt",
                   "scrub: clear dma_sync",
                   "scrub: synchronize_net",
                   "xarray: walk to next page",  // in flight and parked alike
                   "xarray: claim page",
                   "dma: unmap, clear the PTE",
                   "xarray: walk to next page",
                   "xarray: claim page",
                   "dma: unmap, clear the PTE",
                   "ring: lock consumer",
                   "raise pages_state_release_cnt",  // id is gone: no unmap
                   "ring: lock consumer",
                   "inflight: read release_cnt",
                   "inflight: read hold_cnt",
                   "ring: lock producer, bh",
                   "ring: unlock producer, bh"}));  // the barrier
}

// A grace period only if the device needs syncs and pages are mapped.
TEST(VariantOrder, XarraySkipsTheGracePeriodWhereNobodySyncs) {
  for (const char* variant : {"xarray-v1", "xarray", "xarray-fixed"})
    for (const bool coherent : {false, true})
      for (const bool mapped : {false, true}) {
        BenchSetup setup;
        setup.p.coherent = coherent;
        TestBench b(setup);
        b.napi.sched.poke(true);
        auto pool = b.pool(variant);
        EXPECT_TRUE(b.run_task([&] {
          if (mapped) pool->alloc_pages();
          pool->destroy();
        }));
        EXPECT_EQ(b.passed("scrub: clear dma_sync"), 1u);
        EXPECT_EQ(b.passed("scrub: synchronize_net") != 0, !coherent && mapped);
      }
}

// ---- put ----------------------------------------------------------------------------------------

const Sites put_keys = {"put: read dma_sync",
                        "put: read dma_sync before the guard",
                        "put: read dma_sync again, under RCU",
                        "dma: sync for device, look up",
                        "ring: lock producer, bh",
                        "ring: publish page",
                        "ring: unlock producer, bh",
                        "count a recycle statistic",
                        "cache: store page",
                        "cache: raise count"};

enum class Way { ring, cache, bulk };

struct PutTable {
  Sites sites;
  bool guarded = false;  // some time was spent in rcu_read_lock and unlock
};

PutTable put_table(const char* variant, Way way) {
  TestBench b;
  auto pool = b.pool(variant);
  PutTable table;
  EXPECT_TRUE(b.run_task([&] {
    Page one = pool->alloc_pages(), two = pool->alloc_pages();
    const auto from = b.trace.count();
    const Ps guard = b.platform.time_in_guard();
    if (way == Way::ring) pool->put_full_page(one, false);
    if (way == Way::cache) pool->put_full_page(one, true);
    if (way == Way::bulk) pool->put_page_bulk({one, two});
    table = {key_sites(b.sites(from), put_keys), b.platform.time_in_guard() > guard};
  }));
  return table;
}

constexpr const char* as_mainline[] = {"baseline", "stall",      "skip",     "wait",
                                       "scan",     "xarray-rfc", "xarray-v1"};

TEST(VariantOrder, PutIntoTheRing) {
  for (const char* variant : as_mainline) {
    const PutTable table = put_table(variant, Way::ring);
    EXPECT_EQ(table.sites,
              (Sites{"put: read dma_sync", "dma: sync for device, look up",  // sync, then publish
                     "ring: lock producer, bh", "ring: publish page", "ring: unlock producer, bh",
                     "count a recycle statistic"}))
        << variant;
    EXPECT_FALSE(table.guarded) << variant;
  }
  const PutTable rcu = put_table("scan-rcu", Way::ring);
  EXPECT_EQ(rcu.sites,
            (Sites{"ring: lock producer, bh", "ring: publish page", "ring: unlock producer, bh",
                   "count a recycle statistic", "put: read dma_sync",
                   "dma: sync for device, look up"}));  // after publication
  EXPECT_TRUE(rcu.guarded);
  const PutTable ringfix = put_table("baseline-ringfix", Way::ring);
  EXPECT_EQ(ringfix.sites, (Sites{"put: read dma_sync", "dma: sync for device, look up",
                                  "ring: lock producer, bh", "ring: publish page",
                                  "count a recycle statistic", "ring: unlock producer, bh"}));
  EXPECT_FALSE(ringfix.guarded);
  for (const char* variant : {"items-v2", "items-v3"}) {
    const PutTable items = put_table(variant, Way::ring);
    EXPECT_EQ(items.sites, put_table("baseline", Way::ring).sites) << variant;
    EXPECT_TRUE(items.guarded) << variant;
  }
  const PutTable v5 = put_table("blocks-v5", Way::ring);
  EXPECT_EQ(v5.sites,
            (Sites{"ring: lock producer, bh", "ring: publish page", "ring: unlock producer, bh",
                   "put: read dma_sync before the guard", "put: read dma_sync",
                   "dma: sync for device, look up", "count a recycle statistic"}));  // counted last
  EXPECT_TRUE(v5.guarded);
  const PutTable v11 = put_table("blocks-v11", Way::ring);
  EXPECT_EQ(v11.sites,
            (Sites{"ring: lock producer, bh", "ring: publish page", "ring: unlock producer, bh",
                   "count a recycle statistic", "put: read dma_sync before the guard",
                   "put: read dma_sync again, under RCU", "dma: sync for device, look up"}));
  EXPECT_TRUE(v11.guarded);
  const PutTable merged = put_table("xarray", Way::ring);
  EXPECT_EQ(merged.sites,
            (Sites{"put: read dma_sync", "put: read dma_sync again, under RCU",
                   "dma: sync for device, look up", "ring: lock producer, bh", "ring: publish page",
                   "ring: unlock producer, bh", "count a recycle statistic"}));
  EXPECT_TRUE(merged.guarded);
  const PutTable xarray = put_table("xarray-fixed", Way::ring);
  EXPECT_EQ(xarray.sites, (Sites{"put: read dma_sync", "put: read dma_sync again, under RCU",
                                 "dma: sync for device, look up", "ring: lock producer, bh",
                                 "ring: publish page", "count a recycle statistic",
                                 "ring: unlock producer, bh"}));  // V0u: counted inside
  EXPECT_TRUE(xarray.guarded);
}

TEST(VariantOrder, PutIntoTheCache) {
  for (const char* variant : {"baseline", "baseline-ringfix", "stall", "skip", "wait", "items-v2",
                              "items-v3", "scan", "xarray-rfc", "xarray-v1"})
    EXPECT_EQ(put_table(variant, Way::cache).sites,
              (Sites{"put: read dma_sync", "dma: sync for device, look up", "cache: store page",
                     "cache: raise count", "count a recycle statistic"}))
        << variant;
  const PutTable rcu = put_table("scan-rcu", Way::cache);
  EXPECT_EQ(rcu.sites,
            (Sites{"cache: store page", "cache: raise count", "count a recycle statistic",
                   "put: read dma_sync", "dma: sync for device, look up"}));
  EXPECT_FALSE(rcu.guarded) << "the cache's consumer is a reader anyway";
  EXPECT_FALSE(put_table("items-v2", Way::cache).guarded) << "the caller passed allow_direct";
  EXPECT_TRUE(put_table("items-v3", Way::cache).guarded);
  EXPECT_EQ(put_table("blocks-v5", Way::cache).sites, rcu.sites);
  EXPECT_FALSE(put_table("blocks-v5", Way::cache).guarded);
  EXPECT_EQ(put_table("blocks-v11", Way::cache).sites, rcu.sites);
  for (const char* variant : {"xarray", "xarray-fixed"})
    EXPECT_EQ(put_table(variant, Way::cache).sites,
              (Sites{"put: read dma_sync", "put: read dma_sync again, under RCU",
                     "dma: sync for device, look up", "cache: store page", "cache: raise count",
                     "count a recycle statistic"}));
}

// bdea4980182e moved the statistic into the lock; it had left it between v6.13 and v6.14.
TEST(VariantOrder, PutInBulk) {
  const Sites counted_last = {"put: read dma_sync",        "dma: sync for device, look up",
                              "put: read dma_sync",        "dma: sync for device, look up",
                              "ring: lock producer, bh",   "ring: publish page",
                              "ring: unlock producer, bh", "count a recycle statistic"};
  Sites counted_inside = counted_last;
  std::swap(counted_inside.end()[-1], counted_inside.end()[-2]);
  for (const char* variant :
       {"baseline", "baseline-ringfix", "stall", "skip", "wait", "xarray-rfc", "xarray-v1"})
    EXPECT_EQ(put_table(variant, Way::bulk).sites, counted_last) << variant;
  for (const char* variant : {"items-v2", "items-v3", "scan"})
    EXPECT_EQ(put_table(variant, Way::bulk).sites, counted_inside) << variant;
  const Sites fixed = put_table("xarray-fixed", Way::bulk).sites;
  Sites today = put_table("mainline-2026", Way::bulk).sites;
  EXPECT_EQ(fixed, put_table("xarray", Way::bulk).sites);
  EXPECT_EQ(fixed.back(), "count a recycle statistic");
  EXPECT_EQ(today.back(), "ring: unlock producer, bh");
  std::swap(today.end()[-1], today.end()[-2]);
  EXPECT_EQ(today, fixed);
  const PutTable rcu = put_table("scan-rcu", Way::bulk);
  EXPECT_EQ(rcu.sites,
            (Sites{"ring: lock producer, bh", "ring: publish page", "put: read dma_sync",
                   "dma: sync for device, look up", "ring: publish page", "put: read dma_sync",
                   "dma: sync for device, look up", "count a recycle statistic",
                   "ring: unlock producer, bh"}));  // each inside the lock
  EXPECT_TRUE(rcu.guarded);
  EXPECT_TRUE(put_table("items-v2", Way::bulk).guarded);
  EXPECT_TRUE(put_table("items-v3", Way::bulk).guarded);
  const PutTable v5 = put_table("blocks-v5", Way::bulk);
  EXPECT_EQ(v5.sites, rcu.sites);
  EXPECT_TRUE(v5.guarded);
  Sites v11 = rcu.sites;
  std::swap(v11.end()[-1], v11.end()[-2]);
  EXPECT_EQ(put_table("blocks-v11", Way::bulk).sites, v11);
}

// Owner and item first, mapped afterwards (items and blocks); full => the page goes back.
TEST(VariantOrder, OwnershipComesBeforeMapWhereItemsAre) {
  for (const std::string& variant : variants) {
    if (!variant.starts_with("items") && !variant.starts_with("blocks")) continue;
    TestBench b;
    pool::Limits limits;
    limits.refill = 1;
    auto pool = b.pool(variant, {}, limits);
    EXPECT_TRUE(b.run_task([&] { pool->alloc_pages(); }));
    Sites expected{"item: record page",
                   "set page owner",
                   "sign pp_magic",
                   "set pp_ref_count to 1",
                   "dma: map",
                   "map: store dma_addr",
                   "dma: sync for device, look up",
                   "cache: store page",
                   "raise pages_state_hold_cnt in bulk"};
    if (variant.starts_with("blocks")) expected.insert(expected.begin() + 7, {"item: set MAPPED"});
    EXPECT_EQ(key_sites(b.sites(), expected), expected) << variant;
  }
}

// items: as many pages as there are items, no more; blocks grow.
TEST(VariantItems, TheArrayLimitsThePagesAndBlocksDoNot) {
  for (const std::string& variant : variants) {
    if (!variant.starts_with("items") && !variant.starts_with("blocks")) continue;
    TestBench b;
    pool::Limits limits;
    limits.alloc_cache = 4;
    limits.refill = 2;
    limits.ring = 8;  // 8 + 4 + 8 * 2 = 28: 32 items
    auto pool = b.pool(variant, {}, limits);
    std::size_t got = 0;
    EXPECT_TRUE(b.run_task([&] {
      while (got < 600 && pool->alloc_pages()) ++got;
    }));
    EXPECT_EQ(got, variant.starts_with("items") ? 32u : 600u) << variant;
    EXPECT_EQ(b.misuse(), 0u) << variant;
  }
}

// Mapped first, the pool's own afterwards (V0 and the xarray).
TEST(VariantOrder, MapComesBeforeOwnership) {
  for (const std::string& variant : variants) {
    if (variant.starts_with("items") || variant.starts_with("blocks")) continue;
    TestBench b;
    pool::Limits limits;
    limits.refill = 1;
    auto pool = b.pool(variant, {}, limits);
    EXPECT_TRUE(b.run_task([&] { pool->alloc_pages(); }));
    Sites expected{"dma: map",
                   "map: store dma_addr",
                   "dma: sync for device, look up",
                   "set page owner",
                   "sign pp_magic",
                   "set pp_ref_count to 1",
                   "cache: store page",
                   "raise pages_state_hold_cnt in bulk"};
    if (variant.starts_with("xarray"))
      expected.insert(expected.begin() + 2, {"xarray: store page", "map: store index in pp_magic"});
    EXPECT_EQ(key_sites(b.sites(), expected), expected) << variant;
  }
}

// Patch 1: RCU around the read of p.napi and its list_owner, and only there.
TEST(VariantScan, TheNapiIsReadUnderRcu) {
  for (const bool in_softirq : {false, true}) {
    TestBench b;
    auto pool = b.pool("scan");
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      const Ps before = b.platform.time_in_guard();
      if (in_softirq)
        b.bh_off([&] { pool->put_full_page(page, false); });
      else
        pool->put_full_page(page, false);
      EXPECT_EQ(b.platform.time_in_guard() > before, in_softirq);
    }));
  }
}

// ---- the scan -----------------------------------------------------------------------------------

TEST(VariantScan, FindsThePagesOfItsPoolAndStopsAtTheLast) {
  for (const char* variant : {"scan", "scan-rcu"}) {
    TestBench b;
    b.napi.sched.poke(true);
    auto mine = b.pool(variant), other = b.pool(variant);
    std::vector<Page> held;
    Ps scan = 0;
    EXPECT_TRUE(b.run_task([&] {
      for (int i = 0; i < 5; ++i) {
        held.push_back(mine->alloc_pages());
        other->alloc_pages();
      }
      mine->destroy();
    }));
    EXPECT_EQ(mine->peek_inflight(), 5);
    EXPECT_EQ(b.checker.live_mappings(), 64u) << "the other pool's pages stay mapped";
    EXPECT_TRUE(b.platform.warnings().empty());
    EXPECT_EQ(b.misuse(), 0u);
    const auto words = mine->peek_words();
    const SimPool::NamedValue still_syncs{"dma_sync", "true"};
    EXPECT_EQ(std::find(words.begin(), words.end(), still_syncs) != words.end(),
              std::string(variant) == "scan");
    Pfn last = 0;
    for (Page page : held) last = std::max(last, page.frame().pfn);
    for (const auto& record : b.trace.records()) {
      if (std::string(record.text) == "scan: lock destroy_lock") scan -= record.at;
      if (std::string(record.text) == "scan: clear dma_map") scan += record.at;
    }
    const Pfn first = (1U << 30) >> page_shift;
    const Ps walk = static_cast<Ps>(last - first) * b.p.scan_per_page;
    const Ps all_of_it = static_cast<Ps>(b.p.ram_gib << (30 - page_shift)) * b.p.scan_per_page;
    ASSERT_LT(walk, all_of_it - 1_ms) << "draw other frames: the last one lies too far back";
    EXPECT_GT(scan, walk);
    EXPECT_LT(scan, walk + 200_us) << "nothing is looked at behind the last page";
  }
}

// Where destroy unmaps and dma_sync stays set, a late put syncs what is no longer mapped.
TEST(VariantScan, ALatePutSyncsOnlyWhereDmaSyncStays) {
  for (const std::string& variant : variants) {
    if (info_of(variant).waits_in_destroy) continue;  // nothing comes back late
    const bool syncs = info_of(variant).destroy_unmaps && !info_of(variant).clears_dma_sync;
    TestBench b;
    b.napi.sched.poke(true);
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      pool->destroy();
      pool->put_full_page(page, false);
      b.sleep(2_s);
      EXPECT_EQ(b.platform.freed_pools(), 1u);
    }));
    EXPECT_EQ(b.misuse(Kind::sync_after_unmap), syncs ? 1u : 0u) << variant;
    EXPECT_EQ(b.misuse(Kind::free_while_mapped) != 0, variant == "skip");
    EXPECT_EQ(b.misuse(), b.misuse(Kind::sync_after_unmap) + b.misuse(Kind::free_while_mapped))
        << variant;
    if (variant != "skip") {
      EXPECT_EQ(b.checker.live_mappings(), 0u) << variant;
    }
  }
}

// ---- the xarray ---------------------------------------------------------------------------------

std::uint64_t id_of(Page page) {
  return (page.frame().pp_magic.peek() >> 7) & 0xffffffff;
}

TEST(VariantXarray, IdsAreTheLowestFreeFromOneAndLieAboveBitSeven) {
  TestBench b;
  auto pool = b.pool("xarray-fixed");
  EXPECT_TRUE(b.run_task([&] {
    std::vector<Page> pages;
    for (int i = 0; i < 64; ++i) pages.push_back(pool->alloc_pages());
    for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(id_of(pages[i]), 64 - i);
    EXPECT_EQ(pages[0].frame().pp_magic.peek(), 0xdead000000000040ULL | (64ULL << 7));
    for (const std::size_t i : {61u, 59u}) {  // ids 3 and 5 become free
      pages[i].frame().refcount.poke(2);
      pool->put_full_page(pages[i], false);
      EXPECT_EQ(id_of(pages[i]), 0u);
    }
    std::vector<Page> more;
    for (int i = 0; i < 64; ++i) more.push_back(pool->alloc_pages());
    EXPECT_EQ(id_of(more[63]), 3u);
    EXPECT_EQ(id_of(more[62]), 5u);
    EXPECT_EQ(id_of(more[61]), 65u);
    EXPECT_EQ(id_of(more[0]), 64u + 62u);
  }));
  EXPECT_EQ(b.misuse(), 0u);
}

// An index that is not there: the claim finds nothing, as in the kernel.
TEST(VariantXarray, AnAbsentIndexIsNobodysPage) {
  TestBench b;
  auto pool = b.pool("xarray-fixed");
  EXPECT_TRUE(b.run_task([&] {
    Page page = pool->alloc_pages();
    page.frame().pp_magic.poke(pool::pp_signature | (100'000ULL << 7));
    page.frame().refcount.poke(2);
    pool->put_full_page(page, false);
    EXPECT_EQ(b.passed("dma: unmap, clear the PTE"), 0u);
  }));
}

// Walker and returners race for every page: exactly one of them unmaps it.
void race_of_unmaps(const std::string& variant, std::uint32_t seeds) {
  SCOPED_TRACE(variant);
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    TestBench b;
    b.napi.sched.poke(true);
    b.platform.hold_rtnl(true);
    auto pool = b.pool(variant);
    sim::Stream draw = b.streams.stream("xarray race", seed);
    std::vector<Page> pages;
    Ps begin = 0;
    b.task(0, [&] {
      for (int i = 0; i < 300; ++i) pages.push_back(pool->alloc_pages());
      for (Page page : pages) page.frame().refcount.poke(1);
      begin = b.world->now() + 1_ms;
      for (CpuId cpu = 1; cpu < 4; ++cpu)
        b.task(cpu, [&, cpu] {
          b.cpus.sleep_until(begin);
          for (std::size_t i = cpu - 1; i < pages.size(); i += 3) {
            b.cpus.compute(draw.between(0, 2000) * ps_per_ns);
            if (draw.below(2) == 0) pages[i].frame().pfmemalloc = true;  // returned at once
            pool->put_full_page(pages[i], false);
          }
        });
      b.cpus.sleep_until(begin);
      b.cpus.compute(draw.between(0, 300) * ps_per_us);
      pool->destroy();
      b.sleep(3_s);
      b.world->stop();
    });
    b.run(10_s);
    EXPECT_EQ(b.platform.freed_pools(), 1u) << seed;
    EXPECT_EQ(b.misuse(Kind::double_unmap), 0u) << seed;
    EXPECT_EQ(b.misuse(Kind::tracker_corruption), 0u) << seed;
    EXPECT_EQ(b.checker.live_mappings(), 0u) << seed;
    EXPECT_TRUE(b.freed_uses.empty()) << seed;
  }
}

TEST(VariantXarray, EveryPageIsUnmappedExactlyOnce) {
  race_of_unmaps("xarray-fixed", 25);
}

TEST(VariantItems, EveryPageIsUnmappedExactlyOnce) {
  for (const char* variant : {"items-v3", "blocks-v5"}) race_of_unmaps(variant, 5);
}

}  // namespace
}  // namespace poolrace::models
