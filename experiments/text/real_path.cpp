// SPDX-License-Identifier: MIT
#include "experiments/text/real_path.hpp"

#include <filesystem>

namespace poolrace::experiments {

std::string real_path(const std::string& path) {
  constexpr int links_max = 40;
  std::filesystem::path at = path;
  std::error_code error;
  for (int i = 0; i < links_max && std::filesystem::is_symlink(at, error); ++i) {
    const std::filesystem::path target = std::filesystem::read_symlink(at, error);
    if (error) break;
    at = at.parent_path() / target;  // an absolute one replaces all
  }
  return at.string();
}

}  // namespace poolrace::experiments
