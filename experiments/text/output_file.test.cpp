// SPDX-License-Identifier: MIT
// A file is there whole or as it was; what did not reach the disk is an error.
#include "experiments/text/output_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

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
}

class OutputFiles : public testing::Test {
 protected:
  OutputFiles() {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directory(dir_);
  }
  std::string in(const std::string& name) const { return dir_ + "/" + name; }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir_), {}));
  }
  std::string dir_ = testing::TempDir() + "output_files-" + std::to_string(::getpid());
};

void write(const std::string& path, const std::string& text) {
  OutputFile file(path, "test");
  file.stream() << text;
  file.commit();
}

TEST_F(OutputFiles, TouchNothingElse) {
  std::ofstream(in("page.html.part")) << "mine";
  std::ofstream(in("victim")) << "a password";
  std::filesystem::create_symlink("victim", in("other.html.part"));
  write(in("page.html"), "new");
  write(in("other.html"), "new");
  EXPECT_EQ(file_text(in("page.html.part")), "mine");
  EXPECT_EQ(file_text(in("victim")), "a password");
  EXPECT_EQ(files(), 5U);
}

TEST_F(OutputFiles, AreWrittenWhereALinkLeads) {
  std::filesystem::create_directory(in("there"));
  std::filesystem::create_symlink("there/new", in("link"));
  for (const char* text : {"first", "second"}) {
    write(in("link"), text);
    EXPECT_EQ(file_text(in("there/new")), text);
    EXPECT_TRUE(std::filesystem::is_symlink(in("link")));
  }
}

TEST_F(OutputFiles, KeepTheirMode) {
  using std::filesystem::perms;
  std::ofstream(in("secret")) << "old";
  std::filesystem::permissions(in("secret"), perms::owner_read | perms::owner_write);
  write(in("secret"), "new");
  EXPECT_EQ(std::filesystem::status(in("secret")).permissions(),
            perms::owner_read | perms::owner_write);
  const mode_t before = ::umask(027);
  write(in("usual"), "new");
  ::umask(before);
  EXPECT_EQ(std::filesystem::status(in("usual")).permissions(),
            perms::owner_read | perms::owner_write | perms::group_read);
}

TEST_F(OutputFiles, MayHaveANameOf255Bytes) {
  const std::string name(255, 'x');
  write(in(name), "new");
  EXPECT_EQ(file_text(in(name)), "new");
}

TEST_F(OutputFiles, ThatAreUnfinishedASignalTakesAway) {
  write(in("done"), "whole");
  OutputFile file(in("cut"), "test");
  file.stream() << "half" << std::flush;
  EXPECT_EQ(files(), 2U);
  EXPECT_TRUE(remove_unfinished_files());
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(file_text(in("done")), "whole");
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
