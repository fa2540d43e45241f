// SPDX-License-Identifier: MIT
// Command lines: what is understood, and that everything else is refused with the nearest name.
#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/cli/common_options.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

using Words = std::vector<std::string>;

CommandLine run_line() {
  CommandLine line("run", "One variant, N runs: probabilities, costs and teardown latency.");
  add_common_options(line);
  line.parameters({"load_mpps", "hold_median_us", "hz"});
  return line;
}

CommonOptions parse(const Words& words) {
  return common_options(run_line().parse(words));
}

std::string error_of(const Words& words) {
  try {
    parse(words);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

constexpr const char* see_help = "; see poolrace run --help";

TEST(Options, DefaultsWhereNothingIsSaid) {
  const CommonOptions options = parse({});
  EXPECT_EQ(options.scenario, "seed-race");
  EXPECT_EQ(options.runs, 1000);
  EXPECT_EQ(options.seed, 1u);
  EXPECT_GE(options.jobs, 1);
  EXPECT_EQ(options.world, "timed");
  EXPECT_EQ(options.format, Format::text);
  EXPECT_TRUE(options.settings.empty() && options.variants.empty() && options.stalls.empty());
  EXPECT_FALSE(options.fail_on_violation);
}

TEST(Options, EveryCommonOptionArrives) {
  const CommonOptions options = parse({"unbind",
                                       "--profile",
                                       "x86-server",
                                       "--variant=scan,scan-rcu",
                                       "--runs",
                                       "1e6",
                                       "--seed=18446744073709551615",
                                       "--jobs",
                                       "3",
                                       "--world",
                                       "reference",
                                       "--set",
                                       "load_mpps=0.5",
                                       "--set=hz=250",
                                       "--config",
                                       "a=b.ini",
                                       "--format",
                                       "csv",
                                       "--stall",
                                       "ring: publish page=2.5",
                                       "--stall",
                                       "a=b=1",
                                       "--fault",
                                       "drop-sync",
                                       "--fault=late",
                                       "--fail-on-violation"});
  EXPECT_EQ(options.scenario, "unbind");
  EXPECT_EQ(options.profile, "x86-server");
  EXPECT_EQ(options.variants, (Words{"scan", "scan-rcu"}));
  EXPECT_EQ(options.runs, 1'000'000);
  EXPECT_EQ(options.seed, 18446744073709551615u);
  EXPECT_EQ(options.jobs, 3);
  EXPECT_EQ(options.world, "reference");
  ASSERT_EQ(options.settings.size(), 2u);
  EXPECT_EQ(options.settings[0].name + "|" + options.settings[0].value, "load_mpps|0.5");
  EXPECT_EQ(options.settings[1].name + "|" + options.settings[1].value, "hz|250");
  EXPECT_EQ(options.config, "a=b.ini");
  EXPECT_EQ(options.format, Format::csv);
  ASSERT_EQ(options.stalls.size(), 2u);
  EXPECT_EQ(options.stalls[0].site, "ring: publish page");
  EXPECT_EQ(options.stalls[0].duration, 2'500'000);
  EXPECT_EQ(options.stalls[1].site, "a=b");
  EXPECT_EQ(options.faults, (Words{"drop-sync", "late"}));
  EXPECT_TRUE(options.fail_on_violation);
}

TEST(Options, ParametersAreOptionsTooInTheirOrder) {
  const CommonOptions options =
      parse({"--hz=100", "--set", "load_mpps=1", "--hold_median_us", "-5"});
  ASSERT_EQ(options.settings.size(), 3u);
  EXPECT_EQ(options.settings[0].name + "|" + options.settings[0].value, "hz|100");
  EXPECT_EQ(options.settings[1].name + "|" + options.settings[1].value, "load_mpps|1");
  EXPECT_EQ(options.settings[2].name + "|" + options.settings[2].value, "hold_median_us|-5");
  EXPECT_EQ(error_of({"--hz", "1", "--set", "hz=2"}),
            std::string("poolrace run: parameter hz is given twice (1, 2)") + see_help);
}

TEST(Options, UnknownOptionsNameTheNearest) {
  EXPECT_EQ(error_of({"--rusn", "5"}),
            std::string("poolrace run: unknown option '--rusn' (nearest: --runs)") + see_help);
  EXPECT_EQ(error_of({"--run=5"}),
            std::string("poolrace run: unknown option '--run' (nearest: --runs)") + see_help)
      << "abbreviations are not guessed";
  EXPECT_EQ(
      error_of({"--load-mpps", "5"}),
      std::string("poolrace run: unknown option '--load-mpps' (nearest: --load_mpps)") + see_help);
  EXPECT_EQ(error_of({"-runs", "5"}),
            std::string("poolrace run: unknown option '-runs' (nearest: --runs)") + see_help);
  EXPECT_EQ(error_of({"--RUNS", "5"}).find("poolrace run: unknown option '--RUNS'"), 0u);
  EXPECT_EQ(error_of({"-"}).find("poolrace run: unknown option '-'"), 0u);
}

TEST(Options, StrayWordsAreRefused) {
  EXPECT_EQ(
      error_of({"unbind", "extra"}),
      std::string("poolrace run: unexpected 'extra' (it takes at most: SCENARIO)") + see_help);
  EXPECT_EQ(
      error_of({"unbind", "hz=5"}),
      std::string("poolrace run: unexpected 'hz=5' (it takes at most: SCENARIO); did you mean "
                  "--set hz=5?") +
          see_help);
  EXPECT_EQ(error_of({"--fail-on-violation", "a", "b"}).find("poolrace run: unexpected 'b'"), 0u);
}

TEST(Options, ValuesAreNeitherOptionalNorDoubled) {
  EXPECT_EQ(error_of({"--runs", "1", "--runs", "2"}),
            std::string("poolrace run: --runs is given twice") + see_help);
  EXPECT_EQ(error_of({"--runs", "--seed", "2"}),
            std::string("poolrace run: --runs needs a value, found '--seed'") + see_help);
  for (const Words& words :
       {Words{"--runs"}, {"--profile="}, {"--fail-on-violation=yes"}, {"--hz"}}) {
    const std::string error = error_of(words);
    EXPECT_EQ(error.find("poolrace run: "), 0u) << error;
    EXPECT_NE(error.find(see_help), std::string::npos) << error;
    EXPECT_NE(error.find(words[0].substr(0, words[0].find('='))), std::string::npos) << error;
  }
}

TEST(Options, RangesAreStated) {
  EXPECT_EQ(error_of({"--runs", "0"}),
            "poolrace run: --runs=0 is out of range (allowed: 1 to 1000000000)");
  EXPECT_EQ(error_of({"--runs", "1000000001"}),
            "poolrace run: --runs=1000000001 is out of range (allowed: 1 to 1000000000)");
  EXPECT_EQ(error_of({"--runs", "99999999999999999999"}),
            "poolrace run: --runs=99999999999999999999 is out of range (allowed: 1 to 1000000000)");
  EXPECT_EQ(error_of({"--runs", "1.5"}),
            "poolrace run: --runs=1.5 is not a whole number (allowed: 1 to 1000000000)");
  EXPECT_EQ(error_of({"--jobs", "1025"}),
            "poolrace run: --jobs=1025 is out of range (allowed: 1 to 1024)");
  EXPECT_EQ(error_of({"--world", "timd"}),
            "poolrace run: --world=timd is not a choice (allowed: timed, reference) "
            "(nearest: timed)");
  EXPECT_EQ(error_of({"--format", "xml"}).find("poolrace run: --format=xml is not a choice"), 0u);
  for (const char* seed : {"18446744073709551616", "-1", "1e3", "x", "99999999999999999999"})
    EXPECT_EQ(error_of({"--seed", seed}), "poolrace run: --seed: '" + std::string(seed) +
                                              "' is no seed (allowed: 0 to 18446744073709551615)");
}

TEST(Options, SmallFormatsAreStrict) {
  EXPECT_EQ(error_of({"--variant", "scan,,wait"}),
            "poolrace run: --variant: 'scan,,wait' has an empty item");
  EXPECT_EQ(error_of({"--variant", "scan,scan"}),
            "poolrace run: --variant: 'scan' is listed twice");
  EXPECT_EQ(error_of({"--set", "hz"}), "poolrace run: --set: 'hz' is not NAME=VALUE");
  EXPECT_EQ(error_of({"--set", "=5"}), "poolrace run: --set: '=5' is not NAME=VALUE");
  for (const char* stall : {"read dma_sync", "=5", "s=0", "s=-1", "s=1000000000.1", "s=0.0000001"})
    EXPECT_EQ(error_of({"--stall", stall}).find("poolrace run: --stall: '" + std::string(stall)),
              0u)
        << stall;
  EXPECT_EQ(parse_stall("s=1000000000", "w").duration, 1000 * ps_per_s);
  EXPECT_EQ(split_list("a", "w"), Words{"a"});
}

TEST(Options, HelpComesBeforeAnyError) {
  for (const char* word : {"-h", "--help"})
    EXPECT_TRUE(run_line().parse({"--rusn", word, "x", "y"}).has("help"));
  EXPECT_FALSE(run_line().parse({"unbind"}).has("help"));
  const CommandLine line = run_line();
  const std::string help = line.help();
  EXPECT_EQ(help.find("usage: poolrace run [SCENARIO] [OPTION]...\n\nOne variant"), 0u) << help;
  for (const OptionHelp& option : line.options()) {
    const std::string shown = option.positional ? "  SCENARIO" : "  --" + option.name;
    EXPECT_NE(help.find(shown), std::string::npos) << shown;
  }
  EXPECT_NE(help.find("(default: 1000)"), std::string::npos);
  for (std::size_t at = 0; at < help.size();) {
    const std::size_t end = help.find('\n', at);
    EXPECT_LE(end - at, 100u) << help.substr(at, end - at);
    at = end + 1;
  }
}

TEST(Options, SubcommandsChooseAndDeclareTheirOwn) {
  CommonOptions defaults;
  defaults.runs = 50;
  CommandLine line("explore", "All interleavings.");
  add_common_options(line, defaults, {"runs", "world", "scenario"});
  line.repeated("program", "NAME", "which programs").flag("graph", "the state graph");
  const ParsedLine parsed = line.parse({"--program", "a", "--graph", "--program=b"});
  EXPECT_EQ(parsed.all("program"), (Words{"a", "b"}));
  EXPECT_TRUE(parsed.has("graph"));
  EXPECT_FALSE(parsed.has("seed"));
  EXPECT_EQ(common_options(parsed, defaults).runs, 50);
  EXPECT_THROW(line.parse({"--runs", "5"}), ConfigError);
  EXPECT_THROW(line.parse({"seed-race"}), ConfigError) << "no positional was declared";
  EXPECT_THROW(line.flag("seed", "again"), InternalError);
  EXPECT_THROW(line.parameters({"seed"}), InternalError) << "an option and a parameter";
}

}  // namespace
}  // namespace poolrace::experiments
