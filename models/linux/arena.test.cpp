// SPDX-License-Identifier: MIT
#include "models/linux/arena.hpp"

#include <gtest/gtest.h>

namespace poolrace::models::linux_tree {
namespace {

TEST(Arena, KnowsWhoseAByteIs) {
  Arena arena;
  arena.clear(SIZE_MAX);
  Piece& first = arena.allocate(100, Holds::node, 3);
  Piece& second = arena.allocate(64, Holds::page, 3);
  EXPECT_EQ(arena.find(first.begin), &first);
  EXPECT_EQ(arena.find(first.begin + 99), &first);
  EXPECT_EQ(arena.find(first.begin + 100), nullptr);
  EXPECT_EQ(arena.find(second.begin + 63), &second);
  EXPECT_EQ(arena.find(second.begin - 1), nullptr);
  EXPECT_EQ(arena.find(second.begin + 64), nullptr);
  int elsewhere = 0;
  EXPECT_EQ(arena.find(reinterpret_cast<const char*>(&elsewhere)), nullptr);
  arena.clear(0);
  EXPECT_EQ(arena.find(arena.allocate(1, Holds::other, 0).begin)->size, 1U);
}

TEST(Arena, APieceIsUsedAgainBehindThoseKeptBack) {
  Arena arena;
  arena.clear(2);
  Piece& a = arena.allocate(64, Holds::node, 0);
  Piece& b = arena.allocate(64, Holds::node, 0);
  Piece& c = arena.allocate(64, Holds::node, 0);
  a.begin[5] = 7;
  arena.give_up(a);
  arena.give_up(b);
  EXPECT_NE(&arena.allocate(64, Holds::node, 0), &a);
  arena.give_up(c);
  EXPECT_NE(&arena.allocate(64, Holds::page, 0), &a);  // of another kind
  const std::uint64_t number = a.number;
  Piece& again = arena.allocate(64, Holds::node, 0);
  EXPECT_EQ(&again, &a);
  EXPECT_EQ(again.begin[5], 0);
  EXPECT_NE(again.number, number);
  EXPECT_FALSE(again.freed);
}

}  // namespace
}  // namespace poolrace::models::linux_tree
