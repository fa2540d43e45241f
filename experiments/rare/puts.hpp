// SPDX-License-Identifier: MIT
// What a watched run says of its puts: on which CPU each was under way and when, and the dates from
// which it would be too late: its page's mapping ends, its page is posted to the device again, the
// device is unbound, a pool is freed.
// Left out: dates that move because the put is late (a destroy that waits for it): the proposal is
// then less good, not wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/rare/insertion.hpp"
#include "models/cpu/watch.hpp"

namespace poolrace::experiments {

inline constexpr std::size_t late_dates = 5;
extern const char* const late_date_names[late_dates];  // "its page was unmapped", …
// A put is cut into equal parts, of which a few decide; what it would have to be late by, into classes.
// A stratum is a date, a part and a class.
inline constexpr std::size_t put_parts = 8, late_classes = 6;
// One part more: where alone it matters, if that is known (uses.hpp).
inline constexpr std::size_t known_part = put_parts;
inline constexpr std::size_t date_strata = (put_parts + 1) * late_classes;
inline constexpr std::size_t put_strata = late_dates * date_strata;

// Of a part and by how much it comes before that date.
std::size_t stratum_of(std::size_t date, std::size_t part, Ps before);

class PutWatcher : public models::Watcher {
 public:
  void see(const models::Seen& seen) override;
  // Once, after the run, which ended at `end`.
  [[nodiscard]] std::vector<Opening> openings(Ps end);
  [[nodiscard]] Ps teardown_began() const { return teardown_began_; }
  // From the teardown's beginning on; without one, all along.
  [[nodiscard]] Ps looked_at_from() const {
    return teardown_began_ == ps_never ? 0 : teardown_began_;
  }

 protected:
  struct Put {
    models::CpuId cpu;
    std::uint32_t frame, context;
    Ps from, to;
    bool returned = false;  // it gave its page back itself
  };
  struct Date {
    Ps at;
    std::uint32_t context;
  };
  using Dates = std::vector<Date>;
  // Into puts_: the put that a context is in; none: it is in none.
  [[nodiscard]] std::optional<std::size_t> put_of(std::uint32_t context) const;
  // A context is never too late for what it does itself.
  [[nodiscard]] static Ps first_after(const Dates& dates, Ps from, std::uint32_t context);

  std::map<std::uint32_t, models::CpuId> cpu_of_;                // by context
  std::map<std::uint32_t, std::vector<std::size_t>> under_way_;  // by context, into puts_
  std::vector<Put> puts_;
  std::map<std::uint32_t, Dates> unmapped_, posted_;  // by frame
  Dates unbound_, freed_;
  Ps teardown_began_ = ps_never;  // as far as it is seen: a wait, something unmapped or gone

 private:
  void page(const models::Seen& seen);
};

}  // namespace poolrace::experiments
