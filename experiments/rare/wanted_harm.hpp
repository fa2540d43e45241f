// SPDX-License-Identifier: MIT
// Which harm is asked for.
#pragma once

#include <string>

#include "models/checker/violation.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

// "crash", "corruption", or a kind's name.  ConfigError for another.
class WantedHarm {
 public:
  explicit WantedHarm(const std::string& kind);
  [[nodiscard]] bool names(models::Kind kind) const;  // it was asked for by that name
  [[nodiscard]] bool is(const models::Violation& violation) const;
  // The first of it in a run; null: there was none.
  [[nodiscard]] const models::Violation* in(const models::RunResult& result) const;
  // Payload at stake, so that what the device writes matters.
  [[nodiscard]] bool corruption() const;

 private:
  models::Harm harm_ = models::Harm::none;  // none: any of the kind
  models::Kind kind_{};
};

}  // namespace poolrace::experiments
