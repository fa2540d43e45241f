// SPDX-License-Identifier: MIT
#include "models/memory/weak_words.hpp"

namespace poolrace::models {

std::optional<sim::Site> WeakWords::late_store(std::uint32_t region) {
  std::vector<std::uint64_t> places;
  for (const std::uint32_t word : words_[region]) places.push_back(place(word));
  const auto late = order_.late_write(places, object(Object::region, region));
  if (!late) return std::nullopt;
  return values_.at(late->place)[late->version].site;
}

}  // namespace poolrace::models
