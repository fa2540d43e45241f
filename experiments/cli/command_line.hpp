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

#include "experiments/scenario/common_options.hpp"

namespace poolrace::experiments {

// What "-" becomes where a command takes a FILE.
inline constexpr const char* standard_input = "/dev/stdin";

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

}  // namespace poolrace::experiments
