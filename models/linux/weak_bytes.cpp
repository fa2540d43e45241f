// SPDX-License-Identifier: MIT
#include "models/linux/weak_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace poolrace::models::linux_tree {

using Place = sim::MemoryOrder::Place;

// All that are overlaid, from the first version to that one, in the order in which they count.
WeakBytes::Bytes WeakBytes::value(Place place, std::uint32_t version) {
  const std::vector<Written>& all = values_[place];
  const sim::Versions& order = order_.versions(place);
  Bytes out = all[0].bytes;
  for (std::size_t i = 1; i <= order.index_of(version); ++i) {
    const Written& next = all[order[i].number];
    for (std::size_t b = 0; b < granule; ++b)
      if ((next.written >> b & 1) != 0) out[b] = next.bytes[b];
  }
  return out;
}

void WeakBytes::put(const Granule& it, std::uint32_t version) {
  const Bytes bytes = value(it.place, version);
  std::memcpy(it.at, bytes.data(), granule);
}

sim::EventSet WeakBytes::address_from() const {
  if (access_.piece == nullptr) return {};
  if (access_.piece->holds == Holds::array || access_.piece->holds == Holds::node)
    return order_.reads_so_far();
  for (const Dependent& it : pointers_)
    if (it.context == access_.context && it.piece == access_.piece) return it.on;
  return {};
}

void WeakBytes::open(const Access& access) {
  if (!order_.recording()) return;
  access_ = access;
  order_.reached_through(access.piece == nullptr ? 0 : access.piece->number);
  const std::uint64_t lead = access.number & (granule - 1);
  for (std::uint64_t from = 0; from < lead + access.size; from += granule) {
    Granule& it = open_.emplace_back();
    it.place = place_of(access.number - lead + from);
    it.at = access.at - lead + from;
    for (std::uint64_t b = 0; b < granule; ++b)
      if (from + b >= lead && from + b < lead + access.size)
        it.bytes |= static_cast<sim::ByteMask>(1U << b);
  }
  for (Granule& it : open_) open(it);
}

void WeakBytes::open(Granule& it) {
  std::vector<Written>& all = values_[it.place];
  if (all.empty()) {
    std::memcpy(all.emplace_back().bytes.data(), it.at, granule);
    if (access_.piece != nullptr) places_[access_.piece].push_back(it.place);
  }
  std::uint32_t found = order_.newest(it.place, it.bytes);
  const auto ordering = static_cast<sim::Ordering>(access_.ordering);
  const bool counter = access_.ordering == PR_THIS_CPU || access_.ordering == PR_PLAIN;
  if (access_.how == PR_READ) {
    found = order_.read(it.place, it.bytes, ordering, address_from());
  } else if (access_.how == PR_WRITE) {
    it.made = order_.write(it.place, it.bytes, ordering);
  } else if (counter) {  // a read and a write, with nobody between on this CPU
    found = order_.read(it.place, it.bytes, sim::Ordering::once, address_from());
    it.made = order_.write(it.place, it.bytes, sim::Ordering::once);
  } else {
    const auto done =
        order_.update(it.place, it.bytes, ordering, [](std::uint32_t) { return true; });
    found = done.found;
    it.made = *done.made;
  }
  it.found = found;
  if (access_.how != PR_WRITE && found != order_.newest(it.place, it.bytes)) put(it, found);
  std::memcpy(it.before.data(), it.at, granule);  // as the access finds it
}

// A pointer that was read: what it leads to hangs on it.
void WeakBytes::note_pointer() {
  if (access_.how == PR_WRITE || access_.size != sizeof(void*) || open_.size() != 1) return;
  const char* pointer = nullptr;
  std::memcpy(&pointer, open_[0].before.data(), sizeof pointer);
  const Piece* piece = arena_.find(pointer);
  if (piece == nullptr) return;
  const auto known = std::find_if(pointers_.begin(), pointers_.end(), [&](const Dependent& d) {
    return d.context == access_.context && d.piece == piece;
  });
  Dependent& it = known == pointers_.end()
                      ? pointers_.emplace_back(Dependent{access_.context, piece, {}})
                      : *known;
  it.on.add(order_.last_read());
  order_.gave_pointer(piece->number);
}

void WeakBytes::close() {
  if (open_.empty()) return;
  note_pointer();
  for (const Granule& it : open_) close(it);
  open_.clear();
}

void WeakBytes::close(const Granule& it) {
  if (it.made != 0) {
    Written written;
    std::memcpy(written.bytes.data(), it.at, granule);
    written.written = it.bytes;
    if (written.bytes == it.before) order_.changed_nothing();
    written.site = access_.site;
    values_[it.place].push_back(written);
  }
  put(it, order_.versions(it.place)[order_.versions(it.place).size() - 1].number);
}

std::uint64_t WeakBytes::passed_over(std::uint64_t byte) {
  const Place place = place_of(byte);
  const auto open = std::find_if(open_.begin(), open_.end(),
                                 [place](const Granule& it) { return it.place == place; });
  const sim::Versions& order = order_.versions(place);
  std::vector<bool> newer(order.size());  // by number
  for (std::size_t i = order.size(); i-- > 0 && order[i].number != open->found;)
    newer[order[i].number] = true;
  std::uint64_t latest = 0, out = 0;
  const std::vector<Written>& all = values_[place];
  for (std::size_t version = all.size(); version-- > 1;) {
    if ((all[version].written >> (byte & (granule - 1)) & 1) == 0) continue;
    ++latest;
    if (newer[version]) out = latest;
  }
  return out;
}

void WeakBytes::see(std::uint64_t byte, std::uint64_t from_latest) {
  const std::vector<Written>& all = values_[place_of(byte)];
  for (std::size_t version = all.size(); version-- > 1;)
    if ((all[version].written >> (byte & (granule - 1)) & 1) != 0 && from_latest-- == 0)
      return order_.see(place_of(byte), static_cast<sim::ByteMask>(1U << (byte & (granule - 1))),
                        static_cast<std::uint32_t>(version));
}

std::optional<sim::Site> WeakBytes::late_store(const Piece& piece, std::uint64_t freed) {
  const auto places = places_.find(&piece);
  if (places == places_.end() || !order_.recording()) return std::nullopt;
  const auto late = order_.late_write(places->second, freed);
  if (!late) return std::nullopt;
  return values_[late->place][late->version].site;
}

}  // namespace poolrace::models::linux_tree
