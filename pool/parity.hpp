// SPDX-License-Identifier: MIT
// One body of tests for two worlds: what the pool counts and keeps may not depend on whether a
// simulated machine or real threads run it.  A world of tests (below) is built on each platform:
// pool/parity.test.cpp has the timed one, pool/native/parity.test.cpp the native one; the former
// also lays the outcomes of the same random walks side by side.  What two threads do to each other
// is no part of this: it depends on the machine.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "pool/variant.hpp"

namespace poolrace::pool::parity {

using Body = std::function<void()>;

// NAPI is as napi_disable leaves it and polls nowhere; the device needs syncs and maps strictly.
template <class W>
concept World = Platform<typename W::P> && requires(W& w, const Body& body, const char* text) {
  w.run(body);      // as a task on CPU 0; everything else is called from within
  w.softirq(body);  // on the same CPU, and back when it is over
  w.bh_off(body);
  w.later(body);  // by another task on CPU 1, 5 kernel seconds from now
  w.sleep_ms(std::int64_t{});
  { w.make(text, PoolParams{}, Limits{}) } -> std::same_as<Pool<typename W::P::Page>&>;
  { w.platform() } -> std::same_as<typename W::P&>;
  { w.napi() } -> std::same_as<typename W::P::Napi&>;
  { w.freed_pools() } -> std::convertible_to<unsigned>;
  { w.live_mappings() } -> std::convertible_to<std::size_t>;
  { w.pages_in_use() } -> std::convertible_to<std::size_t>;
  { w.reports(text) } -> std::convertible_to<std::uint64_t>;  // of that kind
  { w.warned(text) } -> std::same_as<bool>;
};

inline constexpr Limits small{.alloc_cache = 8, .refill = 4, .ring = 16, .ring_batch = 4};

template <World W, class Test>
void in_every_variant(const PoolParams& params, const Limits& limits, Test test) {
  for (const VariantInfo& variant : variant_infos<typename W::P>()) {
    SCOPED_TRACE(variant.name);
    W world;
    bool through = false;
    world.run([&] {
      test(world, world.make(variant.name, params, limits), variant);
      through = true;
    });
    EXPECT_TRUE(through);
  }
}

template <class Pool>
std::vector<typename Pool::Page> take(Pool& pool, std::size_t count) {
  std::vector<typename Pool::Page> pages;
  for (std::size_t i = 0; i < count; ++i) pages.push_back(pool.alloc_pages());
  return pages;
}

// All counters in one line, by the names that ethtool prints.
template <class Pool>
std::string stats_of(Pool& pool) {
  const AllocStats a = pool.alloc_stats();
  const RecycleStats r = pool.recycle_stats();
  const std::uint64_t alloc[] = {a.fast, a.slow, a.slow_high_order, a.empty, a.refill, a.waive};
  const std::uint64_t recycle[] = {r.cached, r.cache_full, r.ring, r.ring_full, r.released_refcnt};
  std::string text;
  const auto add = [&text](const char* name, std::uint64_t value) {
    if (value != 0)
      text += std::string(name + std::strlen("rx_pp_")) + ' ' + std::to_string(value) + ' ';
  };
  for (std::size_t i = 0; i < std::size(alloc); ++i) add(alloc_stat_names[i], alloc[i]);
  for (std::size_t i = 0; i < std::size(recycle); ++i) add(recycle_stat_names[i], recycle[i]);
  return text + "inflight " + std::to_string(pool.peek_inflight());
}

template <World W>
bool eventually_freed(W& world, unsigned pools) {
  for (int i = 0; world.freed_pools() < pools && i < 2000; ++i) world.sleep_ms(1000);
  return world.freed_pools() == pools;
}

// `skip` gives back still mapped what it finds in the ring once destroy has begun.
inline std::size_t lost_mappings(const VariantInfo& variant, std::size_t in_ring) {
  return std::string_view(variant.name) == "skip" ? in_ring : 0;
}

}  // namespace poolrace::pool::parity

#include "pool/parity_tests.hpp"
#include "pool/parity_walk.hpp"
