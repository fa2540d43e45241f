// SPDX-License-Identifier: MIT
// An error that names a parameter names one that there is: whatever is refused, both ends of each
// parameter's range and each of its choices, alone and with every kind of traffic and hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "models/assembly.hpp"
#include "models/nic/link.hpp"
#include "models/parameters.hpp"
#include "models/traffic/hold_time.hpp"
#include "models/traffic/traffic.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

using Table = sim::ParameterTable<models::Parameters>;

const Table& table() {
  return models::parameter_table();
}

// Of a parameter, or of a value that one takes; a trace's column.
bool is_known(const std::string& name) {
  for (const sim::Declaration& d : table().declarations()) {
    if (d.name == name) return true;
    for (const auto& choice : d.choices)
      if (choice.first == name) return true;
    for (const sim::Word& word : d.words)
      if (word.text == name) return true;
  }
  return name == "time_us";
}

// Words with an underscore that look like a parameter's name and are none: no capitals.
std::vector<std::string> unknown_names(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
      continue;
    }
    const bool capitals = std::any_of(word.begin(), word.end(),
                                      [](unsigned char ch) { return std::isupper(ch) != 0; });
    if (word.find('_') != std::string::npos && !capitals && !is_known(word)) out.push_back(word);
    word.clear();
  }
  return out;
}

// What refuses these settings; empty if nothing does.
std::string refusal(const std::vector<std::pair<std::string, std::string>>& settings) {
  try {
    auto values = table().defaults();
    for (const auto& [name, value] : settings) table().set(values, name, value);
    models::check_together(values.values);
    models::Link link(models::link_params(values.values));
    models::HoldTime hold(values.values.hold);
    models::Traffic traffic(models::traffic_params(values.values),
                            sim::Streams(1, 0).stream("traffic"));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> ends_of(const sim::Declaration& d) {
  if (d.kind == sim::ParameterKind::text) return {"x", "/nonexistent/x.csv"};
  if (d.kind == sim::ParameterKind::flag) return {"true", "false", "maybe"};
  std::vector<std::string> out;
  for (const auto& choice : d.choices) out.push_back(choice.first);
  for (const sim::Word& word : d.words) out.push_back(word.text);
  if (!out.empty()) return out;
  const std::int64_t low = d.range.low, high = d.range.high;
  for (const std::int64_t value : {low, low + 1, high - 1, high, high + 1, low - 1})
    out.push_back(d.print(value));
  return out;
}

TEST(NamesInErrors, AreThoseOfParameters) {
  EXPECT_EQ(unknown_names("hold_median_us and slow_ppm"), std::vector<std::string>{"slow_ppm"});
  std::set<std::string> refusals;
  for (const sim::Declaration& d : table().declarations())
    for (const std::string& value : ends_of(d)) {
      refusals.insert(refusal({{d.name, value}}));
      for (const char* with : {"traffic", "hold", "link"})
        for (const auto& choice : table().find(with)->choices)
          refusals.insert(refusal({{with, choice.first}, {d.name, value}}));
    }
  EXPECT_GT(refusals.size(), 100u);
  for (const std::string& text : refusals)
    for (const std::string& name : unknown_names(text)) ADD_FAILURE() << name << " in: " << text;
}

// The shares of holders are a rule between parameters that one alone does not break.
TEST(NamesInErrors, OfRulesBetweenParameters) {
  const std::string shares = refusal({{"hold_slow_ppm", "600000"}, {"hold_tail_ppm", "600000"}});
  EXPECT_NE(shares.find("hold_slow_ppm"), std::string::npos) << shares;
  EXPECT_TRUE(unknown_names(shares).empty()) << shares;
  const std::string load = refusal({{"load_mpps", "100"}, {"wire_gbps", "10"}});
  EXPECT_NE(load.find("wire_gbps=10"), std::string::npos) << load;
  EXPECT_TRUE(unknown_names(load).empty()) << load;
}

}  // namespace
}  // namespace poolrace::experiments
