// SPDX-License-Identifier: MIT
// One sample of a rare probability: a plain run, watched, and a run more for each kind of delay.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/rare/insertion.hpp"
#include "experiments/scenario/scenario.hpp"
#include "models/delays.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

// Which harm is asked for: "crash", "corruption", or a kind's name.  ConfigError for another.
class WantedHarm {
 public:
  explicit WantedHarm(const std::string& kind);
  // The first of it in a run; null: there was none.
  [[nodiscard]] const models::Violation* in(const models::RunResult& result) const;

 private:
  models::Harm harm_ = models::Harm::none;  // none: any of the kind
  models::Kind kind_{};
};

struct Sample {
  bool hit = false, explained = false;  // of the plain run
  struct More {
    Inserted inserted;
    bool hit = false;  // and the delay put in explains it
    std::vector<sim::GivenWord> words;
  };
  std::vector<More> more;  // by kind of delay
};

class Sampler {
 public:
  Sampler(const CommonOptions& options, const Resolved& resolved, const std::string& kind);

  [[nodiscard]] const std::vector<models::Delayer>& delayers() const { return delayers_; }
  // Draws from the streams "rare delay" of the run, which the run itself does not know.
  [[nodiscard]] Sample take(std::int64_t run, const std::vector<Proposal>& proposals) const;

 private:
  struct Explained {
    std::size_t delayer = 0;
    Ps at = 0;
  };
  [[nodiscard]] std::optional<Explained> explanation(const models::Violation& harm,
                                                     const sim::Streams& streams) const;

  CommonOptions options_;
  Resolved resolved_;
  WantedHarm wanted_;
  std::vector<models::Delayer> delayers_;
  std::vector<DelayLaw> laws_;
};

}  // namespace poolrace::experiments
