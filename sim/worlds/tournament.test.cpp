// SPDX-License-Identifier: MIT
// The tournament against a std::multimap, under random dates given, moved, taken and contexts that
// come and go; and the order of keys spelled out.
#include "sim/worlds/tournament.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace poolrace::sim {
namespace {

// Contexts are opaque to a tournament: any distinct address will do.
using Storage = std::vector<std::max_align_t>;

Context& opaque(Storage& storage, std::size_t i) {
  return reinterpret_cast<Context&>(storage[i]);
}

TEST(Tournament, KeyOrderIsDateThenTimeoutThenPriorityThenSequence) {
  const Key early{5, Key::order_of(true, 3, 9, 9)};
  const Key device{6, Key::order_of(false, 0, 8, 0)};
  const Key task_first{6, Key::order_of(false, 3, 6, 7)};
  const Key task_second{6, Key::order_of(false, 3, 7, 1)};
  const Key timeout{6, Key::order_of(true, 0, 1, 0)};
  EXPECT_LT(early, device);
  EXPECT_LT(device, task_first);
  EXPECT_LT(task_first, task_second);
  EXPECT_LT(task_second, timeout);
  EXPECT_LT(timeout, Key{});
  EXPECT_EQ(task_first.leaf(), 7U);
  const Key last{0, Key::order_of(true, 3, Key::sequence_end - 1, (1U << Key::leaf_bits) - 1)};
  EXPECT_EQ(last.order, UINT64_MAX);  // the fields fill the word and do not overlap
}

TEST(Tournament, EmptyHasNoDate) {
  Tournament t;
  EXPECT_TRUE(t.top().never());
  Storage storage(1);
  const std::uint32_t leaf = t.enter(opaque(storage, 0));
  EXPECT_TRUE(t.top().never());
  EXPECT_EQ(t.earliest_beside(leaf), ps_never);
  const Key key{3, Key::order_of(false, 0, 1, leaf)};
  EXPECT_EQ(t.set(leaf, key), key);
  EXPECT_EQ(&t.context_of(t.top()), &opaque(storage, 0));
  t.retire(leaf);
  EXPECT_TRUE(t.top().never());
}

class TournamentAgainstMap : public testing::TestWithParam<unsigned> {};

TEST_P(TournamentAgainstMap, RandomOperations) {
  std::mt19937 random(GetParam());
  constexpr std::size_t contexts = 200;
  Storage storage(contexts);
  std::vector<std::uint32_t> leaf(contexts, UINT32_MAX);
  std::multimap<std::pair<Ps, std::uint64_t>, std::size_t> model;
  std::vector<decltype(model)::iterator> at(contexts, model.end());
  Tournament t;
  std::uint64_t sequence = 0;
  const auto forget = [&](std::size_t i) {
    if (at[i] != model.end()) model.erase(std::exchange(at[i], model.end()));
  };
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t i = random() % (step < 5'000 ? 12 : contexts);
    const unsigned what = random() % 16;
    if (leaf[i] == UINT32_MAX) {
      leaf[i] = t.enter(opaque(storage, i));
    } else if (what == 0) {
      forget(i);
      t.retire(std::exchange(leaf[i], UINT32_MAX));
    } else if (what < 4) {
      forget(i);
      t.clear(leaf[i]);
    } else {
      const auto date = static_cast<Ps>(random() % 50);
      const Key key{date, Key::order_of(what == 5, what % 4, ++sequence, leaf[i])};
      forget(i);
      at[i] = model.emplace(std::pair(key.ps, key.order), i);
      EXPECT_EQ(t.set(leaf[i], key), t.top());
    }
    ASSERT_EQ(t.top().never(), model.empty());
    if (model.empty()) continue;
    const auto& [first, who] = *model.begin();
    ASSERT_EQ(t.top(), (Key{first.first, first.second}));
    ASSERT_EQ(&t.context_of(t.top()), &opaque(storage, who));
    if (leaf[i] == UINT32_MAX) continue;
    auto other = model.begin();
    if (other->second == i) ++other;
    ASSERT_EQ(t.earliest_beside(leaf[i]), other == model.end() ? ps_never : other->first.first);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TournamentAgainstMap, testing::Range(1U, 9U));

}  // namespace
}  // namespace poolrace::sim
