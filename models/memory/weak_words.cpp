// SPDX-License-Identifier: MIT
#include "models/memory/weak_words.hpp"

namespace poolrace::models {

std::optional<sim::Site> WeakWords::late_store(std::uint32_t region, sim::Site by) {
  order_.comes_next(by.text(), 0);
  const auto late = order_.late_write(places_[region], object(Object::region, region));
  order_.comes_next(nullptr, 0);
  if (!late) return std::nullopt;
  return values_.at(late->place)[late->version].site;
}

}  // namespace poolrace::models
