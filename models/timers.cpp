// SPDX-License-Identifier: MIT
#include "models/timers.hpp"

#include <algorithm>
#include <utility>

namespace poolrace::models {

Timers::Timers(sim::World& world) : world_(world) {
  context_ = &world.spawn("timers", sim::Priority::device, [this] { run(); });
}

Timers::Id Timers::at(Ps date, std::function<void()> fire) {
  date = std::max(date, world_.now());
  const Id id = ++last_id_;
  armed_.emplace(Key{date, id}, std::move(fire));
  date_of_.emplace(id, date);
  if (date < waiting_until_) world_.unpark(*context_);
  return id;
}

void Timers::cancel(Id id) {
  const auto found = date_of_.find(id);
  if (found == date_of_.end()) return;  // it has fired
  armed_.erase(Key{found->second, id});
  date_of_.erase(found);
}

void Timers::run() {
  for (;;) {
    if (armed_.empty()) {
      waiting_until_ = ps_never;
      world_.park();
      continue;
    }
    const auto next = armed_.begin();
    if (next->first.date > world_.now()) {
      waiting_until_ = next->first.date;
      world_.park_until(waiting_until_);
      continue;
    }
    const auto fire = std::move(next->second);
    date_of_.erase(next->first.id);
    armed_.erase(next);
    waiting_until_ = 0;  // nothing need wake us: we look again
    fire();
  }
}

}  // namespace poolrace::models
