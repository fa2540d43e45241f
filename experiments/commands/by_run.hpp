// SPDX-License-Identifier: MIT
// --by-run FILE: a table of every run beside what a command prints.
#pragma once

#include <filesystem>
#include <optional>
#include <system_error>

#include "experiments/cli/command_line.hpp"
#include "experiments/text/output_file.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

inline void add_by_run(CommandLine& line) {
  line.value("by-run", "FILE", "write a table of every run as well, as CSV");
}

// Opened before the runs: a bad path is an error at once, as is one that the command writes otherwise.
class ByRunFile {
 public:
  explicit ByRunFile(const ParsedLine& parsed) {
    const auto path = parsed.get("by-run");
    if (!path) return;
    const std::string where = parsed.where() + ": --by-run";
    for (const std::string other : {"store", "report"})
      if (const auto file = parsed.get(other); file && is_one(*file, *path))
        throw ConfigError(where + "=" + *path + " is the file of --" + other + " as well");
    file_.emplace(*path, where);
  }
  // What `table` gives, if the file was asked for.
  template <class Table>
  void write(const Table& table) {
    if (!file_) return;
    file_->stream() << table();
    file_->commit();
  }

 private:
  // By whatever names: links, "./x"; also of a file that is not there yet.
  static bool is_one(const std::filesystem::path& a, const std::filesystem::path& b) {
    std::error_code error;
    return std::filesystem::equivalent(a, b, error) ||
           std::filesystem::weakly_canonical(a, error) ==
               std::filesystem::weakly_canonical(b, error);
  }
  std::optional<OutputFile> file_;
};

}  // namespace poolrace::experiments
