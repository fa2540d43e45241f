// SPDX-License-Identifier: MIT
// What a command is asked for, whoever asks: a command line (cli/common_options.hpp), a replay
// string, a lesson's head, a test.  Each value has one text, which is read and written here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::experiments {

struct Setting {
  std::string name;
  std::string value;
  bool operator==(const Setting&) const = default;
};

enum class Format { text, json, csv };

struct Stall {
  std::string site;
  Ps duration = 0;
  bool operator==(const Stall&) const = default;
};

// Initial values are the defaults.
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
  std::vector<sim::GivenWord> words;  // that are given, not drawn; replay strings alone say them
  bool fail_on_violation = false;
  bool operator==(const CommonOptions&) const = default;
};

// "a,b" to {a, b}; ConfigError for empty or repeated items.
std::vector<std::string> split_list(std::string_view text, std::string_view where);
// "name=value" at the first '='; ConfigError if there is none or the name is empty.
Setting split_setting(std::string_view text, std::string_view where);
// "SITE=us" at the last '=' (sites are phrases); above 0, at most 1000 s.
Stall parse_stall(std::string_view text, std::string_view where);
// "10%" or "0.1"; more than none and less than all.
double parse_share(const std::string& text, std::string_view where);
// "STREAM/INSTANCE/INDEX=HEX", e.g. "hold times/0/381=9f00000000000000"; streams as drawn.hpp has
// them.
sim::GivenWord parse_word(std::string_view text, std::string_view where);
// 0 … 2^64−1, decimal digits only.
std::uint64_t parse_seed(std::string_view text, std::string_view where);

std::string text_of(const Setting& setting);      // what split_setting() reads
std::string text_of(const Stall& stall);          // what parse_stall() reads, to the picosecond
std::string text_of(const sim::GivenWord& word);  // what parse_word() reads

// CPUs we may run on, which in a container are fewer than the machine's.
int usable_cpus();

}  // namespace poolrace::experiments
