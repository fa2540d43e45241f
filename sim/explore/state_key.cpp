// SPDX-License-Identifier: MIT
#include "sim/explore/state_key.hpp"

#include "sim/hash.hpp"

namespace poolrace::sim {

namespace {

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a ^ (b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2));
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

constexpr std::uint64_t context_tag = 1ULL << 63;  // no object has it

}  // namespace

// What is known of an object after a step that changed it; 0: as at the start.  `seen`: what its
// context had seen with that step; of signals, none comes before another.
std::uint64_t StateKey::after(const Step& step, const Touched& touched, std::uint64_t before,
                              std::uint64_t seen) const {
  const auto how = static_cast<std::uint64_t>(touched.how);
  if (traces_) return touched.how == Touch::signal ? before + mix(seen, how) : mix(seen, how);
  if (touched.how == Touch::acquire) return mix(step.context, 1);
  if (touched.how == Touch::release) return 0;
  if (touched.object == step.wrote) return mix(step.wrote_value, 2);
  return mix(mix(before, step.context), 3);
}

// The key is the sum over all slots of their hashes, so that one can change by itself.
void StateKey::set(std::uint64_t& slot, std::uint64_t tag, std::uint64_t state) {
  if (slot != 0) key_ -= mix(tag, slot);
  slot = state;
  if (slot != 0) key_ += mix(tag, slot);
}

void StateKey::add(const Step& step) {
  if (step.context >= contexts_.size()) contexts_.resize(step.context + 1);
  std::uint64_t seen = mix(contexts_[step.context], fnv1a_64(step.site));
  seen = mix(seen, step.value);
  if (traces_) seen = mix(seen, step.way);
  for (const Touched& touched : step.touched) {
    const auto it = objects_.find(touched.object);
    seen = mix(seen, mix(touched.object, it == objects_.end() ? 0 : it->second));
    seen = mix(seen, static_cast<std::uint64_t>(touched.how));
  }
  set(contexts_[step.context], context_tag | step.context, seen);
  for (const Touched& touched : step.touched) {
    if (touched.how == Touch::read || touched.how == Touch::join) continue;
    std::uint64_t& slot = objects_[touched.object];
    set(slot, touched.object, after(step, touched, slot, seen));
  }
}

}  // namespace poolrace::sim
