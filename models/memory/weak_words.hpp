// SPDX-License-Identifier: MIT
// The values that words have had, where memory is weak (sim/weak): which of them a read finds, and
// which is the newest, is not decided here.  Beside each value stands who wrote it, for a store can
// still be on its way when its struct is freed.
//
// Left out: address dependencies one by one.  A read of a pointer or a page handle is as good as an
// acquire here, as if all that follows hung on it: that orders too much, so that something may be
// missed, but nothing is invented.  Who looks for data races is told what it gave a pointer to.
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
  using Place = sim::AccessOrder::Place;  // the object of footprints
  explicit WeakWords(sim::AccessOrder& order) : order_(order) {}
  [[nodiscard]] sim::AccessOrder& order() { return order_; }
  [[nodiscard]] bool recording() const { return order_.recording(); }

  // The accesses meanwhile are no step of their own: they are of that name.
  class Named {
   public:
    Named(WeakWords& words, sim::Site site) : words_(words) { words_.named_ = site.text(); }
    ~Named() { words_.named_ = nullptr; }
    Named(const Named&) = delete;
    Named& operator=(const Named&) = delete;

   private:
    WeakWords& words_;
  };

  // `newest`: the word's value as it stands, the first time; kept up to date.
  template <class T>
  T read(Place place, const T& newest, Ordering ordering) {
    constexpr bool leads_on = std::is_pointer_v<T> || std::is_class_v<T>;
    const std::vector<Written>& all = versions(place, newest);
    tell_about(place);
    const T found = value<T>(all[order_.read(place, in_sim(ordering), leads_on)]);
    if constexpr (std::is_class_v<T>)
      if (found) order_.gave_pointer(found.trace_value());
    return found;
  }
  template <class T>
  void write(sim::Site site, Place place, T& newest, const T& value, Ordering ordering) {
    std::vector<Written>& all = versions(place, newest);
    tell_about(place);
    const std::uint32_t number = order_.write(place, in_sim(ordering));
    if (value == newest) order_.changed_nothing();
    all.push_back(written(site, value));
    if (order_.newest(place) == number) newest = value;
  }
  // `next(found)`: what to store, if anything.  Returns what was found.
  template <class T, class F>
  T update(sim::Site site, Place place, T& newest, Ordering ordering, F next) {
    if (ordering == Ordering::plain) {  // x++: a read and a write, with nobody between on this CPU
      const T found = read(place, newest, ordering);
      if (const std::optional<T> stored = next(found))
        write(site, place, newest, *stored, ordering);
      return found;
    }
    std::vector<Written>& all = versions(place, newest);
    tell_about(place);
    const auto done = order_.update(place, in_sim(ordering), [&](std::uint32_t found) {
      return next(value<T>(all[found])).has_value();
    });
    const T found = value<T>(all[done.found]);
    if (!done.made) return found;
    const T stored = *next(found);
    all.push_back(written(site, stored));
    if (order_.newest(place) == *done.made) newest = stored;
    return found;
  }

  // Words of a struct, to ask what can still come when it is freed.
  void lies_in(std::uint32_t region, Place place) { places_[region].push_back(place); }
  // The running step frees the struct: a store of another CPU that comes after it, if one does.
  std::optional<sim::Site> late_store(std::uint32_t region, sim::Site by);
  // The place lies in what pointers of that trace value lead to.
  void reached_through(Place place, std::uint64_t pointer) { pointers_[place] = pointer; }

 private:
  static constexpr std::size_t size_max = 24;  // of a page handle
  struct Written {
    sim::Site site;
    std::array<std::byte, size_max> bytes;
  };
  void tell_about(Place place) {
    const auto pointer = pointers_.find(place);
    order_.comes_next(named_, pointer == pointers_.end() ? 0 : pointer->second);
  }
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
  std::vector<Written>& versions(Place place, const T& newest) {
    std::vector<Written>& all = values_[place];
    if (all.empty()) all.push_back(written("as it was", newest));
    return all;
  }

  sim::AccessOrder& order_;
  const char* named_ = nullptr;
  std::unordered_map<Place, std::vector<Written>> values_;
  std::unordered_map<std::uint32_t, std::vector<Place>> places_;  // by region
  std::unordered_map<Place, std::uint64_t> pointers_;             // that lead there
};

static_assert(static_cast<int>(pool::Ordering::full) == static_cast<int>(sim::Ordering::full) &&
              static_cast<int>(pool::Ordering::release) ==
                  static_cast<int>(sim::Ordering::release));

}  // namespace poolrace::models
