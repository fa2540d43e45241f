// SPDX-License-Identifier: MIT
#include "experiments/commands/commands.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <new>
#include <nlohmann/json.hpp>

#include "experiments/scenario/version.hpp"
#include "experiments/text/numbers.hpp"
#include "experiments/text/output_file.hpp"
#include "experiments/text/standard_output.hpp"
#include "experiments/workers/workers.hpp"
#include "sim/settings/nearest.hpp"
#include "sim/utf8.hpp"

namespace poolrace::experiments {

std::vector<Command> commands() {
  return {compare_command(),  run_command(),    explore_command(), replay_command(),
          trace_command(),    lesson_command(), judge_command(),   litmus_command(),
          explain_command(),  show_command(),   list_command(),    bench_command(),
          validate_command(), sweep_command(),  export_command(),  merge_command(),
          robust_command(),   rare_command(),   linux_command(),   help_command()};
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

// JSON and HTML are UTF-8, and quote what the user gave: a name that is not would be found out when
// all runs are done.  The name of the file that is written stands in none of them.
void require_utf8(const ParsedLine& line, const std::vector<std::string>& words) {
  const bool quotes = line.get("format") == "json" || line.get("report") || line.get("output");
  const auto is_target = [&](const std::string& word) {
    return word == line.get("report") || word == line.get("output") || word == line.get("store") ||
           word == line.get("by-run");
  };
  for (const std::string& word : words) try {
      if (quotes && !is_target(word)) nlohmann::json(word).dump();
    } catch (const nlohmann::json::exception&) {
      throw ConfigError(
          line.where() + ": '" + word +
          "' is not UTF-8, as JSON and HTML are; allowed: another name, or --format text");
    }
}

}  // namespace

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
    require_utf8(line, words);
    return c.run(line);
  }
  sim::fail_unknown("", "command", words[0], names);
}

namespace {

struct Ending {
  int status;
  std::string error;  // what to say of it
};

// See experiments/README.md for what each exit status says.
Ending ending_of(const std::vector<std::string>& words) {
  try {
    return {dispatch(words), ""};
  } catch (const std::ios_base::failure&) {
    return {2, ""};  // of stdout, which knows why
  } catch (const ConfigError& error) {
    return {2, error.what()};
  } catch (const Interrupted& error) {
    return {128 + error.signal, error.what()};
  } catch (const WorkerDied& error) {
    return {5, error.what()};
  } catch (const std::bad_alloc&) {
    return {5, "out of memory"};
  } catch (const std::exception& error) {
    return {3, error.what()};
  }
}

// `git bisect run` takes every status up to 127 but 125 for a verdict on the commit: what is wrong with
// the command itself has to end it, and a process that died says nothing of the commit.
int for_bisect(int status) {
  constexpr int skip = 125, abort = 128;
  return status == 5 ? skip : status == 2 || status == 3 ? abort : status;
}

// One line; a command's own errors name it, the others do not.
void tell(const std::string& error) {
  if (!error.empty())
    std::cerr << (error.starts_with("poolrace ") ? "" : "poolrace: ") << sim::printable(error)
              << "\n";
}

// Where nobody else waits for a signal (run_blocks does): the end, with nothing half-written.
void end_by(int signal) {
  const char* said = remove_unfinished_files() ? "poolrace: interrupted; no file was written\n"
                                               : "poolrace: interrupted before the end\n";
  if (::write(STDERR_FILENO, said, std::strlen(said)) < 0) errno = 0;
  ::_exit(128 + signal);
}

// While a command works.  A full disk and a reader that left are errors to tell, not deaths.
class Signals {
 public:
  Signals() {
    for (std::size_t i = 0; i < std::size(kinds); ++i) {
      ::sigaction(kinds[i].number, nullptr, &before_[i]);
      struct sigaction ours = {};
      ours.sa_handler = kinds[i].handler;
      sigfillset(&ours.sa_mask);
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(kinds[i].number, &ours, nullptr);
    }
  }
  ~Signals() {
    for (std::size_t i = 0; i < std::size(kinds); ++i)
      ::sigaction(kinds[i].number, &before_[i], nullptr);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct Kind {
    int number;
    void (*handler)(int);
  };
  static inline const Kind kinds[] = {{SIGXFSZ, SIG_IGN},
                                      {SIGPIPE, SIG_IGN},
                                      {SIGINT, end_by},
                                      {SIGTERM, end_by},
                                      {SIGHUP, end_by}};
  struct sigaction before_[std::size(kinds)] = {};
};

}  // namespace

int main_of(const std::vector<std::string>& words) {
  const Signals signals;
  StandardOutput out;
  const Ending ending = ending_of(words);
  const int error = out.finish();
  tell(ending.error);
  const bool bisects = std::find(words.begin(), words.end(), "--bisect") != words.end();
  if (error == 0) return bisects ? for_bisect(ending.status) : ending.status;
  if (error == EPIPE) return 128 + SIGPIPE;  // who left does not want to know
  tell(std::string("stdout: cannot be written: ") + std::strerror(error));
  return 2;
}

}  // namespace poolrace::experiments
