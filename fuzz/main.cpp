// SPDX-License-Identifier: MIT
// Where there is no libFuzzer: gives a program of this room the files of a folder.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/fuzz.hpp"

int main(int count, char** words) {
  int files = 0;
  for (int i = 1; i < count; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(words[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      std::cout << entry.path().filename().string() << std::endl;  // before it may abort
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      ++files;
    }
  poolrace::fuzz::require(files > 0, "there is a corpus");
}
