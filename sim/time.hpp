// SPDX-License-Identifier: MIT
// Simulated time: signed 64-bit picoseconds.  The integer of the event *is* the time; SimGrid's
// floating clock is checked against it and never read by a model.  2^63 ps is about 107 days.
#pragma once

#include <cstdint>
#include <limits>

namespace poolrace {

using Ps = std::int64_t;  // a date or a duration, in picoseconds

inline constexpr Ps ps_per_ns = 1'000;
inline constexpr Ps ps_per_us = 1'000'000;
inline constexpr Ps ps_per_ms = 1'000'000'000;
inline constexpr Ps ps_per_s = 1'000'000'000'000;
inline constexpr Ps ps_never = std::numeric_limits<Ps>::max();

namespace time_literals {
consteval Ps operator""_ps(unsigned long long v) {
  return static_cast<Ps>(v);
}
consteval Ps operator""_ns(unsigned long long v) {
  return static_cast<Ps>(v) * ps_per_ns;
}
consteval Ps operator""_us(unsigned long long v) {
  return static_cast<Ps>(v) * ps_per_us;
}
consteval Ps operator""_ms(unsigned long long v) {
  return static_cast<Ps>(v) * ps_per_ms;
}
consteval Ps operator""_s(unsigned long long v) {
  return static_cast<Ps>(v) * ps_per_s;
}
}  // namespace time_literals

}  // namespace poolrace
