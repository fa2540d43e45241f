// SPDX-License-Identifier: MIT
// What a replay string says is what it was made of; and shells read words as they are.
#include "experiments/scenario/replay_string.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "experiments/scenario/version.hpp"
#include "models/explore/schedule_string.hpp"
#include "sim/utf8.hpp"

namespace poolrace::experiments {
namespace {

CommonOptions stalled() {
  CommonOptions o;
  o.settings = {{"horizon_s", "1.2"}};
  o.stalls = {
      {"put: read dma_sync", 1'234'567'891'000}, {"put: unmap", 1}, {"it's \"so\"", 500'000}};
  return o;
}

TEST(ReplayString, NamesTheRun) {
  const std::string text = replay_string(resolve(stalled(), {"scan"}), stalled(), "scan", 42);
  EXPECT_EQ(text, std::string("poolrace/") + version() +
                      ";scenario=seed-race;profile=arm64-soc;variant=scan;seed=1;run=42;"
                      "set=horizon_s=1.2;stall=put: read dma_sync=1234567.891;"
                      "stall=put: unmap=0.000001;stall=it's \"so\"=0.5");
}

TEST(ReplayString, IsReadBack) {
  CommonOptions options = stalled();
  options.seed = 18446744073709551615U;
  options.faults = {"skip-unmap"};
  options.config = "a file.ini";
  options.words = {{"hold times", 0, 381, 0x9f00000000000001},
                   {"steals", 3, 18446744073709551615U, 0}};
  Resolved resolved;
  resolved.scenario = options.scenario = "steady";
  resolved.profile = options.profile = "x86-server";
  options.variants = {"scan-rcu"};
  const ReplayedRun back = parse_replay(replay_string(resolved, options, "scan-rcu", 7));
  EXPECT_EQ(back.run, 7);
  EXPECT_EQ(back.options, options);
}

TEST(ReplayString, RefusesWordsThatAreNone) {
  const auto error = [](const std::string& word) {
    try {
      parse_replay(std::string("poolrace/") + version() +
                   ";scenario=seed-race;variant=scan;run=0;word=" + word);
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(error("hold times/0/381=9f"), "accepted");
  for (const char* none :
       {"", "=", "hold times", "hold times=9f", "hold times/381=9f", "/381=9f", "hold times/0/381",
        "hold times/0/381=", "hold times/0/381=xyz", "hold times/-1/381=9f", "hold times/0/=9f",
        "hold times/0/3 =9f", "hold times/0/381=10000000000000000"})
    EXPECT_NE(error(none).find("is no word; allowed: STREAM/INSTANCE/INDEX=HEX"), std::string::npos)
        << none << ": " << error(none);
  EXPECT_NE(error("hold tims/0/381=9f").find("unknown stream 'hold tims' (nearest: hold times)"),
            std::string::npos);
}

// Whatever a file is called.
const std::vector<std::string> hostile = {
    "a;b.ini",          "a,b=c.ini", "a'; touch PWNED; '.ini", "a\nb.ini",    "./ blanks .ini ",
    "M\xfcller.ini",    "50%.ini",   "$(touch PWNED).ini",     "\x1b[2J.ini", "=cat.ini",
    "a\\b\"c`d`e!.ini", "ü€.ini",    "a;schedule=1.ini"};

TEST(ReplayString, HoldsAnyNameOfAFile) {
  for (const std::string& name : hostile) {
    CommonOptions options;
    options.config = name;
    options.settings = {{"traffic", "trace"}, {"trace_csv", name}};
    Resolved resolved;
    resolved.scenario = options.scenario = "x/" + name;
    resolved.profile = options.profile = name;
    resolved.files = {{"config", 0xfedcba9876543210}};
    options.variants = {"scan"};
    const std::string text = replay_string(resolved, options, "scan", 1);
    EXPECT_TRUE(sim::is_utf8(text)) << text;
    EXPECT_EQ(sim::printable(text), text);
    EXPECT_FALSE(models::is_schedule(text)) << text;
    const ReplayedRun back = parse_replay(text + "\n");
    EXPECT_EQ(back.options, options) << text;
    ASSERT_EQ(back.files.size(), 1U);
    EXPECT_EQ(back.files[0].hash, 0xfedcba9876543210);
  }
}

std::string refusal(const std::string& text) {
  try {
    resolve(parse_replay(text));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

class ReplayOfFiles : public testing::Test {
 protected:
  ReplayOfFiles() { std::filesystem::create_directories(folder_); }
  ~ReplayOfFiles() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + name) << text;
    return folder_ + name;
  }
  std::string folder_ = testing::TempDir() + "replay" + std::to_string(::getpid()) + "/";
};

TEST_F(ReplayOfFiles, GivesThatRunOrNone) {
  CommonOptions options;
  options.scenario = write("it's; a scenario.ini", "horizon_s=1.2\n");
  options.profile = write("profile.ini", "cpus=4\n");
  options.config = write("config.ini", "hz=250\n");
  options.settings = {{"traffic", "trace"},
                      {"trace_csv", write("trace", "time_us,bytes\n0,64\n5,64\n")},
                      {"hold", "histogram"},
                      {"hold_histogram", write("histogram", "[1, 2) 3 |@|\n")},
                      {"hold_histogram_unit", "us"}};
  const std::string text = replay_string(resolve(options, {"scan"}), options, "scan", 3);
  EXPECT_EQ(refusal(text), "");
  // What does not count may change; what does may not.
  write("config.ini", "# two hundred and fifty\nhz = 250\n");
  write("trace", "time_s;bytes\n0;64\n0.000005;64\n");
  write("histogram", "@hold:\n[1, 2)  3 |@@@@|\n");
  EXPECT_EQ(refusal(text), "");
  for (const auto& [name, before, after, role] :
       {std::tuple{"config.ini", "hz=250\n", "hz=1000\n", "config"},
        {"profile.ini", "cpus=4\n", "cpus=8\n", "profile"},
        {"it's; a scenario.ini", "horizon_s=1.2\n", "horizon_s=1.3\n", "scenario"},
        {"trace", "time_us,bytes\n0,64\n5,64\n", "time_us,bytes\n0,64\n5,65\n", "trace_csv"},
        {"histogram", "[1, 2) 3 |@|\n", "[1, 2) 4 |@|\n", "hold_histogram"}}) {
    write(name, after);
    const std::string error = refusal(text);
    EXPECT_EQ(error.find(std::string("replay string: the file of ") + role +
                         " is not what it was when this was printed"),
              0U)
        << error;
    write(name, before);
    EXPECT_EQ(refusal(text), "") << name;
  }
  std::filesystem::remove(options.config);
  EXPECT_NE(refusal(text).find("config.ini: cannot be read"), std::string::npos);
}

TEST_F(ReplayOfFiles, MustSayWhichContentsItMeans) {
  const std::string head = std::string("poolrace/") + version() + ";scenario=seed-race";
  const std::string file = write("config.ini", "hz=250\n");
  const std::string error = refusal(head + ";config=" + file);
  const std::size_t told = error.find("allowed: contents=config:");
  ASSERT_NE(told, std::string::npos) << error;
  EXPECT_EQ(refusal(head + ";config=" + file + ";" + error.substr(told + 9, 32)), "");
  EXPECT_EQ(refusal(head + ";contents=config:0123456789abcdef"),
            "replay string: contents=config:0123456789abcdef is of a file that it does not name");
  for (const char* bad : {"config", "config:12", ":", "", "config:0123456789abcdeg"})
    EXPECT_NE(refusal(head + ";contents=" + bad).find("is none; allowed: FILE:HASH"),
              std::string::npos)
        << bad;
}

TEST(ReplayString, IsQuotedForAShellWhereItMustBe) {
  EXPECT_EQ(shell_text({"poolrace", "run", "a=b,c", ""}), "poolrace run a=b,c ''");
  EXPECT_EQ(shell_text({"put: unmap=1", "it's", "$HOME", "a;b"}),
            "'put: unmap=1' 'it'\\''s' '$HOME' 'a;b'");
  EXPECT_EQ(shell_text({"=cat", "a\nb'\\", "\xff"}), "'=cat' $'a\\012b\\'\\\\' $'\\377'");
}

// A pasted line gives bash the words that it was made of, and runs nothing.
TEST(ReplayString, AShellReadsTheWordsAgain) {
  std::vector<std::string> words{"printf", "%s\\0"};
  words.insert(words.end(), hostile.begin(), hostile.end());
  const std::string script = testing::TempDir() + "words" + std::to_string(::getpid());
  std::ofstream(script) << shell_text(words) << "\n";
  FILE* shell = ::popen(("cd " + testing::TempDir() + " && bash " + script).c_str(), "r");
  ASSERT_NE(shell, nullptr);
  std::string said, expected;
  for (int c; (c = std::fgetc(shell)) != EOF;) said += static_cast<char>(c);
  EXPECT_EQ(::pclose(shell), 0);
  for (const std::string& word : hostile) expected += word + '\0';
  EXPECT_EQ(said, expected);
  EXPECT_FALSE(std::filesystem::exists(testing::TempDir() + "PWNED"));
  EXPECT_EQ(sim::printable(shell_text(words)), shell_text(words));
  std::filesystem::remove(script);
}

}  // namespace
}  // namespace poolrace::experiments
