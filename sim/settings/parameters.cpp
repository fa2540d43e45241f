// SPDX-License-Identifier: MIT
// The part of parameters.hpp that does not depend on the user's struct: values to and from text,
// and the checks on declarations.
#include "sim/settings/parameters.hpp"

#include <algorithm>
#include <numeric>

#include "sim/settings/decimal.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::sim {
namespace {

bool is_name(std::string_view name) {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Text that a line `name=value` of a file can carry and give back unchanged.
bool is_one_line_value(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  if (!text.empty() && (blank(text.front()) || blank(text.back()))) return false;
  return std::none_of(text.begin(), text.end(), [](char c) {
    return c == '#' || c == 0x7f || static_cast<unsigned char>(c) < 0x20;
  });
}

std::vector<std::string> choice_names(const Declaration& declaration) {
  std::vector<std::string> names;
  for (const auto& choice : declaration.choices) names.push_back(choice.first);
  return names;
}

// For hints: what can be meant.
std::vector<std::string> known_texts(const Declaration& declaration) {
  std::vector<std::string> texts = choice_names(declaration);
  for (const Word& word : declaration.words)
    if (!word.means.empty()) texts.push_back(word.text);
  return texts;
}

const Word* word_of(const Declaration& declaration, std::string_view text) {
  const auto found = std::find_if(declaration.words.begin(), declaration.words.end(),
                                  [&](const Word& word) { return word.text == text; });
  return found == declaration.words.end() ? nullptr : &*found;
}

std::string with_unit(const Declaration& d, const std::string& number) {
  return *d.unit.name ? number + " " + d.unit.name : number;
}

// Why `text` is no value of `declaration`.
std::string complaint(const Declaration& d, DecimalError error) {
  if (error == DecimalError::not_a_number)
    return d.kind == ParameterKind::integer ? "is not a whole number" : "is not a number";
  if (error == DecimalError::too_large) return "is out of range";
  if (d.kind == ParameterKind::integer) return "is not a whole number";
  return "is finer than the resolution of " + with_unit(d, print_decimal(1, d.unit.scale));
}

std::int64_t parse_number(const Declaration& d, std::string_view text, const auto& fail) {
  const Decimal decimal = parse_decimal(text, d.unit.scale);
  if (decimal.error != DecimalError::none) fail(complaint(d, decimal.error), "");
  if (decimal.value < d.range.low || decimal.value > d.range.high)
    fail(complaint(d, DecimalError::too_large), "");
  return decimal.value;
}

std::int64_t parse_flag(std::string_view text, const auto& fail) {
  for (const std::string_view yes : {"true", "yes", "on", "1"})
    if (text == yes) return 1;
  for (const std::string_view no : {"false", "no", "off", "0"})
    if (text == no) return 0;
  fail("is neither true nor false", "");
  return 0;
}

std::int64_t parse_choice(const Declaration& d, std::string_view text, const auto& fail) {
  for (const auto& [name, value] : d.choices)
    if (name == text) return value;
  fail("is not a choice", nearest_hint(text, known_texts(d)));
  return 0;
}

void check_declaration(const Declaration& d) {
  const auto must = [&](bool ok, const char* what) {
    check(ok, ("parameter '" + d.name + "': " + what).c_str());
  };
  must(is_name(d.name), "a name is lower-case letters, digits and _, a letter first");
  must(!d.help.empty() && is_one_line_value(d.help), "needs one line of help");
  must(!d.source.empty(), "needs the source of its default");
  must(is_power_of_ten(d.unit.scale), "its unit's scale is a power of ten");
  must(d.range.low <= d.range.high, "its range is empty");
  must((d.kind == ParameterKind::choice) == !d.choices.empty(), "choices need names");
  for (std::size_t i = 0; i < d.choices.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      must(d.choices[i].first != d.choices[j].first && d.choices[i].second != d.choices[j].second,
           "two of its choices are the same");
  // Whatever is wrong with the default shows when it is printed and read back.
  try {
    must(d.parse(d.print(d.fallback), "default") == d.fallback, "its default does not read back");
  } catch (const ConfigError& error) {
    must(false, error.what());
  }
}

}  // namespace

Value Declaration::parse(std::string_view text, std::string_view where) const {
  const auto fail = [&](const std::string& why, const std::string& hint) {
    throw ConfigError(std::string(where) + ": " + name + "=" + std::string(text) + " " + why +
                      " (allowed: " + allowed() + ")" + hint);
  };
  if (const Word* word = word_of(*this, text)) {
    if (word->means.empty()) fail("is not modelled: " + word->why, "");
    text = word->means;
  }
  switch (kind) {
    case ParameterKind::integer:
    case ParameterKind::decimal:
      return parse_number(*this, text, fail);
    case ParameterKind::flag:
      return parse_flag(text, fail);
    case ParameterKind::choice:
      return parse_choice(*this, text, fail);
    case ParameterKind::text:
      if (!is_one_line_value(text)) fail("cannot stand in a file", "");
      return std::string(text);
  }
  throw InternalError("parameter '" + name + "' has no kind");
}

std::string Declaration::print(const Value& value) const {
  if (kind == ParameterKind::text) return std::get<std::string>(value);
  const std::int64_t number = std::get<std::int64_t>(value);
  if (kind == ParameterKind::flag) return number ? "true" : "false";
  if (kind != ParameterKind::choice) return print_decimal(number, unit.scale);
  for (const auto& [text, chosen] : choices)
    if (chosen == number) return text;
  throw InternalError("parameter '" + name + "' holds no declared choice");
}

std::string Declaration::allowed() const {
  if (kind == ParameterKind::flag) return "true, false";
  if (kind == ParameterKind::text) return "one line without '#' or blanks around it";
  if (kind != ParameterKind::choice)
    return print_decimal(range.low, unit.scale) + " to " +
           with_unit(*this, print_decimal(range.high, unit.scale));
  std::string list;
  for (const std::string& choice : choice_names(*this)) list += (list.empty() ? "" : ", ") + choice;
  return list;
}

std::string Declaration::words_text() const {
  std::string out, not_modelled;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].means.empty()) {
      not_modelled += (not_modelled.empty() ? "" : ", ") + words[i].text;
      continue;
    }
    const bool same = i > 0 && words[i - 1].means == words[i].means;
    const bool last = i + 1 == words.size() || words[i + 1].means != words[i].means;
    out += (same ? ", " : "; also ") + words[i].text + (last ? " for " + words[i].means : "");
  }
  return out + (not_modelled.empty() ? "" : "; not modelled: " + not_modelled);
}

