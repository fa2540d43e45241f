// SPDX-License-Identifier: MIT
// The tests of pool/parity.hpp in world `timed`; and the two worlds side by side.
#include "pool/parity.hpp"

#include <memory>

#include "models/checker/kinds.hpp"
#include "models/test_bench.hpp"
#include "pool/native/parity_world.hpp"

namespace poolrace::models {

class ParityWorld {
 public:
  using P = SimPlatform;
  using Body = pool::parity::Body;

  ParityWorld() { b_.napi.sched.poke(true); }

  void run(const Body& body) { b_.run_task(body, 2000 * ps_per_s); }
  void softirq(const Body& body) {
    bool done = false;
    b_.softirq(0, [&] {
      body();
      done = true;
    });
    while (!done) b_.cpus.compute(ps_per_us);
  }
  void bh_off(const Body& body) { b_.bh_off(body); }
  void later(const Body& body) {
    b_.task(1, [this, body] {
      b_.sleep(5 * ps_per_s);
      body();
    });
  }
  void sleep_ms(std::int64_t ms) { b_.sleep(ms * ps_per_ms); }
  TestBench::Pool& make(const char* variant, const pool::PoolParams& params,
                        const pool::Limits& limits) {
    pools_.push_back(
        pool::make_pool<SimPlatform>(variant, b_.platform, b_.device, &b_.napi, params, limits));
    return *pools_.back();
  }
  P& platform() { return b_.platform; }
  Napi& napi() { return b_.napi; }
  [[nodiscard]] unsigned freed_pools() const { return b_.platform.freed_pools(); }
  [[nodiscard]] std::size_t live_mappings() const { return b_.checker.live_mappings(); }
  [[nodiscard]] std::size_t pages_in_use() {
    std::size_t used = 0;
    for (FrameId id = 0; id < b_.pages.size(); ++id) used += b_.pages.frame(id).allocated;
    return used;
  }
  [[nodiscard]] std::uint64_t reports(std::string_view kind) const {
    for (const KindInfo& info : kind_table)
      if (kind == info.name) return b_.misuse(info.kind);
    std::abort();  // no such kind
  }
  [[nodiscard]] bool warned(const std::string& sentence) const {
    const auto& all = b_.platform.warnings();
    return std::find(all.begin(), all.end(), sentence) != all.end();
  }

 private:
  TestBench b_;
  std::vector<std::unique_ptr<TestBench::Pool>> pools_;
};

}  // namespace poolrace::models

namespace poolrace::pool::parity {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Timed, Parity, models::ParityWorld);

TEST(ParityOfWorlds, TheSameWalkHasTheSameOutcome) {
  for (const VariantInfo& variant : variant_infos<native::NativePlatform>())
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
      const std::string timed = outcome<models::ParityWorld>(variant.name, seed);
      EXPECT_EQ(timed, outcome<native::ParityWorld>(variant.name, seed)) << variant.name;
      EXPECT_EQ(timed.find("never freed"), std::string::npos) << variant.name;
    }
}

// Or the comparison would be of nothing.
TEST(ParityOfWorlds, WalksDiffer) {
  const auto walk = outcome<native::ParityWorld>("baseline", 1);
  EXPECT_NE(walk, outcome<native::ParityWorld>("baseline", 2));
  for (const char* counter : {"alloc_fast", "alloc_refill", "recycle_cached", "recycle_ring ",
                              "recycle_ring_full", "recycle_released_ref"})
    EXPECT_NE(outcome<native::ParityWorld>("baseline", 2).find(counter), std::string::npos)
        << counter;
}

}  // namespace
}  // namespace poolrace::pool::parity
