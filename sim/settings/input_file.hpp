// SPDX-License-Identifier: MIT
// A user's file, opened for reading once from its beginning.  Only a regular file: what a pipe or a
// device says cannot be read again for a replay, and /dev/zero never ends.  What is no text is named
// for what it is, so that an error says more than "not a number".
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace poolrace::sim {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// ConfigError "LABEL: is a pipe; allowed: a regular file", or why it cannot be opened.
File open_input(const std::string& path, const std::string& label);

// The same file made of `bytes`, which must outlive it: for tests and fuzzing.
File file_of(std::string_view bytes);

// The first bytes of a file that was just opened; it still stands at its beginning.
std::string head_of(std::FILE* file);

// What a file that begins so is, if it is surely no UTF-8 text: "gzip (gunzip unpacks it)"; or "".
std::string foreign_kind(std::string_view head);

// All of a small text file.  ConfigError as open_input, or what it is if it is no text, or if it has
// over 16 MiB.
std::string read_text(const std::string& path, const std::string& label);

}  // namespace poolrace::sim
