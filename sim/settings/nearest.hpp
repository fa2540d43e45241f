// SPDX-License-Identifier: MIT
// The nearest known name, for error messages: "unknown parameter 'hold_meduan_us' (nearest:
// hold_median_us)".  Distance counts insertions, deletions, replacements and swaps of neighbours;
// capitals and small letters are the same (LOAD_MPPS, as a shell has it, is load_mpps).
// A forgotten tail (`hold` for `hold_median_us`) counts as one slip, because units stand last in
// our names and are what people leave out.  Ties go to the shortest tail (`scan-rc`: scan-rcu, not
// scan), or else to the candidate listed first.  With more than
// one slip in three letters no name is near, and a guess would be silly: what is allowed is said
// instead.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::sim {

// Edit distance with swaps of neighbours ("optimal string alignment"); case counts.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

inline std::string in_small_letters(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// How many letters one name has more that begins with the other (three letters or more).
inline std::optional<std::size_t> forgotten_tail(std::string_view one, std::string_view other) {
  const std::string a = in_small_letters(one), b = in_small_letters(other);
  const std::size_t shorter = std::min(a.size(), b.size());
  if (shorter < 3 || a.compare(0, shorter, b, 0, shorter) != 0) return std::nullopt;
  return std::max(a.size(), b.size()) - shorter;
}

// Edit distance in small letters, except that such a tail is at 1.
inline std::size_t name_distance(std::string_view one, std::string_view other) {
  if (const auto tail = forgotten_tail(one, other)) return std::min<std::size_t>(1, *tail);
  return edit_distance(in_small_letters(one), in_small_letters(other));
}

// The candidate nearest to `name`; empty if none is near.
inline std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  const auto slips_to = [&](const std::string& one) {
    return std::pair(name_distance(name, one), forgotten_tail(name, one).value_or(~std::size_t{0}));
  };
  const auto best = std::min_element(
      candidates.begin(), candidates.end(),
      [&](const std::string& a, const std::string& b) { return slips_to(a) < slips_to(b); });
  const std::size_t slips = std::max<std::size_t>(1, name.size() / 3);
  const bool near = best != candidates.end() && name_distance(name, *best) <= slips;
  return near ? *best : std::string();
}

// " (nearest: NAME)", or nothing when none is near.  `prefix` stands before the name.
inline std::string nearest_hint(std::string_view name, const std::vector<std::string>& candidates,
                                std::string_view prefix = "") {
  const std::string found = nearest(name, candidates);
  return found.empty() ? found : " (nearest: " + std::string(prefix) + found + ")";
}

// The same, and what is allowed when none is near: every name, or where a long list stands.
inline std::string known_hint(std::string_view name, const std::vector<std::string>& candidates,
                              std::string_view list) {
  constexpr std::size_t names_max = 24;
  const std::string hint = nearest_hint(name, candidates);
  if (!hint.empty()) return hint;
  if (candidates.size() > names_max) return "; see " + std::string(list);
  std::string names;
  for (const std::string& one : candidates) names += (names.empty() ? "" : ", ") + one;
  return names.empty() ? names : "; allowed: " + names;
}

// Throws ConfigError "WHERE: unknown WHAT 'NAME' (nearest: …)"; an empty `where` says no place.
[[noreturn]] inline void fail_unknown(std::string_view where, std::string_view what,
                                      std::string_view name,
                                      const std::vector<std::string>& candidates) {
  throw ConfigError(std::string(where) + (where.empty() ? "" : ": ") + "unknown " +
                    std::string(what) + " '" + std::string(name) + "'" +
                    known_hint(name, candidates, "poolrace list " + std::string(what) + "s"));
}

// The same, unless `name` is a candidate.
inline void require_known(std::string_view where, std::string_view what, std::string_view name,
                          const std::vector<std::string>& candidates) {
  if (std::find(candidates.begin(), candidates.end(), name) == candidates.end())
    fail_unknown(where, what, name, candidates);
}

}  // namespace poolrace::sim
