// SPDX-License-Identifier: MIT
// What puts do that can come too late: they sync or unmap a page, and end.  And how near the nearest of a run
// came to the date from which it would have been harm.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/rare/puts.hpp"
#include "models/checker/kinds.hpp"
#include "models/delays.hpp"

namespace poolrace::experiments {

enum UseKind : std::size_t {
  sync_of_unmapped,
  sync_of_gone,
  unmap_of_gone,
  end_of_freed,
  sync_of_rewritten,
  return_of_walked,  // destroy's walk is late then, by the put
  use_kinds
};
extern const char* const use_names[use_kinds];  // of a put: "sync before its page was unmapped"
// Which of them is too late where such a violation is met at that site; none: something else is.
std::optional<std::size_t> use_of(models::Kind kind, std::string_view site);

// Whether a put that is late for that date (late_date_names) can be so late for this use; of no use, for any.
bool date_may_matter(std::size_t date, std::optional<std::size_t> use);

struct Nearest {
  std::array<Ps, use_kinds> before = none_did();
  // Of those that ended once the teardown had begun; without one, of all.
  Ps longest_put = 0, longest_undelayed = 0;  // into which no delay fell
  // Puts that ended once destroy's walk had begun to unmap pages that are out, and those of them that gave their page
  // back themselves.
  std::int64_t late_puts = 0, late_returns = 0;
  std::int64_t most_in_flight = 0;  // pages
  void add(const Nearest& other);

 private:
  static constexpr std::array<Ps, use_kinds> none_did() {
    std::array<Ps, use_kinds> out{};
    out.fill(ps_never);
    return out;
  }
};

// Of runs, each by its nearest: whether they keep away from a date, or come evenly and none has come nearer yet.
class Edge {
 public:
  void add(Ps of_a_run);  // ps_never: nothing
  // Thirty are within twice the nearest, which happens to those that come evenly once in 2^29.
  [[nodiscard]] bool sharp() const;

 private:
  std::vector<Ps> least_;  // rising
};

class UseWatcher : public PutWatcher {
 public:
  void see(const models::Seen& seen) override;
  using Delays = std::map<models::CpuId, std::vector<models::Delay>>;
  // Of what was interrupted, once the teardown has begun, or anyhow without one: how long until it went on, if it did;
  // of very many every so-manieth.
  [[nodiscard]] std::vector<Ps> interruptions() const;
  // Once, after the run, which ended at `end` and had these delays.
  [[nodiscard]] Nearest nearest(Ps end, const Delays& delays = {});
  // Of a put: from when on a delay can make such a use too late.
  struct Stretch {
    std::size_t use;
    Ps put_began, from;
    auto operator<=>(const Stretch&) const = default;
  };
  [[nodiscard]] std::vector<Opening> openings_of(const std::vector<Stretch>& stretches, Ps end);
  // Of puts that give their page back before destroy's walk: all of them.
  [[nodiscard]] std::vector<Stretch> returns() const;

 protected:
  struct Use {
    models::CpuId cpu;
    std::uint32_t frame, context;
    Ps at;
    bool unmap;       // else a sync
    std::size_t put;  // into puts_
  };
  // All of them, and the ends of puts, each with the date from which it would have been harm, or ps_never.
  template <class Look>
  void each_use(Ps end, Look look);
  void interruption(const models::Seen& seen);
  struct Owner {
    models::CpuMode mode = models::CpuMode::idle;
    std::uint32_t context = models::no_context;
  };
  std::map<models::CpuId, Owner> owner_;
  std::map<std::uint32_t, Ps> interrupted_;  // by context, since when
  std::int64_t in_flight_ = 0, most_in_flight_ = 0;
  std::vector<std::pair<Ps, Ps>> interruptions_;      // end, length
  std::map<std::uint32_t, models::PageStage> stage_;  // by frame
  std::map<std::uint32_t, Dates> landed_;             // by frame: the device wrote
  Ps walk_began_ = ps_never;                          // destroy unmapped a page that was out
  std::vector<Use> uses_;  // by whoever gives a page back; what destroy unmaps is a date
};

}  // namespace poolrace::experiments
