// SPDX-License-Identifier: MIT
// For tests: kernel trees as Debian packages them.  The few files that are taken are unpacked once,
// into the build tree; without the package its tests say so and are skipped.
#pragma once

#include <filesystem>
#include <string>

#include "models/linux/tree_fixture.hpp"
#include "pool/linux/process.hpp"

namespace poolrace::models::linux_tree {

inline constexpr const char* debian_packages = "/usr/src";

// Where that kernel's files lie; empty: its package is not installed.
inline std::string debian_tree(const std::string& version) {
  namespace fs = std::filesystem;
  const std::string archive = std::string(debian_packages) + "/linux-source-" + version + ".tar.xz";
  const std::string folder = POOLRACE_BINARY_DIR "/linux-source/" + version;
  if (fs::exists(folder)) return folder;
  if (!fs::exists(archive)) return "";
  std::string fresh = folder + ".XXXXXX";
  fs::create_directories(fs::path(folder).parent_path());
  if (::mkdtemp(fresh.data()) == nullptr) return "";
  std::vector<std::string> words{"tar",        "-xJf", archive, "-C", fresh, "--strip-components=1",
                                 "--wildcards"};
  for (const char* file :
       {"net/core/page_pool*", "net/core/*_priv.h", "net/core/mp_dmabuf*", "include/net/page_pool*",
        "include/net/netmem.h", "include/linux/ptr_ring.h", "include/linux/xarray.h",
        "include/linux/poison.h", "include/linux/mm.h", "lib/xarray.c"})
    words.push_back(std::string("linux-source-*/") + file);
  pool::linux_tree::run(words);  // that some are not there is no error: eras differ
  std::error_code error;
  if (fs::exists(fresh + "/net/core/page_pool.c")) fs::rename(fresh, folder, error);
  fs::remove_all(fresh, error);
  return fs::exists(folder) ? folder : "";
}

}  // namespace poolrace::models::linux_tree
