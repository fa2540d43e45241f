// SPDX-License-Identifier: MIT
// Boost.Program_options splits words into options and positionals; its variables
// map is not used, because its messages name neither subcommand nor nearest option.
#include "experiments/cli/command_line.hpp"

#include <algorithm>
#include <boost/program_options.hpp>

#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {
namespace {

namespace po = boost::program_options;

constexpr std::size_t columns_max = 100;

// Long options only, in full: allow_guessing would let `--run` mean `--runs` until a day when
// another option begins like that.
constexpr int style = po::command_line_style::allow_long |
                      po::command_line_style::long_allow_adjacent |
                      po::command_line_style::long_allow_next;

// Breaks `text` at blanks; lines after the first begin with `indent` blanks.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string result, line;
  const auto end_line = [&] {
    result += line + "\n" + std::string(indent, ' ');
    line.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (!line.empty() && indent + line.size() + 1 + word.size() > columns_max) end_line();
    line += (line.empty() ? "" : " ") + word;
    at = end + 1;
  }
  return result + line;
}

std::string upper(std::string name) {
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string shown(const OptionHelp& option) {
  if (option.positional) return upper(option.name);
  return "--" + option.name + (option.placeholder.empty() ? "" : " " + option.placeholder);
}

}  // namespace

std::optional<std::string> ParsedLine::get(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  if (found == values_.end()) return std::nullopt;
  return found->second.front();
}

std::vector<std::string> ParsedLine::all(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::int64_t ParsedLine::integer(std::string_view name, std::int64_t fallback, std::int64_t low,
                                 std::int64_t high) const {
  const auto text = get(name);
  if (!text) return fallback;
  const sim::Decimal number = sim::parse_decimal(*text, 1);
  const bool whole = number.error == sim::DecimalError::none;
  if (whole && low <= number.value && number.value <= high) return number.value;
  const bool large = whole || number.error == sim::DecimalError::too_large;
  throw ConfigError(where_ + ": --" + std::string(name) + "=" + *text +
                    (large ? " is out of range" : " is not a whole number") +
                    " (allowed: " + std::to_string(low) + " to " + std::to_string(high) + ")");
}

std::string ParsedLine::choice(std::string_view name, const std::string& fallback,
                               const std::vector<std::string>& allowed) const {
  const auto text = get(name);
  if (!text) return fallback;
  if (std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) return *text;
  std::string list;
  for (const std::string& one : allowed) list += (list.empty() ? "" : ", ") + one;
  throw ConfigError(where_ + ": --" + std::string(name) + "=" + *text +
                    " is not a choice (allowed: " + list + ")" + sim::nearest_hint(*text, allowed));
}

CommandLine::CommandLine(std::string command, std::string summary)
    : command_(std::move(command)), summary_(std::move(summary)) {
  flag("help", "print this help");
}

CommandLine& CommandLine::add(OptionHelp option) {
  for (const OptionHelp& other : options_)
    check(other.name != option.name, ("option '" + option.name + "' declared twice").c_str());
  check(std::find(parameters_.begin(), parameters_.end(), option.name) == parameters_.end(),
        ("option '" + option.name + "' is a parameter's name").c_str());
  options_.push_back(std::move(option));
  return *this;
}

CommandLine& CommandLine::positional(std::string name, std::string help) {
  return add({std::move(name), "", std::move(help), "", true, false});
}

CommandLine& CommandLine::positionals(std::string name, std::string help) {
  return add({std::move(name), "", std::move(help), "", true, true});
}

CommandLine& CommandLine::value(std::string name, std::string placeholder, std::string help,
                                std::string fallback) {
  check(!placeholder.empty(), "an option with a value has a placeholder");
  return add({std::move(name), std::move(placeholder), std::move(help), std::move(fallback), false,
              false});
}

CommandLine& CommandLine::repeated(std::string name, std::string placeholder, std::string help) {
  check(!placeholder.empty(), "an option with a value has a placeholder");
  return add({std::move(name), std::move(placeholder), std::move(help), "", false, true});
}

CommandLine& CommandLine::flag(std::string name, std::string help) {
  return add({std::move(name), "", std::move(help), "", false, false});
}

CommandLine& CommandLine::parameters(std::vector<std::string> names) {
  for (const std::string& name : names)
    for (const OptionHelp& option : options_)
      check(option.name != name, ("option '" + name + "' is a parameter's name").c_str());
  parameters_ = std::move(names);
  return *this;
}

CommandLine& CommandLine::example(std::string words, std::string what) {
  examples_.push_back({std::move(words), std::move(what)});
  return *this;
}

const OptionHelp* CommandLine::find(std::string_view name) const {
  for (const OptionHelp& option : options_)
    if (option.name == name && !option.positional) return &option;
  return nullptr;
}

void CommandLine::fail(const std::string& text) const {
  throw ConfigError("poolrace " + command_ + ": " + text + "; see poolrace " + command_ +
                    " --help");
}

void CommandLine::fail_unknown(const std::string& word) const {
  std::vector<std::string> names = parameters_;
  for (const OptionHelp& option : options_)
    if (!option.positional) names.push_back(option.name);
  const std::string name = word.substr(0, word.find('='));
  const std::string bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
  fail("unknown option '" + name + "'" + sim::nearest_hint(bare, names, "--"));
}

// -o is what every tool calls its output, and - its input, where that is a FILE; there are no other
// short options but -h.
std::vector<std::string> CommandLine::spelled_out(std::vector<std::string> words) const {
  const bool reads = std::any_of(options_.begin(), options_.end(), [](const OptionHelp& option) {
    return option.positional && option.name == "FILE";
  });
  for (std::string& word : words) {
    if (word == "-o" && find("output") != nullptr) word = "--output";
    if (word == "-" && reads) word = standard_input;
  }
  return words;
}

ParsedLine CommandLine::parse(const std::vector<std::string>& words) const {
  ParsedLine line;
  line.where_ = "poolrace " + command_;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word == "-h" || word == "--help") line.values_["help"] = {"true"};
  }
  if (line.has("help")) return line;

  po::options_description description;
  for (const OptionHelp& option : options_) {
    if (option.positional) continue;
    if (option.placeholder.empty()) {
      description.add_options()(option.name.c_str(), "");
    } else {
      description.add_options()(option.name.c_str(), po::value<std::string>(), "");
    }
  }
  for (const std::string& name : parameters_)
    description.add_options()(name.c_str(), po::value<std::string>(), "");
  try {
    const auto parsed =
        po::command_line_parser(spelled_out(words)).options(description).style(style).run();
    for (const auto& option : parsed.options) {
      if (option.string_key.empty()) {
        take_positional(line, option.value.at(0));
      } else {
        take_option(line, option.string_key, option.value.empty() ? "true" : option.value.front());
      }
    }
  } catch (const po::unknown_option& error) {
    fail_unknown(error.get_option_name());
  } catch (const po::error& error) {
    fail(error.what());
  }
  return line;
}

