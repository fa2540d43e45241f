// SPDX-License-Identifier: MIT
#include "experiments/scenario/replay_string.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "experiments/scenario/version.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/escaped.hpp"
#include "sim/settings/find_named.hpp"
#include "sim/settings/replay_fields.hpp"
#include "sim/trace.hpp"
#include "sim/utf8.hpp"

namespace poolrace::experiments {

namespace {

std::int64_t parse_run(const std::string& text, const std::string& where) {
  constexpr std::int64_t run_max = 999'999'999;
  const sim::Decimal run = sim::parse_decimal(text, 1);
  if (run.error != sim::DecimalError::none || run.value < 0 || run.value > run_max)
    throw ConfigError(where + ": run=" + text + " is no run (allowed: 0 to " +
                      std::to_string(run_max) + ")");
  return run.value;
}

// Every change to what scenario and profile say, as key and value.
std::vector<Setting> changes_of(const CommonOptions& options) {
  std::vector<Setting> out;
  for (const Setting& s : options.settings) out.push_back({"set", text_of(s)});
  if (!options.config.empty()) out.push_back({"config", options.config});
  for (const Stall& s : options.stalls) out.push_back({"stall", text_of(s)});
  for (const std::string& fault : options.faults) out.push_back({"fault", fault});
  return out;
}

// $'…', with the bytes in octal that a terminal would obey or not know.
std::string c_quoted(const std::string& text) {
  std::string out = "$'";
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view c = rest.substr(0, std::max<std::size_t>(1, sim::utf8_length(rest)));
    rest.remove_prefix(c.size());
    if (c == "'" || c == "\\")
      out += "\\" + std::string(c);
    else if (sim::printable(c) == c)
      out += c;
    else
      for (const char byte : c) {
        const auto code = static_cast<unsigned char>(byte);
        out += '\\';
        for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (code >> shift & 7));
      }
  }
  return out + "'";
}

std::string shell_quoted(const std::string& text) {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,";
  const bool is_plain = !text.empty() && text.find_first_not_of(plain) == std::string::npos;
  if (is_plain && text.front() != '=') return text;  // zsh reads =word as a path
  if (sim::printable(text) != text) return c_quoted(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

FileContents parse_contents(const std::string& text, const std::string& where) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  FileContents out{text.substr(0, colon), 0};
  const std::string_view digits = std::string_view(text).substr(std::min(colon + 1, text.size()));
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.hash, 16);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.size() != 16)
    throw ConfigError(where + ": contents=" + text +
                      " is none; allowed: FILE:HASH, e.g. config:0123456789abcdef");
  return out;
}

// What may stand behind the version.
struct Key {
  const char* name;
  void (*take)(ReplayedRun& out, const std::string& value, const std::string& where);
};
using Text = const std::string&;
const Key keys[] = {
    {"scenario", [](ReplayedRun& out, Text value, Text) { out.options.scenario = value; }},
    {"profile", [](ReplayedRun& out, Text value, Text) { out.options.profile = value; }},
    {"variant",  // one, by name: neither "all" nor a list
     [](ReplayedRun& out, Text value, Text where) {
       sim::require_known(where, "variant", value, known_variant_names());
       out.options.variants = {value};
     }},
    {"seed",
     [](ReplayedRun& out, Text value, Text where) { out.options.seed = parse_seed(value, where); }},
    {"run", [](ReplayedRun& out, Text value, Text where) { out.run = parse_run(value, where); }},
    {"set", [](ReplayedRun& out, Text value,
               Text where) { out.options.settings.push_back(split_setting(value, where)); }},
    {"config", [](ReplayedRun& out, Text value, Text) { out.options.config = value; }},
    {"stall", [](ReplayedRun& out, Text value,
                 Text where) { out.options.stalls.push_back(parse_stall(value, where)); }},
    {"fault", [](ReplayedRun& out, Text value, Text) { out.options.faults.push_back(value); }},
    {"word", [](ReplayedRun& out, Text value,
                Text where) { out.options.words.push_back(parse_word(value, where)); }},
    {"contents", [](ReplayedRun& out, Text value,
                    Text where) { out.files.push_back(parse_contents(value, where)); }},
};