const char* kind_name(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::integer:
      return "integer";
    case ParameterKind::decimal:
      return "decimal";
    case ParameterKind::flag:
      return "flag";
    case ParameterKind::choice:
      return "choice";
    case ParameterKind::text:
      return "text";
  }
  throw InternalError("a parameter has no kind");
}

std::vector<std::string> DeclarationList::names() const {
  std::vector<std::string> names;
  for (const Declaration& declaration : declarations_) names.push_back(declaration.name);
  return names;
}

const Declaration* DeclarationList::find(std::string_view name) const {
  for (const Declaration& declaration : declarations_)
    if (declaration.name == name) return &declaration;
  return nullptr;
}

std::size_t DeclarationList::index_of(std::string_view name, std::string_view where) const {
  const Declaration* found = find(name);
  if (!found) require_known(where, "parameter", name, settable());
  return static_cast<std::size_t>(found - declarations_.data());
}

std::vector<std::string> DeclarationList::settable() const {
  std::vector<std::string> all = names();
  for (const Preset& preset : presets_) all.push_back(preset.name);
  return all;
}

const Preset* DeclarationList::find_preset(std::string_view name) const {
  for (const Preset& preset : presets_)
    if (preset.name == name) return &preset;
  return nullptr;
}

std::string Preset::allowed() const {
  std::string list;
  for (const auto& [choice, members] : choices) list += (list.empty() ? "" : ", ") + choice;
  return list;
}

std::string Preset::sets() const {
  std::string list;
  for (const auto& [member, value] : choices.front().second)
    list += (list.empty() ? "" : ", ") + member;
  return list;
}

const Preset::Members& DeclarationList::members(const Preset& preset, std::string_view text,
                                                std::string_view where) {
  std::vector<std::string> names;
  for (const auto& [choice, members] : preset.choices) {
    if (choice == text) return members;
    names.push_back(choice);
  }
  throw ConfigError(std::string(where) + ": " + preset.name + "=" + std::string(text) +
                    " is not a choice (allowed: " + preset.allowed() + ")" +
                    nearest_hint(text, names));
}

void DeclarationList::add(Preset preset) {
  check(!find(preset.name) && !find_preset(preset.name),
        ("preset '" + preset.name + "' is declared already").c_str());
  check(!preset.choices.empty(), "a preset has choices");
  for (const auto& [choice, members] : preset.choices)
    for (const auto& [name, value] : members) {
      check(find(name), ("preset '" + preset.name + "' sets what is no parameter").c_str());
      (void)find(name)->parse(value, "preset " + preset.name);
    }
  presets_.push_back(std::move(preset));
}

void DeclarationList::add(Declaration declaration) {
  check_declaration(declaration);
  check(!find(declaration.name), ("parameter '" + declaration.name + "' declared twice").c_str());
  declarations_.push_back(std::move(declaration));
}

void DeclarationList::add_words(std::string_view name, std::vector<Word> words) {
  Declaration& declaration = declarations_[index_of(name, "words")];
  const auto must = [&](bool ok, const std::string& word, const char* what) {
    check(ok, ("parameter '" + declaration.name + "', word '" + word + "': " + what).c_str());
  };
  // As it would be printed; empty if it is no value, nor a word that means one.
  const auto printed = [&](const std::string& text) -> std::string {
    try {
      return declaration.print(declaration.parse(text, "words"));
    } catch (const ConfigError&) {
      return "";
    }
  };
  for (Word& word : words) {
    must(printed(word.text).empty() && word_of(declaration, word.text) == nullptr, word.text,
         "is a value or a word already");
    must(word.means.empty() == !word.why.empty(), word.text, "means a value, or says why not");
    must(word.means.empty() || printed(word.means) == word.means, word.text,
         "does not mean a value as it is printed");
    declaration.words.push_back(std::move(word));
  }
}

std::vector<std::size_t> DeclarationList::sorted_by_name() const {
  std::vector<std::size_t> order(declarations_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return declarations_[a].name < declarations_[b].name;
  });
  return order;
}

}  // namespace poolrace::sim
