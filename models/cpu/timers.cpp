// SPDX-License-Identifier: MIT
#include "models/cpu/timers.hpp"

#include <algorithm>
#include <utility>

namespace poolrace::models {

Timers::Timers(sim::World& world) : world_(world) {
  context_ = &world.spawn("timers", sim::Priority::device, [this] { run(); });
}

Timers::Id Timers::at(Ps date, std::function<void()> fire) {
  date = std::max(date, world_.now());
  const Id id = ++last_id_;
  due_.push({date, id});
  armed_.emplace(id, std::move(fire));
  if (date < waiting_until_) world_.unpark(*context_);
  return id;
}

void Timers::run() {
  for (;;) {
    while (!due_.empty() && !armed_.contains(due_.top().id)) due_.pop();  // cancelled
    const Ps next = due_.empty() ? ps_never : due_.top().date;
    if (next > world_.now()) {
      waiting_until_ = next;
      if (next == ps_never)
        world_.park();
      else
        world_.park_until(next);
      continue;
    }
    const auto found = armed_.find(due_.top().id);
    const auto fire = std::move(found->second);
    armed_.erase(found);
    due_.pop();
    waiting_until_ = 0;  // nothing need wake us: we look again
    fire();
  }
}

}  // namespace poolrace::models
