// SPDX-License-Identifier: MIT
// A variant made at run time stands beside the shipped ones, in both worlds, for as long as it is
// kept: here one that is no PagePool, but passes every call on to a pool of another variant.
#include "models/variants.hpp"

#include <gtest/gtest.h>

#include <set>

#include "models/explore/explorer.hpp"
#include "models/explore/platform.hpp"
#include "models/machine.hpp"
#include "models/platform.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

class PassingOn final : public SimPool {
 public:
  PassingOn(std::unique_ptr<SimPool> inner, int& calls) : inner_(std::move(inner)), calls_(calls) {}

  Page alloc_pages() override { return in().alloc_pages(); }
  Fragment alloc_frag(std::uint32_t bytes) override { return in().alloc_frag(bytes); }
  Fragment alloc(std::uint32_t bytes) override { return in().alloc(bytes); }
  void update_nid(int nid) override { in().update_nid(nid); }
  void put_page(Page page, std::uint32_t sync_bytes, bool direct) override {
    in().put_page(page, sync_bytes, direct);
  }
  void put_page_bulk(std::vector<Page> pages) override { in().put_page_bulk(std::move(pages)); }
  void fragment_page(Page page, std::int64_t count) override { in().fragment_page(page, count); }
  bool unref_page(Page page, std::int64_t count) override { return in().unref_page(page, count); }
  void put_unrefed_page(Page page, std::uint32_t sync_bytes, bool direct) override {
    in().put_unrefed_page(page, sync_bytes, direct);
  }
  bool skb_put_page(Page page) override { return in().skb_put_page(page); }
  void use_xdp_mem(std::function<void()> told) override { in().use_xdp_mem(std::move(told)); }
  void set_visible(bool visible) override { in().set_visible(visible); }
  void destroy() override { in().destroy(); }
  [[nodiscard]] pool::AllocStats alloc_stats() const override { return inner_->alloc_stats(); }
  [[nodiscard]] pool::RecycleStats recycle_stats() const override {
    return inner_->recycle_stats();
  }
  [[nodiscard]] int peek_inflight() const override { return inner_->peek_inflight(); }
  [[nodiscard]] bool peek_owns(Page page) const override { return inner_->peek_owns(page); }
  [[nodiscard]] std::vector<Page> peek_ring() const override { return inner_->peek_ring(); }
  [[nodiscard]] std::vector<Page> peek_cache() const override { return inner_->peek_cache(); }
  [[nodiscard]] std::vector<NamedValue> peek_words() const override { return inner_->peek_words(); }
  [[nodiscard]] std::vector<std::uint64_t> peek_progress() const override {
    return inner_->peek_progress();
  }

 private:
  SimPool& in() {
    ++calls_;
    return *inner_;
  }
  std::unique_ptr<SimPool> inner_;
  int& calls_;
};

class Made final : public Variant {
 public:
  Made(const pool::VariantInfo& info, const Variant& inner, int& calls)
      : info_(info), inner_(inner), calls_(calls) {}
  [[nodiscard]] const pool::VariantInfo& info() const override { return info_; }
  std::unique_ptr<SimPool> make(SimPlatform& p, Device& dev, Napi* napi,
                                const pool::PoolParams& params,
                                const pool::Limits& limits) const override {
    return std::make_unique<PassingOn>(inner_.make(p, dev, napi, params, limits), calls_);
  }
  std::unique_ptr<SimPool> make(ExplorePlatform& p, Device& dev, Napi* napi,
                                const pool::PoolParams& params,
                                const pool::Limits& limits) const override {
    return std::make_unique<PassingOn>(inner_.make(p, dev, napi, params, limits), calls_);
  }

 private:
  pool::VariantInfo info_;
  const Variant& inner_;
  int& calls_;
};

constexpr const char* inner = "scan-rcu";

std::unique_ptr<Variant> made(const char* name, int& calls) {
  pool::VariantInfo info = known_variant(inner).info();
  info.name = name;
  return std::make_unique<Made>(info, known_variant(inner), calls);
}

TEST(Variants, EachHasANameOfItsOwn) {
  std::set<std::string> names;
  for (const pool::VariantInfo& info : variant_infos()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_STREQ(known_variant(info.name).info().help, info.help);
  }
  EXPECT_TRUE(names.contains("baseline"));
  EXPECT_EQ(find_variant("nobody"), nullptr);
}

TEST(Variants, OneMadeAtRunTimeIsKnownAsLongAsItIsKept) {
  int calls = 0;
  {
    const AddedVariant added(made("mine", calls));
    EXPECT_STREQ(variant_infos().back().name, "mine");
    EXPECT_NE(find_variant("mine"), nullptr);
  }
  EXPECT_EQ(find_variant("mine"), nullptr);
  EXPECT_THROW(AddedVariant(made("scan", calls)), ConfigError);
}

TEST(Variants, OneMadeAtRunTimeRunsInWorldTimed) {
  Parameters p = parameter_table().defaults().values;
  p.hold.hold_median = 2 * ps_per_ms;
  RunOptions options;
  options.variant = inner;
  const std::uint64_t fingerprint = run_machine(p, options).fingerprint;
  int calls = 0;
  const AddedVariant added(made("mine", calls));
  options.variant = "mine";
  const RunResult result = run_machine(p, options);
  EXPECT_EQ(result.fingerprint, fingerprint);
  EXPECT_GT(calls, 100);
}

TEST(Variants, OneMadeAtRunTimeIsExplored) {
  const Program& program = find_program("destroy-vs-late-vs-worker");
  const Verdict shipped = explore({&program, inner, {}, ""});
  int calls = 0;
  const AddedVariant added(made("mine", calls));
  const Verdict verdict = explore({&program, "mine", {}, ""});
  EXPECT_EQ(verdict.executions, shipped.executions);
  EXPECT_EQ(verdict.steps, shipped.steps);
  for (std::size_t i = 0; i < kind_count; ++i)
    EXPECT_EQ(verdict.found[i].has_value(), shipped.found[i].has_value()) << kind_table[i].name;
  EXPECT_GT(calls, 100);
}

}  // namespace
}  // namespace poolrace::models
