// SPDX-License-Identifier: MIT
// A kernel tree's own accesses where memory is weak (sim/weak).  The code does them itself, with the
// machine's instructions, so each has a window: before it, what it is to find is put into memory;
// when its context comes to the next one, what it wrote is taken out, and memory is again as the
// newest versions have it.  Nobody else runs in between.
//
// A place is a granule of 8 bytes, so that no access finds half a pointer.  Address dependencies are
// over-approximated: an access to a piece follows the reads that gave a pointer into it, one to an
// array or a node of the xarray all reads before; an index into an array within a struct orders
// nothing, which may invent something.  An update always counts as one that stores, and is one event:
// what follows a relaxed one is behind it.  That may miss something.
#pragma once

#include <array>
#include <unordered_map>
#include <vector>

#include "models/linux/arena.hpp"
#include "pool/linux/ops.h"
#include "sim/site.hpp"
#include "sim/weak/memory_order.hpp"

namespace poolrace::models::linux_tree {

class WeakBytes {
 public:
  WeakBytes(sim::MemoryOrder& order, Arena& arena) : order_(order), arena_(arena) {}

  struct Access {
    char* at;
    std::uint64_t size;
    int how;               // pr_access
    int ordering;          // pr_ordering
    std::uint64_t number;  // of its first byte, for footprints
    const Piece* piece;    // null: the object's own data
    std::uint32_t context;
    sim::Site site{""};
  };
  // It comes next; it has happened.
  void open(const Access& access);
  void close();
  // Of the access that is open, a read: how many of the latest writes of that byte, as they were
  // executed, from the first on that it passed over.
  [[nodiscard]] std::uint64_t passed_over(std::uint64_t byte);
  // From now on the running CPU sees that write, counted from the latest, or a newer one.
  void see(std::uint64_t byte, std::uint64_t from_latest);
  // Where the byte of that number lies, as the order of memory knows it.
  static sim::MemoryOrder::Place place_of(std::uint64_t byte) { return byte & ~std::uint64_t{7}; }
  // The running step frees the piece: a store that still comes after it, if one does.
  std::optional<sim::Site> late_store(const Piece& piece, std::uint64_t freed);

 private:
  static constexpr std::uint64_t granule = 8;
  using Bytes = std::array<char, granule>;
  struct Written {
    Bytes bytes{};
    sim::ByteMask written = 0;  // which of them
    sim::Site site{""};
  };
  struct Granule {
    sim::MemoryOrder::Place place;
    char* at;
    sim::ByteMask bytes = 0;  // of the access
    std::uint32_t made = 0;   // version; 0: none
    std::uint32_t found = 0;  // version
    Bytes before{};           // as memory had it
  };
  void open(Granule& it);
  void close(const Granule& it);
  [[nodiscard]] sim::EventSet address_from() const;
  [[nodiscard]] Bytes value(sim::MemoryOrder::Place place, std::uint32_t version);
  void put(const Granule& it, std::uint32_t version);
  void note_pointer();

  sim::MemoryOrder& order_;
  Arena& arena_;
  Access access_{};
  std::vector<Granule> open_;
  std::unordered_map<sim::MemoryOrder::Place, std::vector<Written>> values_;  // by version
  std::unordered_map<const Piece*, std::vector<sim::MemoryOrder::Place>> places_;
  struct Dependent {
    std::uint32_t context;
    const Piece* piece;
    sim::EventSet on;
  };
  std::vector<Dependent> pointers_;
};

}  // namespace poolrace::models::linux_tree
