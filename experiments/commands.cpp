// SPDX-License-Identifier: MIT
#include "experiments/commands.hpp"

#include <csignal>
#include <iostream>

#include "experiments/version.hpp"
#include "sim/errors.hpp"
#include "sim/nearest.hpp"

namespace poolrace::experiments {

std::vector<Command> commands() {
  return {compare_command(), run_command(),      explore_command(), replay_command(),
          trace_command(),   lesson_command(),   show_command(),    list_command(),
          bench_command(),   validate_command(), sweep_command(),   export_command(),
          merge_command()};
}

namespace {

void usage() {
  std::cout << "poolrace: how likely is the crash when a NIC driver goes away while its page_pool\n"
               "pages are in flight, and what does preventing it cost?\n\n"
               "usage: poolrace COMMAND [SCENARIO] [options]\n\n";
  for (const Command& c : commands())
    std::cout << "  " << c.line.command() << std::string(10 - c.line.command().size(), ' ')
              << c.line.summary() << "\n";
  std::cout << "\nStart with `poolrace compare`; `poolrace COMMAND --help` says more.\n";
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    usage();
    return 0;
  }
  if (words[0] == "--version") {
    std::cout << version_text() << "\n";
    return 0;
  }
  std::vector<std::string> names;
  for (const Command& c : commands()) {
    names.push_back(c.line.command());
    if (words[0] != names.back()) continue;
    const ParsedLine line = c.line.parse({words.begin() + 1, words.end()});
    if (line.has("help")) {
      std::cout << c.line.help();
      return 0;
    }
    return c.run(line);
  }
  throw ConfigError("unknown command '" + words[0] + "'" + sim::nearest_hint(words[0], names));
}

}  // namespace

int main_of(const std::vector<std::string>& words) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is an error to tell, not a death
  try {
    return dispatch(words);
  } catch (const ConfigError& error) {
    std::cerr << "poolrace: " << error.what() << "\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "poolrace: " << error.what() << "\n";
    return 3;
  }
}

}  // namespace poolrace::experiments
