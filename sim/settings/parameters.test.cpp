// SPDX-License-Identifier: MIT
// The parameter table: exact values, origins, errors for people, and a key that only the values
// decide.
#include "sim/settings/parameters.hpp"

#include <gtest/gtest.h>

#include <array>
#include <locale>
#include <tuple>

#include "sim/settings/nearest.hpp"

namespace poolrace::sim {
namespace {

enum class Iommu { none = 5, lazy, strict };

struct Parameters {
  Ps hold_median = -1;
  std::int64_t load = -1;
  int cpus = -1;
  bool coherent = false;
  Iommu iommu = Iommu::none;
  std::string trace;
  struct Nic {
    std::uint8_t ring = 0;
  } nic;
};

ParameterTable<Parameters> make_table() {
  ParameterTable<Parameters> table;
  table
      .number("hold_median_us", &Parameters::hold_median, units::us, 40 * ps_per_us,
              {0, 10 * ps_per_s}, "median time a page stays with its holder", "hardware.md §6")
      .number("load_mpps", &Parameters::load, units::mpps, 500'000, {1, 150'000'000},
              "packets a second", "chosen")
      .number("cpus", &Parameters::cpus, units::count, 2, {1, 256}, "CPUs", "chosen")
      .flag("coherent", &Parameters::coherent, true, "whether DMA is coherent", "hardware.md §9")
      .choice("iommu", &Parameters::iommu,
              {{"none", Iommu::none}, {"lazy", Iommu::lazy}, {"strict", Iommu::strict}},
              Iommu::strict, "when unmapping reaches the IOTLB", "hardware.md §9")
      .text("trace_file", &Parameters::trace, "", "recorded traffic", "chosen")
      .number(
          "ring", [](Parameters& p) -> std::uint8_t& { return p.nic.ring; }, units::count, 64,
          {1, 255}, "slots", "chosen");
  table.words("iommu", {{"pt", "none"}, {"passthrough", "none"}, {"rt", "", "it has no clock"}})
      .words("coherent", {{"snooping", "true"}});
  return table;
}

const ParameterTable<Parameters> table = make_table();

std::string error_of(std::string_view name, std::string_view text) {
  Settings<Parameters> settings = table.defaults();
  try {
    table.set(settings, name, text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Parameters, DefaultsComeFromTheTable) {
  const Settings<Parameters> settings = table.defaults();
  EXPECT_EQ(settings.values.hold_median, 40 * ps_per_us);
  EXPECT_EQ(settings.values.cpus, 2);
  EXPECT_TRUE(settings.values.coherent);
  EXPECT_EQ(settings.values.iommu, Iommu::strict);
  EXPECT_EQ(settings.values.nic.ring, 64);
  for (const std::string& name : table.names()) EXPECT_EQ(table.origin(settings, name), "default");
  EXPECT_EQ(table.resolved(settings.values, Which::non_default), "");
}

TEST(Parameters, SetsAndPrintsExactly) {
  Settings<Parameters> settings = table.defaults();
  table.set(settings, "hold_median_us", "40.500001");
  table.set(settings, "load_mpps", "1e-06");
  table.set(settings, "coherent", "no");
  table.set(settings, "iommu", "lazy");
  table.set(settings, "ring", "255");
  table.set(settings, "trace_file", "a b=c.pcap");
  EXPECT_EQ(settings.values.hold_median, 40'500'001);
  EXPECT_EQ(settings.values.load, 1);
  EXPECT_FALSE(settings.values.coherent);
  EXPECT_EQ(settings.values.iommu, Iommu::lazy);
  EXPECT_EQ(settings.values.nic.ring, 255);
  EXPECT_EQ(table.print(settings.values, "hold_median_us"), "40.500001");
  EXPECT_EQ(table.resolved(settings.values),
            "coherent=false\ncpus=2\nhold_median_us=40.500001\niommu=lazy\nload_mpps=0.000001\n"
            "ring=255\ntrace_file=a b=c.pcap\n");
}

TEST(Parameters, ErrorsSayWhatWhereAndWhatIsAllowed) {
  EXPECT_EQ(error_of("hold_meduan_us", "1"),
            "command line: unknown parameter 'hold_meduan_us' (nearest: hold_median_us)");
  EXPECT_EQ(error_of("load", "1"), "command line: unknown parameter 'load' (nearest: load_mpps)");
  EXPECT_EQ(error_of("hold_median_us", "10000000.1"),
            "command line: hold_median_us=10000000.1 is out of range (allowed: 0 to 10000000 us)");
  EXPECT_EQ(error_of("hold_median_us", "1e30"),
            "command line: hold_median_us=1e30 is out of range (allowed: 0 to 10000000 us)");
  EXPECT_EQ(error_of("hold_median_us", "-0.000001"),
            "command line: hold_median_us=-0.000001 is out of range (allowed: 0 to 10000000 us)");
  EXPECT_EQ(error_of("load_mpps", "0.0000005"),
            "command line: load_mpps=0.0000005 is finer than the resolution of 0.000001 Mpps "
            "(allowed: 0.000001 to 150 Mpps)");
  EXPECT_EQ(error_of("cpus", "1.5"),
            "command line: cpus=1.5 is not a whole number (allowed: 1 to 256)");
  EXPECT_EQ(error_of("cpus", ""), "command line: cpus= is not a whole number (allowed: 1 to 256)");
  EXPECT_EQ(error_of("coherent", "maybe"),
            "command line: coherent=maybe is neither true nor false (allowed: true, false)");
  EXPECT_EQ(error_of("iommu", "lasy"),
            "command line: iommu=lasy is not a choice (allowed: none, lazy, strict) "
            "(nearest: lazy)");
  for (const char* path : {"a#b", " a", "a ", "a\nb"})
    EXPECT_NE(error_of("trace_file", path), "no error") << path;
}

TEST(Parameters, UnderstandsWordsThatPeopleUse) {
  Settings<Parameters> settings = table.defaults();
  table.set(settings, "iommu", "passthrough");
  table.set(settings, "coherent", "snooping");
  EXPECT_EQ(table.print(settings.values, "iommu"), "none");
  EXPECT_TRUE(settings.values.coherent);
  EXPECT_EQ(
      error_of("iommu", "rt"),
      "command line: iommu=rt is not modelled: it has no clock (allowed: none, lazy, strict)");
  EXPECT_EQ(error_of("iommu", "passtrough"),
            "command line: iommu=passtrough is not a choice (allowed: none, lazy, strict) "
            "(nearest: passthrough)");
  EXPECT_EQ(table.find("iommu")->words_text(), "; also pt, passthrough for none; not modelled: rt");
  EXPECT_EQ(table.find("cpus")->words_text(), "");
}

TEST(Parameters, WordsThatContradictAreOurError) {
  for (const Word& word : {Word{"none", "lazy"}, Word{"pt", "lazy"}, Word{"other", "lasy"},
                           Word{"other", ""}, Word{"other", "lazy", "why"}}) {
    ParameterTable<Parameters> copy = table;
    EXPECT_THROW(copy.words("iommu", {word}), InternalError) << word.text;
  }
}

TEST(Parameters, ARefusedValueChangesNothing) {
  Settings<Parameters> settings = table.defaults();
  EXPECT_THROW(table.set(settings, "cpus", "0"), ConfigError);
  EXPECT_EQ(settings.values.cpus, 2);
  EXPECT_EQ(table.origin(settings, "cpus"), "default");
}

TEST(Parameters, LaterLayersWinAndOriginsAreKept) {
  Settings<Parameters> settings = table.defaults();
  table.apply(settings, parse_ini("cpus=4\ncoherent=no\nring=9\n", "profile file p"),
              "profile arm64-soc");
  table.apply(settings, parse_ini("cpus=8\n", "scenario file s"), "scenario seed-race");
  table.apply(settings, parse_ini("\nring=10\n", "--config file c.ini"), "--config c.ini", true);
  table.set(settings, "load_mpps", "2");
  EXPECT_EQ(settings.values.cpus, 8);
  EXPECT_EQ(settings.values.nic.ring, 10);
  EXPECT_EQ(table.origin(settings, "cpus"), "scenario seed-race");
  EXPECT_EQ(table.origin(settings, "coherent"), "profile arm64-soc");
  EXPECT_EQ(table.origin(settings, "ring"), "--config c.ini line 2");
  EXPECT_EQ(table.origin(settings, "load_mpps"), "command line");
  EXPECT_EQ(table.origin(settings, "iommu"), "default");
  EXPECT_EQ(table.resolved(settings.values, Which::non_default),
            "coherent=false\ncpus=8\nload_mpps=2\nring=10\n");
}

// A preset stands for values of its layer; an explicit one of the same layer wins, before or after.
TEST(Parameters, APresetGivesWayToWhatIsSaidBesideIt) {
  ParameterTable<Parameters> t = make_table();
  t.preset(
      {"size",
       "how big",
       {{"small", {{"cpus", "1"}, {"ring", "8"}}}, {"large", {{"cpus", "64"}, {"ring", "255"}}}}});
  const auto after = [&t](const std::vector<std::array<const char*, 3>>& steps) {
    auto s = t.defaults();
    for (const auto& [name, value, origin] : steps) t.set(s, name, value, "here", origin);
    return std::tuple(s.values.cpus, int{s.values.nic.ring}, t.origin(s, "ring"));
  };
  EXPECT_EQ(after({{"size", "large", "command line"}}),
            std::tuple(64, 255, "command line, by size=large"));
  for (const auto& steps : {std::vector<std::array<const char*, 3>>{
                                {"size", "large", "command line"}, {"ring", "9", "command line"}},
                            {{"ring", "9", "command line"}, {"size", "large", "command line"}}})
    EXPECT_EQ(after(steps), std::tuple(64, 9, "command line"));
  EXPECT_EQ(after({{"ring", "9", "f line 3"}, {"size", "large", "f line 7"}}),
            std::tuple(64, 9, "f line 3"));
  EXPECT_EQ(after({{"ring", "9", "scenario x"}, {"size", "large", "command line"}}),
            std::tuple(64, 255, "command line, by size=large"));
  EXPECT_EQ(after({{"size", "small", "command line"}, {"size", "large", "command line"}}),
            std::tuple(64, 255, "command line, by size=large"));
  auto s = t.defaults();
  try {
    t.set(s, "size", "larg", "here");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "here: size=larg is not a choice (allowed: small, large) (nearest: large)");
  }
}

TEST(Parameters, FilesAreRefusedByLine) {
  Settings<Parameters> settings = table.defaults();
  const auto error_in = [&](const char* text) -> std::string {
    try {
      table.apply(settings, parse_ini(text, "scenario file x.ini"), "scenario x");
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(error_in("cpus=2\n# note\nhold_meduan_us=3\n"),
            "scenario file x.ini line 3: unknown parameter 'hold_meduan_us' "
            "(nearest: hold_median_us)");
  EXPECT_EQ(error_in("cpus=two\n"),
            "scenario file x.ini line 1: cpus=two is not a whole number (allowed: 1 to 256)");
}

TEST(Parameters, TheResolvedTextReadsBack) {
  Settings<Parameters> settings = table.defaults();
  table.set(settings, "hold_median_us", "0.000001");
  table.set(settings, "iommu", "none");
  Settings<Parameters> again = table.defaults();
  table.apply(again, parse_ini(table.resolved(settings.values), "resolved"), "profile p");
  EXPECT_EQ(table.resolved(again.values), table.resolved(settings.values));
}

TEST(Parameters, TheOrderOfDeclarationDoesNotMoveTheResolvedText) {
  ParameterTable<Parameters> ab, ba;
  ab.number("a", &Parameters::cpus, units::count, 1, {0, 9}, "h", "s")
      .number("b", &Parameters::load, units::count, 2, {0, 9}, "h", "s");
  ba.number("b", &Parameters::load, units::count, 2, {0, 9}, "h", "s")
      .number("a", &Parameters::cpus, units::count, 1, {0, 9}, "h", "s");
  EXPECT_EQ(ab.resolved(ab.defaults().values), ba.resolved(ba.defaults().values));
}

struct Commas : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Parameters, TheLocaleDoesNotMatter) {
  const std::locale before = std::locale::global(std::locale(std::locale(), new Commas));
  Settings<Parameters> settings = table.defaults();
  table.set(settings, "hold_median_us", "1234567.5");
  EXPECT_EQ(table.print(settings.values, "hold_median_us"), "1234567.5");
  EXPECT_EQ(settings.values.hold_median, 1'234'567'500'000);
  EXPECT_NE(error_of("hold_median_us", "40,5"), "no error");
  std::locale::global(before);
}

TEST(Parameters, ContradictoryDeclarationsAreOurBug) {
  const auto declare = [](const char* name, std::int64_t fallback, Range range, const char* help) {
    ParameterTable<Parameters>().number(name, &Parameters::cpus, units::count, fallback, range,
                                        help, "source");
  };
  EXPECT_NO_THROW(declare("fine", 1, {0, 2}, "help"));
  EXPECT_THROW(declare("Bad", 1, {0, 2}, "help"), InternalError);
  EXPECT_THROW(declare("fine", 3, {0, 2}, "help"), InternalError);
  EXPECT_THROW(declare("fine", 1, {2, 0}, "help"), InternalError);
  EXPECT_THROW(declare("fine", 1, {0, 2}, ""), InternalError);
  EXPECT_THROW(declare("fine", 1, {0, 1LL << 40}, "help"), InternalError) << "int is too narrow";
  ParameterTable<Parameters> twice;
  twice.flag("x", &Parameters::coherent, true, "h", "s");
  EXPECT_THROW(twice.flag("x", &Parameters::coherent, true, "h", "s"), InternalError);
  EXPECT_THROW(
      twice.choice("y", &Parameters::iommu, {{"lazy", Iommu::lazy}}, Iommu::none, "h", "s"),
      InternalError);
  EXPECT_THROW(twice.choice("y", &Parameters::iommu, {{"a", Iommu::lazy}, {"a", Iommu::none}},
                            Iommu::none, "h", "s"),
               InternalError);
}

TEST(Nearest, CountsSlipsAsPeopleMakeThem) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("lazy", "layz"), 1u) << "a swap is one slip";
  EXPECT_EQ(edit_distance("same", "same"), 0u);
  EXPECT_EQ(nearest("hold", {"hz", "hold_median_us", "cold"}), "hold_median_us");
  EXPECT_EQ(nearest("hz", {"hold", "hz"}), "hz");
  EXPECT_EQ(nearest("ab", {"xb", "yb"}), "xb") << "ties go to the first";
  EXPECT_EQ(nearest("scan-rc", {"scan", "scan-rcu"}), "scan-rcu") << "a letter is less than a tail";
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest("LOAD_MPPS", {"hz", "load_mpps"}), "load_mpps") << "capitals are no slips";
  EXPECT_EQ(nearest("Hold-Median-us", {"hz", "hold_median_us"}), "hold_median_us");
  EXPECT_EQ(nearest("time", {"bytes", "Time"}), "Time");
  EXPECT_EQ(nearest("speed", {"hz", "cpus", "load_mpps"}), "") << "no name is near";
  EXPECT_EQ(known_hint("cpu", {"hz", "cpus"}, "the list"), " (nearest: cpus)");
  EXPECT_EQ(known_hint("speed", {"hz", "cpus"}, "the list"), "; allowed: hz, cpus");
  EXPECT_EQ(known_hint("speed", std::vector<std::string>(100, "hz"), "the list"), "; see the list");
  EXPECT_THROW(require_known("here", "variant", "scam", {"scan", "stall"}), ConfigError);
  EXPECT_NO_THROW(require_known("here", "variant", "scan", {"scan", "stall"}));
}

}  // namespace
}  // namespace poolrace::sim
