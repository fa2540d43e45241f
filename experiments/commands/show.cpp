// SPDX-License-Identifier: MIT
// show: what would run, every parameter with its value and where the value comes from.
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/common_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/text/csv.hpp"

namespace poolrace::experiments {

Command show_command() {
  CommandLine line("show", "what would run: every parameter, its value and where it comes from");
  add_common_options(line);
  line.parameters(models::parameter_table().settable());
  line.example("seed-race --profile x86-server",
               "what `compare seed-race --profile x86-server` would run");
  line.example("vf-cycling --iommu lazy --format json", "the same for a program to read");
  return {
      line, [](const ParsedLine& parsed) {
        const CommonOptions options = common_options(parsed);
        const Resolved resolved = resolve(options, variant_names());
        const auto& table = models::parameter_table();
        nlohmann::ordered_json json = {{"scenario", resolved.scenario},
                                       {"profile", resolved.profile}};
        if (options.format == Format::csv) std::cout << "name,value,unit,origin\n";
        if (options.format == Format::text)
          std::cout << "scenario " << resolved.scenario << ", profile " << resolved.profile << "\n";
        for (const auto& d : table.declarations()) {
          const std::string value = table.print(resolved.values(), d.name);
          const std::string& origin = table.origin(resolved.settings, d.name);
          if (options.format == Format::json)
            json["parameters"].push_back(
                {{"name", d.name}, {"value", value}, {"unit", d.unit.name}, {"origin", origin}});
          else if (options.format == Format::csv)
            std::cout << csv_row({d.name, value, d.unit.name, origin});
          else
            std::cout << "  " << d.name << " = " << value << "   # " << origin << "\n";
        }
        if (options.format == Format::json) std::cout << json.dump(1) << "\n";
        return 0;
      }};
}

}  // namespace poolrace::experiments
