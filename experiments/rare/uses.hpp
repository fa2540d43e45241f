// SPDX-License-Identifier: MIT
// What puts do that can come too late: they sync or unmap a page, and end.  And how near the nearest of a run
// came to the date from which it would have been harm.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "experiments/rare/puts.hpp"
#include "models/checker/kinds.hpp"
#include "models/delays.hpp"

namespace poolrace::experiments {

inline constexpr std::size_t use_kinds = 4;
extern const char* const use_names[use_kinds];  // of a put: "sync before its page was unmapped"
// Which of them is too late where such a violation is met at that site; none: something else is.
std::optional<std::size_t> use_of(models::Kind kind, std::string_view site);

// Whether a put that is late for that date (late_date_names) can be so late for this use; of no use, for any.
bool date_may_matter(std::size_t date, std::optional<std::size_t> use);

struct Nearest {
  std::array<Ps, use_kinds> before{ps_never, ps_never, ps_never, ps_never};  // ps_never: none did
  // Of those that ended once the teardown had begun; without one, of all.
  Ps longest_put = 0, longest_undelayed = 0;  // into which no delay fell
  Ps longest_interruption = 0;  // of a CPU: hard interrupts and softirqs in a row, then
  Ps longest_stretch = 0;       // where alone a delay matters in a put; if that is known
  // Puts that ended once destroy's walk had begun to unmap pages that are out, those of them that gave their page
  // back themselves, and how long before the walk the last one did.
  std::int64_t late_puts = 0, late_returns = 0;
  Ps nearest_return = ps_never;
  void add(const Nearest& other);
};

class UseWatcher : public PutWatcher {
 public:
  void see(const models::Seen& seen) override;
  using Delays = std::map<models::CpuId, std::vector<models::Delay>>;
  // Once, after the run, which ended at `end` and had these delays.
  [[nodiscard]] Nearest nearest(Ps end, const Delays& delays = {});
  // Of a put: from when on a delay can make such a use too late.
  struct Stretch {
    std::size_t use;
    Ps put_began, from;
    auto operator<=>(const Stretch&) const = default;
  };
  [[nodiscard]] std::vector<Opening> openings_of(const std::vector<Stretch>& stretches, Ps end);

 protected:
  struct Use {
    models::CpuId cpu;
    std::uint32_t frame, context;
    Ps at;
    bool unmap;  // else a sync
    Ps put_began;
  };
  // All of them, and the ends of puts, each with the date from which it would have been harm, or ps_never.
  template <class Look>
  void each_use(Ps end, Look look);
  void interruption(const models::Seen& seen);
  std::map<models::CpuId, Ps> interrupted_;  // since when; ps_never: not
  Ps longest_interruption_ = 0;
  std::map<std::uint32_t, models::PageStage> stage_;  // by frame
  Ps walk_began_ = ps_never;                          // destroy unmapped a page that was out
  std::vector<Use> uses_;  // by whoever gives a page back; what destroy unmaps is a date
};

}  // namespace poolrace::experiments
