// SPDX-License-Identifier: MIT
// What words ask of whoever decides what an access finds: the running step's accesses, by place in
// memory.  Versions of a place are numbered in the order in which they were written; 0 is the first.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/weak/model.hpp"

namespace poolrace::sim {

class AccessOrder {
 public:
  using Place = std::uint64_t;  // an object of footprints
  struct Update {
    std::uint32_t found;
    std::optional<std::uint32_t> made;  // none: a compare that failed, which orders nothing
  };
  virtual ~AccessOrder() = default;
  // False while the stage is set: what is there then are the first versions.
  [[nodiscard]] virtual bool recording() const = 0;
  // The version found.  `leads_on`: it says where the accesses lie that follow, or may.
  virtual std::uint32_t read(Place place, Ordering ordering, bool leads_on) = 0;
  virtual std::uint32_t write(Place place, Ordering ordering) = 0;  // the version made
  // Whether it stores may hang on the version found.
  virtual Update update(Place place, Ordering ordering,
                        const std::function<bool(std::uint32_t)>& stores) = 0;
  [[nodiscard]] virtual std::uint32_t newest(Place place) const = 0;
  virtual void fence(Fence fence) = 0;

  // ---- for who looks for data races (data_races.hpp) -----------------------------------------
  // Of the accesses that follow: their site, if the running step is of another name; what they were
  // reached by a pointer to, or 0.
  virtual void comes_next(const char* site, std::uint64_t through) = 0;
  virtual void gave_pointer(std::uint64_t to) = 0;  // the last read
  virtual void changed_nothing() = 0;               // the last write
  // data_race(): the running context's accesses race on purpose until that many calls are undone.
  virtual void quiet(int by) = 0;
  // The running context gives it to whoever takes it next, as a page allocator's locks have it.
  virtual void gives(std::uint64_t what) = 0;
  virtual void takes(std::uint64_t what) = 0;

  // The running step frees what lies in `places`, which `freed` stands for in footprints.  A write
  // of another CPU that still comes after it, if one does.
  struct Late {
    Place place;
    std::uint32_t version;
  };
  virtual std::optional<Late> late_write(const std::vector<Place>& places, std::uint64_t freed) = 0;
};

}  // namespace poolrace::sim
