// SPDX-License-Identifier: MIT
// The order of everything: a tournament of contexts.  Each has a leaf for its life; an inner node
// holds the smaller key of its two children, so the root is whoever comes next, and giving a
// context a new date (or none) is one walk from its leaf to the root.  Against an indexed heap: no
// positions to keep, no elements to move, no branch that depends on the data, and the loads of a
// walk do not depend on each other.  Keys are unique, so the order does not depend on who has which
// leaf.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/errors.hpp"
#include "sim/time.hpp"

namespace poolrace::sim {

class Context;

// Date first; then, in one word: a timeout comes last, the priority, the sequence, and the leaf in
// the lowest bits, which never decide because no two sequences are equal.
struct Key {
  Ps ps = ps_never;
  std::uint64_t order = UINT64_MAX;

  static constexpr int leaf_bits = 20;
  static constexpr int sequence_bits = 41;
  static constexpr std::uint64_t sequence_end = std::uint64_t{1} << sequence_bits;

  static std::uint64_t order_of(bool timeout, unsigned priority, std::uint64_t sequence,
                                std::uint32_t leaf) {
    return (std::uint64_t{timeout} << 63) | (std::uint64_t{priority} << 61) |
           (sequence << leaf_bits) | leaf;
  }
  std::uint32_t leaf() const {
    return static_cast<std::uint32_t>(order) & ((std::uint32_t{1} << leaf_bits) - 1);
  }
  bool never() const { return ps == ps_never; }

  friend bool operator<(const Key& a, const Key& b) { return a.wide() < b.wide(); }
  friend bool operator==(const Key&, const Key&) = default;

 private:
  __extension__ typedef unsigned __int128 Wide;
  Wide wide() const { return (static_cast<Wide>(static_cast<std::uint64_t>(ps)) << 64) | order; }
};

class Tournament {
 public:
  Tournament() : pairs_(4) {}

  std::uint32_t enter(Context& c);  // gives a leaf, without a date
  void retire(std::uint32_t leaf);  // takes it back

  const Key& top() const { return pairs_[0].key[1]; }
  Context& context_of(const Key& key) const { return *contexts_[key.leaf()]; }
  const Key& key_of(std::uint32_t leaf) const {
    const std::size_t node = pairs_.size() + leaf;
    return pairs_[node >> 1].key[node & 1];
  }

  // Gives the leaf a date and returns the new top.
  Key set(std::uint32_t leaf, Key key) {
    Pair* const pairs = pairs_.data();
    for (std::size_t node = pairs_.size() + leaf; node > 1; node >>= 1) {
      Pair& pair = pairs[node >> 1];
      const Key other = pair.key[(node & 1) ^ 1];
      pair.key[node & 1] = key;
      const std::uint64_t mask = other < key ? ~std::uint64_t{0} : 0;
      key.ps ^= static_cast<Ps>(static_cast<std::uint64_t>(key.ps ^ other.ps) & mask);
      key.order ^= (key.order ^ other.order) & mask;
    }
    pairs[0].key[1] = key;
    return key;
  }
  void clear(std::uint32_t leaf) { set(leaf, Key{}); }

  // The earliest date of all the others.
  Ps earliest_beside(std::uint32_t leaf) const {
    Ps earliest = ps_never;
    for (std::size_t node = pairs_.size() + leaf; node > 1; node >>= 1)
      earliest = std::min(earliest, pairs_[node >> 1].key[(node & 1) ^ 1].ps);
    return earliest;
  }

 private:
  struct alignas(32) Pair {  // of siblings, in one cache line
    Key key[2];
  };

  void grow();

  // As many pairs as leaves: node n is half n & 1 of pair n >> 1, leaf l is node pairs + l.
  std::vector<Pair> pairs_;
  std::vector<Context*> contexts_;  // by leaf
  std::vector<std::uint32_t> free_;
};

inline std::uint32_t Tournament::enter(Context& c) {
  if (!free_.empty()) {
    const std::uint32_t leaf = free_.back();
    free_.pop_back();
    contexts_[leaf] = &c;
    return leaf;
  }
  check(contexts_.size() < (std::size_t{1} << Key::leaf_bits), "a million contexts live at once");
  if (contexts_.size() == pairs_.size()) grow();
  contexts_.push_back(&c);
  return static_cast<std::uint32_t>(contexts_.size() - 1);
}

inline void Tournament::retire(std::uint32_t leaf) {
  clear(leaf);
  contexts_[leaf] = nullptr;
  free_.push_back(leaf);
}

inline void Tournament::grow() {
  std::vector<Key> keys;
  for (std::uint32_t leaf = 0; leaf < contexts_.size(); ++leaf) keys.push_back(key_of(leaf));
  pairs_.assign(pairs_.size() * 2, Pair{});
  for (std::uint32_t leaf = 0; leaf < keys.size(); ++leaf) set(leaf, keys[leaf]);
}

}  // namespace poolrace::sim