std::string text_of(const FileContents& file) {
  return file.role + ":" + sim::hex16(file.hash);
}

}  // namespace

std::string replay_string(const Resolved& resolved, const CommonOptions& options,
                          const std::string& variant, std::int64_t run) {
  std::vector<Setting> fields = {{"scenario", resolved.scenario},
                                 {"profile", resolved.profile},
                                 {"variant", variant},
                                 {"seed", std::to_string(options.seed)},
                                 {"run", std::to_string(run)}};
  for (const Setting& change : changes_of(options)) fields.push_back(change);
  for (const sim::GivenWord& word : options.words) fields.push_back({"word", text_of(word)});
  for (const FileContents& file : resolved.files) fields.push_back({"contents", text_of(file)});
  std::string out = std::string("poolrace/") + version();
  for (const Setting& field : fields) out += ";" + field.name + "=" + sim::escaped(field.value);
  return out;
}

std::vector<std::string> words_of(const CommonOptions& options) {
  std::vector<std::string> out{options.scenario};
  if (!options.profile.empty()) out.insert(out.end(), {"--profile", options.profile});
  std::string variants;
  for (const std::string& v : options.variants) variants += (variants.empty() ? "" : ",") + v;
  if (!variants.empty()) out.insert(out.end(), {"--variant", variants});
  out.insert(out.end(),
             {"--runs", std::to_string(options.runs), "--seed", std::to_string(options.seed)});
  const std::vector<std::string> changing = changing_words_of(options);
  out.insert(out.end(), changing.begin(), changing.end());
  return out;
}

std::vector<std::string> changing_words_of(const CommonOptions& options) {
  std::vector<std::string> out;
  if (options.world != CommonOptions().world) out.insert(out.end(), {"--world", options.world});
  for (const Setting& change : changes_of(options))
    out.insert(out.end(), {"--" + change.name, change.value});
  return out;
}

std::string shell_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + shell_quoted(word);
  return out;
}

ReplayedRun parse_replay(const std::string& text) {
  const std::string where = sim::replay_where;
  ReplayedRun out;
  out.options.variants = {"baseline"};
  std::set<std::string> seen;
  const sim::ReplayFields line =
      sim::fields_of(text, version(), {"set", "stall", "fault", "word", "contents"});
  for (const sim::ReplayField& s : line.fields) {
    const std::string once =
        s.name + "=" + (s.name == "set" ? split_setting(s.value, where).name : "");
    if (!seen.insert(once).second && s.name == "set")
      throw ConfigError(where + ": '" + once + "=' is given twice");
    sim::find_named(keys, where, "key", s.name).take(out, s.value, where);
  }
  if (out.options.scenario.empty() || !seen.contains("scenario="))
    throw ConfigError(where + ": '" + text +
                      "' names no scenario or program; was it quoted? ';' ends "
                      "a command of the shell");
  return out;
}

Resolved resolve(const ReplayedRun& run) {
  const std::string where = sim::replay_where;
  Resolved out = resolve(run.options, {"baseline"});
  const auto of_role = [&](const std::vector<FileContents>& files, const std::string& role) {
    return std::find_if(files.begin(), files.end(),
                        [&](const FileContents& file) { return file.role == role; });
  };
  for (const FileContents& now : out.files) {
    const auto then = of_role(run.files, now.role);
    if (then == run.files.end())
      throw ConfigError(where + ": it names a file (" + now.role +
                        ") without what was in it; allowed: contents=" + text_of(now) +
                        " for the file as it is now");
    if (then->hash != now.hash)
      throw ConfigError(where + ": the file of " + now.role +
                        " is not what it was when this was printed (contents=" + text_of(*then) +
                        " then, " + text_of(now) + " now); allowed: that file as it was");
  }
  for (const FileContents& then : run.files)
    if (of_role(out.files, then.role) == out.files.end())
      throw ConfigError(where + ": contents=" + text_of(then) +
                        " is of a file that it does not name");
  return out;
}

}  // namespace poolrace::experiments
