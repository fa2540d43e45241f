// SPDX-License-Identifier: MIT
// A file is there whole or as it was; what did not reach the disk is an error.
#include "experiments/text/output_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(OutputFile, IsThereWholeOrAsItWas) {
  const std::string path = testing::TempDir() + "whole.txt";
  std::ofstream(path) << "old";
  {
    OutputFile file(path, "test");
    file.stream() << "half";
  }
  EXPECT_EQ(file_text(path), "old");
  OutputFile file(path, "test");
  file.stream() << "new";
  file.commit();
  EXPECT_EQ(file_text(path), "new");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(OutputFile, AFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  // Within the buffer; beyond it in one piece; beyond it in many.
  for (const auto& [pieces, size] : {std::pair{1, 4}, {1, 1 << 20}, {1 << 16, 16}}) {
    OutputFile file("/dev/full", "test");
    for (int i = 0; i < pieces; ++i)
      file.stream() << std::string(static_cast<std::size_t>(size), 'x');
    try {
      file.commit();
      ADD_FAILURE() << pieces << " of " << size;
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace poolrace::experiments
