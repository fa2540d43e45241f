// SPDX-License-Identifier: MIT
// The machine's timer hardware: one device context that calls back at dates.  Callbacks run in
// device context: they raise interrupts or move hardware state, they never run kernel code.
// Equal dates fire in the order in which they were armed.
#pragma once

#include <functional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "sim/worlds/world.hpp"

namespace poolrace::models {

class Timers {
 public:
  using Id = std::uint64_t;  // 0 is never given out

  explicit Timers(sim::World& world);
  Id at(Ps date, std::function<void()> fire);
  void cancel(Id id) { armed_.erase(id); }  // none of that id: it has fired

 private:
  struct Due {
    Ps date;
    Id id;
    bool operator>(const Due& o) const { return date != o.date ? date > o.date : id > o.id; }
  };
  void run();

  sim::World& world_;
  sim::Context* context_ = nullptr;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;  // cancelled ones included
  std::unordered_map<Id, std::function<void()>> armed_;             // looked up, never walked
  Id last_id_ = 0;
  Ps waiting_until_ = ps_never;
};

}  // namespace poolrace::models