void CommandLine::take_positional(ParsedLine& line, const std::string& word) const {
  if (!word.empty() && word.front() == '-') fail_unknown(word);
  std::string places;
  for (const OptionHelp& option : options_) {
    if (!option.positional) continue;
    std::vector<std::string>& values = line.values_[option.name];
    if (values.empty() || option.repeated) return values.push_back(word);
    places += " " + upper(option.name);
  }
  const bool setting = word.find('=') != std::string::npos && find("set");
  fail("unexpected '" + word + "'" +
       (places.empty() ? " (it takes options only)" : " (it takes at most:" + places + ")") +
       (setting ? "; did you mean --set " + word + "?" : ""));
}

void CommandLine::take_option(ParsedLine& line, const std::string& name,
                              const std::string& value) const {
  if (value.rfind("--", 0) == 0) fail("--" + name + " needs a value, found '" + value + "'");
  const OptionHelp* option = find(name);
  if (!option || name == "set") {
    const Setting setting =
        option ? split_setting(value, line.where_ + ": --set") : Setting{name, value};
    for (const Setting& other : line.settings_)
      if (other.name == setting.name)
        fail("parameter " + setting.name + " is given twice (" + other.value + ", " +
             setting.value + ")");
    line.settings_.push_back(setting);
  }
  if (!option) return;
  std::vector<std::string>& values = line.values_[name];
  values.push_back(value);
  if (values.size() > 1 && !option->repeated) fail("--" + name + " is given twice");
}

std::string CommandLine::help() const {
  std::string usage = "usage: poolrace " + command_;
  std::size_t width = 0;
  for (const OptionHelp& option : options_) {
    width = std::max(width, shown(option).size());
    if (option.positional)
      usage += " [" + upper(option.name) + "]" + (option.repeated ? "..." : "");
  }
  std::string text = usage + " [OPTION]...\n\n" + wrapped(summary_, 0) + "\n\n";
  for (const OptionHelp& option : options_) {
    std::string what = option.help;
    if (option.repeated) what += "; may be repeated";
    if (!option.fallback.empty()) what += " (default: " + option.fallback + ")";
    const std::string left = shown(option);
    text +=
        "  " + left + std::string(width - left.size() + 2, ' ') + wrapped(what, width + 4) + "\n";
  }
  if (!parameters_.empty())
    text += "\nEvery parameter is an option too: --NAME VALUE (see poolrace list parameters).\n";
  if (!examples_.empty()) text += "\nexamples:\n";
  for (const Example& e : examples_)
    text += "  poolrace " + command_ + (e.words.empty() ? "" : " ") + e.words + "\n      " +
            wrapped(e.what, 6) + "\n";
  return text;
}

}  // namespace poolrace::experiments
