// SPDX-License-Identifier: MIT
// list: what there is, one list of lists.cpp.
#include <iostream>

#include "experiments/commands/commands.hpp"
#include "experiments/commands/lists.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

std::string names_of_all() {
  std::string out;
  for (const std::string& name : list_names()) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Flags are for programs: their help says the same to people.
void print_text(const std::vector<nlohmann::ordered_json>& rows) {
  for (const auto& row : rows) {
    std::cout << row["name"].get<std::string>() << "\n";
    for (const auto& [key, value] : row.items())
      if (key != "name" && value != "" && !value.is_boolean())
        std::cout << "    " << (key == "help" ? "" : key + ": ") << value.get<std::string>()
                  << "\n";
  }
}

int list(const ParsedLine& parsed) {
  const std::string what = parsed.get("WHAT").value_or("");
  if (what.empty()) throw ConfigError("poolrace list: say what; allowed: " + names_of_all());
  const auto rows = list_rows(what);
  if (parsed.choice("format", "text", {"text", "json"}) == "json")
    std::cout << nlohmann::ordered_json{{what, rows}}.dump(1) << "\n";
  else
    print_text(rows);
  return 0;
}

}  // namespace

Command list_command() {
  CommandLine line("list", "what there is: " + names_of_all());
  line.positional("WHAT", names_of_all());
  line.value("format", "text|json", "how to print", "text");
  line.example("variants", "the published fixes that --variant takes");
  line.example("parameters", "what --set takes: meaning, range, default and its source");
  line.example("kinds --format json", "every rule that can be broken, for a program to read");
  return {line, list};
}

}  // namespace poolrace::experiments
