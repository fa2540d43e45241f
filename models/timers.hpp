// SPDX-License-Identifier: MIT
// The machine's timer hardware: one device context that calls back at dates.  Callbacks run in
// device context: they raise interrupts or move hardware state, they never run kernel code.
// Equal dates fire in the order in which they were armed.
#pragma once

#include <functional>
#include <map>

#include "sim/world.hpp"

namespace poolrace::models {

class Timers {
 public:
  using Id = std::uint64_t;  // 0 is never given out

  explicit Timers(sim::World& world);
  Id at(Ps date, std::function<void()> fire);
  void cancel(Id id);

 private:
  struct Key {
    Ps date;
    Id id;
    bool operator<(const Key& o) const { return date != o.date ? date < o.date : id < o.id; }
  };
  void run();

  sim::World& world_;
  sim::Context* context_ = nullptr;
  std::map<Key, std::function<void()>> armed_;
  std::map<Id, Ps> date_of_;
  Id last_id_ = 0;
  Ps waiting_until_ = ps_never;
};

}  // namespace poolrace::models
