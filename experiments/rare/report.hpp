// SPDX-License-Identifier: MIT
// Rare probabilities in words and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "experiments/rare/rare.hpp"

namespace poolrace::experiments {

struct RareRow {
  std::string variant;
  Rare rare;
};

// One variant after the other, until a signal.
std::vector<RareRow> run_rare_rows(const RareRequest& request, const Resolved& resolved,
                                   RoundStore* store);

std::string rare_text(const RareRequest& request, const Resolved& resolved,
                      const std::vector<RareRow>& rows);
nlohmann::ordered_json rare_json(const RareRequest& request, const Resolved& resolved,
                                 const std::vector<RareRow>& rows);
// A row for the answer of each variant and one a way: variant, kind, method, probability, low, high, …
std::string rare_csv(const RareRequest& request, const std::vector<RareRow>& rows);

}  // namespace poolrace::experiments
