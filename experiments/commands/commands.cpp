// SPDX-License-Identifier: MIT
#include "experiments/commands/commands.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <new>

#include "experiments/scenario/version.hpp"
#include "experiments/text/numbers.hpp"
#include "experiments/workers/workers.hpp"
#include "sim/settings/nearest.hpp"
#include "sim/utf8.hpp"

namespace poolrace::experiments {

std::vector<Command> commands() {
  return {compare_command(), run_command(),    explore_command(),  replay_command(),
          trace_command(),   lesson_command(), explain_command(),  show_command(),
          list_command(),    bench_command(),  validate_command(), sweep_command(),
          export_command(),  merge_command(),  help_command()};
}

std::string usage(const std::vector<Command>& commands) {
  std::string out =
      "poolrace: how likely is the crash when a NIC driver goes away while its page_pool\n"
      "pages are in flight, and what does preventing it cost?\n\n"
      "usage: poolrace COMMAND [WORD...] [options]\n\n"
      "Start with `poolrace compare`; `poolrace COMMAND --help` says more of each.\n\n"
      "  poolrace compare                     # which fix crashes, how often\n"
      "  poolrace compare steady --runs 100   # and what each costs a packet\n"
      "  poolrace explore --variant scan      # can it happen at all?  every order of steps\n\n"
      "commands:\n";
  std::size_t width = 0;
  for (const Command& c : commands) width = std::max(width, c.line.command().size());
  for (const Command& c : commands)
    out += "  " + padded(c.line.command(), width + 2) + c.line.summary() + "\n";
  return out;
}

namespace {

// JSON is UTF-8; a file's name need not be.
void check_words(const std::vector<std::string>& words, const ParsedLine& line) {
  if (line.get("format") != "json") return;
  for (const std::string& word : words)
    if (!sim::is_utf8(word))
      throw ConfigError(line.where() + ": '" + word +
                        "' is not UTF-8, as JSON must be; allowed: another name, or --format text");
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    std::cout << usage(commands());
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
    check_words(words, line);
    return c.run(line);
  }
  sim::fail_unknown("", "command", words[0], names);
}

// One line; a command's own errors name it, the others do not.
int fail(const std::exception& error, int status) {
  const std::string_view what = error.what();
  std::cerr << (what.starts_with("poolrace ") ? "" : "poolrace: ") << sim::printable(what) << "\n";
  return status;
}

}  // namespace

// See experiments/README.md for what each exit status says.
int main_of(const std::vector<std::string>& words) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is an error to tell, not a death
  try {
    return dispatch(words);
  } catch (const ConfigError& error) {
    return fail(error, 2);
  } catch (const WorkerDied& error) {
    return fail(error, 5);
  } catch (const std::bad_alloc&) {
    return fail(std::runtime_error("out of memory"), 5);
  } catch (const std::exception& error) {
    return fail(error, 3);
  }
}

}  // namespace poolrace::experiments
