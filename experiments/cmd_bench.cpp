// SPDX-License-Identifier: MIT
// bench: what an event costs, beside a bare loop measured in the same process run.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/bench_engine.hpp"
#include "experiments/commands.hpp"
#include "sim/nearest.hpp"

namespace poolrace::experiments {

Command bench_command() {
  CommandLine line("bench", "what an event of the engine costs, beside a bare loop");
  line.positional("NAME", "engine");
  line.value("format", "text|json", "how to print", "text");
  line.value("repetitions", "N", "how often each is measured; the median counts", "7");
  return {line, [](const ParsedLine& parsed) {
            sim::require_known("poolrace bench", "benchmark", parsed.get("NAME").value_or("engine"),
                               {"engine"});
            BenchEngineOptions options;
            options.repetitions = static_cast<int>(parsed.integer("repetitions", 7, 1, 1000));
            const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
            const auto rows = bench_engine(options);
            nlohmann::ordered_json out = nlohmann::ordered_json::array();
            if (!json)
              std::printf("%-22s %10s  %s\n", "hold model", "ns/event", "over the bare loop");
            for (const BenchRow& r : rows) {
              out.push_back({{"name", r.name},
                             {"value", r.value},
                             {"unit", r.unit},
                             {"versus", r.versus},
                             {"ratio", r.ratio}});
              if (!json) std::printf("%-22s %10.1f  %.2f\n", r.name.c_str(), r.value, r.ratio);
            }
            if (json) std::cout << nlohmann::ordered_json{{"benchmarks", out}}.dump(1) << "\n";
            return 0;
          }};
}

}  // namespace poolrace::experiments
