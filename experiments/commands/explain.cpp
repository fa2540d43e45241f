// SPDX-License-Identifier: MIT
// explain: a kernel log; which kinds of failure it shows, what closes them, what shows them here.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "experiments/commands/commands.hpp"
#include "experiments/explain/print.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

constexpr int nothing_found = 1;

Explanation explained(const std::optional<std::string>& path) {
  if (!path || *path == standard_input) {
    if (::isatty(STDIN_FILENO) != 0)
      std::cerr << "reading a kernel log from the terminal; end it with Ctrl-D\n";
    return explain_log(std::cin, "standard input");
  }
  const auto fail = [&](const std::string& why) {
    throw ConfigError("poolrace explain: " + *path + " cannot be read: " + why);
  };
  if (std::filesystem::is_directory(std::filesystem::status(*path))) fail("it is a directory");
  std::ifstream file(*path, std::ios::binary);
  if (!file) fail(std::strerror(errno));
  return explain_log(file, *path);
}

int explain(const ParsedLine& parsed) {
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  const auto path = parsed.get("FILE");
  const Explanation found = explained(path);
  if (json)
    std::cout << explanation_json(found).dump(1) << "\n";
  else if (!found.events.empty())
    std::cout << explanation_text(found);
  if (!found.events.empty()) return 0;
  std::cerr << "poolrace explain: " << no_explanation(found, path.value_or("standard input"))
            << "\n";
  return nothing_found;
}

}  // namespace

Command explain_command() {
  CommandLine line("explain",
                   "a kernel log: which kinds of failure it shows, and what closes them");
  line.positional("FILE",
                  "the log, e.g. what dmesg or journalctl -k printed; standard input if "
                  "absent or -");
  line.value("format", "text|json", "how to print", "text");
  line.example("oops.txt", "what an oops, a KASAN report or a stalled pool in that file is");
  line.example("- --format json", "the same of standard input, for a program to read");
  return {line, explain};
}

}  // namespace poolrace::experiments
