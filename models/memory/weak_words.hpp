// SPDX-License-Identifier: MIT
// The values that words have had, where memory is weak (sim/weak): which of them a read finds, and
// which is the newest, is not decided here.  Beside each value stands who wrote it, for a store can
// still be on its way when its struct is freed.
//
// Left out: address dependencies one by one.  A read of a pointer or a page handle is an acquire
// here, as if all that follows hung on it: that orders too much, so that something may be missed, but
// nothing is invented.
#pragma once

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "models/memory/objects.hpp"
#include "pool/ordering.hpp"
#include "sim/site.hpp"
#include "sim/weak/access_order.hpp"

namespace poolrace::models {

class WeakWords {
 public:
  using Ordering = pool::Ordering;
  explicit WeakWords(sim::AccessOrder& order) : order_(order) {}
  [[nodiscard]] sim::AccessOrder& order() { return order_; }
  [[nodiscard]] bool recording() const { return order_.recording(); }

  // `newest`: the word's value as it stands, the first time; kept up to date.
  template <class T>
  T read(std::uint32_t word, const T& newest, Ordering ordering) {
    constexpr bool leads_on = std::is_pointer_v<T> || std::is_class_v<T>;
    if (leads_on && (ordering == Ordering::plain || ordering == Ordering::once))
      ordering = Ordering::acquire;
    const std::vector<Written>& all = versions(word, newest);
    return value<T>(all[order_.read(place(word), in_sim(ordering))]);
  }
  template <class T>
  void write(sim::Site site, std::uint32_t word, T& newest, const T& value, Ordering ordering) {
    std::vector<Written>& all = versions(word, newest);
    const std::uint32_t number = order_.write(place(word), in_sim(ordering));
    all.push_back(written(site, value));
    if (order_.newest(place(word)) == number) newest = value;
  }
  // `next(found)`: what to store, if anything.  Returns what was found.
  template <class T, class F>
  T update(sim::Site site, std::uint32_t word, T& newest, Ordering ordering, F next) {
    std::vector<Written>& all = versions(word, newest);
    const auto done = order_.update(place(word), in_sim(ordering), [&](std::uint32_t found) {
      return next(value<T>(all[found])).has_value();
    });
    const T found = value<T>(all[done.found]);
    if (!done.made) return found;
    const T stored = *next(found);
    all.push_back(written(site, stored));
    if (order_.newest(place(word)) == *done.made) newest = stored;
    return found;
  }

  // Words of a struct, to ask what can still come when it is freed.
  void lies_in(std::uint32_t region, std::uint32_t word) { words_[region].push_back(word); }
  // The running step frees the struct: a store of another CPU that comes after it, if one does.
  std::optional<sim::Site> late_store(std::uint32_t region);

 private:
  static constexpr std::size_t size_max = 24;  // of a page handle
  struct Written {
    sim::Site site;
    std::array<std::byte, size_max> bytes;
  };
  static std::uint64_t place(std::uint32_t word) { return object(Object::word, word); }
  static sim::Ordering in_sim(Ordering ordering) { return static_cast<sim::Ordering>(ordering); }
  template <class T>
  static Written written(sim::Site site, const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= size_max);
    Written out{site, {}};
    std::memcpy(out.bytes.data(), &value, sizeof value);
    return out;
  }
  template <class T>
  static T value(const Written& written) {
    T out{};
    std::memcpy(&out, written.bytes.data(), sizeof out);
    return out;
  }
  template <class T>
  std::vector<Written>& versions(std::uint32_t word, const T& newest) {
    std::vector<Written>& all = values_[place(word)];
    if (all.empty()) all.push_back(written("as it was", newest));
    return all;
  }

  sim::AccessOrder& order_;
  std::unordered_map<std::uint64_t, std::vector<Written>> values_;       // by place
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> words_;  // by region
};

static_assert(static_cast<int>(pool::Ordering::full) == static_cast<int>(sim::Ordering::full) &&
              static_cast<int>(pool::Ordering::release) ==
                  static_cast<int>(sim::Ordering::release));

}  // namespace poolrace::models
