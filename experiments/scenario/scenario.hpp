// SPDX-License-Identifier: MIT
// What would run: a scenario on a machine profile with the user's changes, resolved into one set of
// parameters of which each remembers where its value came from.
// Precedence: command line over --config over scenario over profile over default.
#pragma once

#include <string>
#include <vector>

#include "experiments/scenario/common_options.hpp"
#include "models/files.hpp"

namespace poolrace::models {
struct RunOptions;
}

namespace poolrace::experiments {

using models::FileContents;  // of role scenario, profile or config, too

struct Resolved {
  std::string scenario, profile;
  sim::Settings<models::Parameters> settings;
  std::vector<std::string> variants;
  std::vector<FileContents> files;
  [[nodiscard]] const models::Parameters& values() const { return settings.values; }
  [[nodiscard]] bool tears_down() const { return values().teardown != models::Teardown::none; }
};

// ConfigError names what is wrong, where, what is allowed and the nearest name.
Resolved resolve(const CommonOptions& options, const std::vector<std::string>& default_variants);

// A machine without a scenario: a profile and what is changed of it, in order.  ConfigError.
models::Parameters resolve_machine(const std::string& profile, const std::vector<Setting>& changes);

// One run of it, as the machine is asked for it.
models::RunOptions run_options(const CommonOptions& options, const std::string& variant,
                               std::int64_t run);

std::vector<std::string> variant_names();
std::vector<std::string> known_variant_names();  // those for teaching too, last
// The four of the seed thread and what was merged in the end: what is compared if nobody chooses.
std::vector<std::string> default_variants();
std::vector<std::pair<std::string, std::string>> profiles();   // name, help
std::vector<std::pair<std::string, std::string>> scenarios();  // name, help

}  // namespace poolrace::experiments
