// SPDX-License-Identifier: MIT
// A random walk over everything that one context can ask of a pool, destroy at the end, and what
// came of it in one text: the counters, the pages in the order they were handed out (numbered as
// they first appear), mappings and reports.
#pragma once

#include "pool/parity.hpp"

namespace poolrace::pool::parity {

template <World W>
class Walk {
 public:
  using Pool = pool::Pool<typename W::P::Page>;
  using Page = typename Pool::Page;

  Walk(W& world, Pool& pool, std::uint32_t seed) : world_(world), pool_(pool), random_(seed) {}

  std::string run(int steps) {
    for (int i = 0; i < steps; ++i) step();
    text_ += "; " + stats_of(pool_);
    for (Page page : held_) pool_.put_full_page(page, false);
    for (const auto& frag : frags_) pool_.put_full_page(frag.page, false);
    text_ += "; " + stats_of(pool_) + "; mapped " + std::to_string(world_.live_mappings());
    pool_.destroy();
    if (!eventually_freed(world_, 1)) text_ += "; never freed";
    return text_ + "; then in use " + std::to_string(world_.pages_in_use()) + ", mapped " +
           std::to_string(world_.live_mappings()) + ", freed while mapped " +
           std::to_string(world_.reports("free-while-mapped"));
  }

 private:
  void step() {
    switch (random_() % 8) {
      case 0:
      case 1:
      case 2:
        return hold(pool_.alloc_pages());
      case 3:
        return frag();
      case 4:
        return with_one([&](Page page) { pool_.recycle_direct(page); });
      case 5:
        return with_one([&](Page page) { put_somewhere(page); });
      case 6:
        return with_one([&](Page page) { put_while_held_elsewhere(page); });
      default:
        return bulk();
    }
  }

  void hold(Page page) {
    text_ += ' ' + std::to_string(number(page));
    held_.push_back(page);
  }
  void frag() {
    if (random_() % 2 == 0 && !frags_.empty()) {
      pool_.put_full_page(frags_.back().page, false);
      frags_.pop_back();
      return;
    }
    frags_.push_back(pool_.alloc_frag(1 + random_() % 4096));
    text_ += " f" + std::to_string(number(frags_.back().page)) + '@' +
             std::to_string(frags_.back().offset);
  }
  template <class Use>
  void with_one(Use use) {
    if (held_.empty()) return;
    std::swap(held_[random_() % held_.size()], held_.back());
    Page page = held_.back();
    held_.pop_back();
    use(page);
  }
  void put_somewhere(Page page) {
    const auto put = [&] { pool_.put_full_page(page, false); };
    switch (random_() % 3) {
      case 0:
        return put();
      case 1:
        return world_.bh_off(put);
      default:
        return world_.softirq(put);
    }
  }
  void put_while_held_elsewhere(Page page) {
    page.page_refcount().add_return("get_page", 1, relaxed);
    pool_.put_full_page(page, false);
    world_.platform().put_page_ref(page);
  }
  void bulk() {
    std::vector<Page> pages;
    for (auto n = random_() % 6; n > 0; --n) with_one([&](Page page) { pages.push_back(page); });
    if (!pages.empty()) pool_.put_page_bulk(pages);
  }
  std::size_t number(Page page) {
    return numbers_.emplace(&page.frame(), numbers_.size()).first->second;
  }

  W& world_;
  Pool& pool_;
  std::minstd_rand random_;
  std::vector<Page> held_;
  std::vector<typename Pool::Fragment> frags_;
  std::map<const void*, std::size_t> numbers_;
  std::string text_;
};

template <World W>
std::string outcome(const char* variant, std::uint32_t seed) {
  W world;
  std::string text;
  world.run([&] {
    Limits limits = small;
    limits.ring = 8;  // full now and then
    auto& pool = world.make(variant, PoolParams{}, limits);
    world.napi().list_owner.poke(seed % 2 == 0 ? 0 : -1);  // softirqs put into the cache, or not
    Walk<W> walk(world, pool, seed);
    text = walk.run(600);
  });
  return text;
}

}  // namespace poolrace::pool::parity
