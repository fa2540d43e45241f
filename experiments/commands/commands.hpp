// SPDX-License-Identifier: MIT
// The subcommands, one file each (NAME.cpp).
#pragma once

#include <string>
#include <vector>

#include "experiments/cli/command_line.hpp"

namespace poolrace::experiments {

struct Command {
  CommandLine line;
  int (*run)(const ParsedLine& line);  // returns the exit status
};

Command compare_command();
Command run_command();
Command explore_command();
Command replay_command();
Command lesson_command();
Command trace_command();
Command explain_command();
Command judge_command();
Command litmus_command();
Command show_command();
Command linux_command();
Command list_command();
Command bench_command();
Command validate_command();
Command sweep_command();
Command robust_command();
Command rare_command();
Command export_command();
Command merge_command();
Command help_command();

std::vector<Command> commands();

// What `poolrace --help` prints.
std::string usage(const std::vector<Command>& commands);

// argv without the program's name; what `poolrace` does.  Prints errors; returns the exit status.
int main_of(const std::vector<std::string>& words);
// The same inside it: errors are thrown, what is printed is not known to have arrived.
int dispatch(const std::vector<std::string>& words);

}  // namespace poolrace::experiments
