// SPDX-License-Identifier: MIT
// Command lines of the subcommands.  A subcommand declares its positionals and options here and
// gets parsing, errors that name the nearest option, and its help text; the help is data first
// (options()), so that the reference page comes from it too.  Boost.Program_options splits the
// words, with its traps closed: no guessed abbreviations, no stray positionals, no optional values,
// no option given twice.  Values stay text until asked for with a range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/time.hpp"

namespace poolrace::experiments {

struct OptionHelp {
  std::string name;         // without dashes; positionals too
  std::string placeholder;  // "N", "FILE"; empty for flags and positionals
  std::string help;
  std::string fallback;  // shown as the default; empty: none
  bool positional = false;
  bool repeated = false;
};

struct Example {
  std::string words;  // without "poolrace COMMAND"
  std::string what;
};

struct Setting {
  std::string name;
  std::string value;
};

// What stood on one command line.
class ParsedLine {
 public:
  bool has(std::string_view name) const { return values_.count(std::string(name)) > 0; }
  // The value of a positional or option given once; none if absent.
  std::optional<std::string> get(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;  // of a repeated one, in order
  // A whole number; ConfigError "poolrace run: --runs=0 is out of range (allowed: 1 to …)".
  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t low,
                       std::int64_t high) const;
  // One of some names, ConfigError with the nearest otherwise.
  std::string choice(std::string_view name, const std::string& fallback,
                     const std::vector<std::string>& allowed) const;
  // Parameters given by --set name=value or --NAME value, in order, each at most once.
  const std::vector<Setting>& settings() const { return settings_; }
  const std::string& where() const { return where_; }  // "poolrace run", for errors

 private:
  friend class CommandLine;
  std::string where_;
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<Setting> settings_;
};

class CommandLine {
 public:
  CommandLine(std::string command, std::string summary);  // "run", one sentence

  CommandLine& positional(std::string name, std::string help);   // optional, at most one value each
  CommandLine& positionals(std::string name, std::string help);  // any number; the last declared
  CommandLine& value(std::string name, std::string placeholder, std::string help,
                     std::string fallback = "");
  CommandLine& repeated(std::string name, std::string placeholder, std::string help);
  CommandLine& flag(std::string name, std::string help);
  // Also accepts --NAME value and --NAME=value for these (an option named `set` takes any name).
  CommandLine& parameters(std::vector<std::string> names);
  CommandLine& example(std::string words, std::string what);  // shown at the end of the help

  // Every command line also takes --help (and -h): then has("help") and nothing else was checked.
  ParsedLine parse(const std::vector<std::string>& words) const;

  const std::string& command() const { return command_; }
  const std::string& summary() const { return summary_; }
  const std::vector<OptionHelp>& options() const { return options_; }
  const std::vector<Example>& examples() const { return examples_; }
  std::string help() const;  // usage, summary, options and examples, 100 columns at most

 private:
  CommandLine& add(OptionHelp option);
  const OptionHelp* find(std::string_view name) const;  // an option, not a positional
  [[noreturn]] void fail(const std::string& text) const;
  [[noreturn]] void fail_unknown(const std::string& word) const;
  [[nodiscard]] std::vector<std::string> spelled_out(std::vector<std::string> words) const;
  void take_positional(ParsedLine& line, const std::string& word) const;
  void take_option(ParsedLine& line, const std::string& name, const std::string& value) const;

  std::string command_, summary_;
  std::vector<OptionHelp> options_;
  std::vector<std::string> parameters_;
  std::vector<Example> examples_;
};

enum class Format { text, json, csv };

struct Stall {
  std::string site;
  Ps duration = 0;
};

// The options that most subcommands share.  Initial values are the defaults; a subcommand with
// other ones passes its own CommonOptions to both functions below.
struct CommonOptions {
  std::string scenario = "seed-race";
  std::string profile;                // empty: the scenario's
  std::vector<std::string> variants;  // empty: the subcommand's choice; names not checked here
  std::int64_t runs = 1000;
  std::uint64_t seed = 1;
  int jobs = 0;                 // 0 as a default: one for each CPU we may use; never 0 once parsed
  std::string world = "timed";  // or "reference"
  std::vector<Setting> settings;
  std::string config;  // empty: none
  Format format = Format::text;
  std::vector<Stall> stalls;
  std::vector<std::string> faults;
  bool fail_on_violation = false;
};

// Declares them, but for those named in `without` ("scenario", "runs", …).
void add_common_options(CommandLine& line, const CommonOptions& defaults = {},
                        const std::vector<std::string>& without = {});
// Reads them.  ConfigError names option, value, what is allowed and the nearest name.
CommonOptions common_options(const ParsedLine& line, CommonOptions defaults = {});

// "a,b" to {a, b}; ConfigError for empty or repeated items.
std::vector<std::string> split_list(std::string_view text, std::string_view where);
// "name=value" at the first '='; ConfigError if there is none or the name is empty.
Setting split_setting(std::string_view text, std::string_view where);
// "SITE=us" at the last '=' (sites are phrases); above 0, at most 1000 s.
Stall parse_stall(std::string_view text, std::string_view where);
// 0 … 2^64−1, decimal digits only.
std::uint64_t parse_seed(std::string_view text, std::string_view where);

// CPUs we may run on, which in a container are fewer than the machine's.
int usable_cpus();

}  // namespace poolrace::experiments
