// SPDX-License-Identifier: MIT
#include "experiments/report/report.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/report/in_flight.hpp"
#include "experiments/report/json.hpp"
#include "experiments/report/text.hpp"
#include "experiments/text/csv.hpp"
#include "experiments/text/numbers.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

std::string csv_table(const Campaign& c) {
  std::string out = std::string() +
                    "scenario,profile,variant,seed,runs,kind,misuse_runs,harm_runs,low,high,"
                    "put_before_unmap,put_after_unmap,fingerprint" +
                    in_flight_csv_head() + "\n";
  for (const VariantSummary& v : c.variants)
    for (std::size_t i = 0; i < models::kind_count; ++i) {
      const KindSummary& k = v.kinds[i];
      std::vector<std::string> row = {c.resolved.scenario,
                                      c.resolved.profile,
                                      v.variant,
                                      std::to_string(c.options.seed),
                                      std::to_string(v.runs),
                                      models::kind_table[i].name,
                                      std::to_string(k.misuse_runs),
                                      std::to_string(k.harm_runs),
                                      format("%.9g", k.interval.low),
                                      format("%.9g", k.interval.high),
                                      std::to_string(k.put_before_unmap),
                                      std::to_string(k.put_after_unmap),
                                      sim::hex16(v.fingerprint)};
      const auto more = in_flight_csv(v);
      row.insert(row.end(), more.begin(), more.end());
      out += csv_row(row);
    }
  return out;
}

void print_campaign(const Campaign& c, bool as_list) {
  switch (c.options.format) {
    case Format::text:
      std::cout << text_table(c);
      break;
    case Format::csv:
      std::cout << csv_table(c);
      break;
    case Format::json: {
      ordered_json results = ordered_json::array();
      for (const VariantSummary& v : c.variants) results.push_back(json_result(c, v));
      const ordered_json out =
          as_list ? ordered_json{{"results", results}} : ordered_json(results.at(0));
      std::cout << out.dump(1) << "\n";
      break;
    }
  }
  std::cout.flush();
}

int ending_of(const Campaign& c) {
  if (c.failure) {
    std::cerr << "the first " << c.runs_done << " of " << c.options.runs
              << " runs are kept; the next one failed:\n";
    std::rethrow_exception(c.failure);
  }
  if (c.interrupted != 0) {
    std::cerr << "interrupted: the first " << c.runs_done << " of " << c.options.runs
              << " runs are kept\n";
    return 128 + c.interrupted;
  }
  bool harm = false;
  for (const VariantSummary& v : c.variants) harm = harm || v.first_harm.run >= 0;
  return harm && c.options.fail_on_violation ? 10 : 0;
}

}  // namespace poolrace::experiments
