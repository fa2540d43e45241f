// SPDX-License-Identifier: MIT
// Declared parameters: one table says of each its name, unit, default, range, one line of help and
// the source of the default.  Values live in a plain struct of the user's; every number there is an
// integer, scaled exactly (`hold_median_us=40.5` is 40'500'000 ps).  The table parses, prints,
// lists and hashes; it knows no parameter itself, and no rule between two parameters (that is the
// user's).  Later layers win, so apply them in order: default, profile, scenario, --config,
// command line.  Precedence is therefore the caller's order, recorded as each value's origin.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/errors.hpp"
#include "sim/hash.hpp"
#include "sim/settings/ini.hpp"
#include "sim/time.hpp"

namespace poolrace::sim {

enum class ParameterKind { integer, decimal, flag, choice, text };

// How a number is shown: `scale` stored units make one shown unit (a power of ten).
struct Unit {
  const char* name;  // "us", "Mpps"; empty for a plain count
  std::int64_t scale;
};

namespace units {
inline constexpr Unit count{"", 1};
inline constexpr Unit ps{"ps", 1};
inline constexpr Unit ns{"ns", ps_per_ns};  // stored in ps, like all times
inline constexpr Unit us{"us", ps_per_us};
inline constexpr Unit ms{"ms", ps_per_ms};
inline constexpr Unit s{"s", ps_per_s};
inline constexpr Unit bytes{"bytes", 1};
inline constexpr Unit hz{"Hz", 1};
inline constexpr Unit mpps{"Mpps", 1'000'000};      // stored in packets per second
inline constexpr Unit gbps{"Gb/s", 1'000'000'000};  // stored in bits per second
}  // namespace units

struct Range {  // inclusive, in stored units
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
};

// A name whose value stands for values of several parameters: settings, replay strings and stores
// know only these.  Within one layer an explicit value wins over it, whichever came first.
struct Preset {
  using Members = std::vector<std::pair<std::string, std::string>>;  // parameter, value
  std::string name, help;
  std::vector<std::pair<std::string, Members>> choices;
  std::string allowed() const;  // "2024, 2026, vhost"
  std::string sets() const;     // the parameters: "put_bh_off_ppm, put_softirq_ppm"
};

// A value on its way between text and struct: numbers, flags (0/1) and choices (the enumerator's
// value) as integers, text as text.
using Value = std::variant<std::int64_t, std::string>;

// What people write who do not know our words: another name of a value, or something that the model
// does not have, which deserves its reason instead of a list of what is allowed.
struct Word {
  std::string text;
  std::string means;  // a value of the parameter, as it is printed; empty: not modelled
  std::string why{};  // of what is not modelled: one clause
};

struct Declaration {
  std::string name;
  ParameterKind kind = ParameterKind::integer;
  Unit unit = units::count;
  Range range;
  std::vector<std::pair<std::string, std::int64_t>> choices;  // name, enumerator
  std::string help;
  std::string source;         // where the default comes from, e.g. "hardware.md §6 (MEM l)"
  Value fallback;             // the default
  std::vector<Word> words{};  // that are understood besides

  // Text to value.  ConfigError: "WHERE: name=text is …; allowed: …".
  Value parse(std::string_view text, std::string_view where) const;
  std::string print(const Value& value) const;  // parse(print(v)) == v
  std::string allowed() const;                  // "0 to 10000000 us", "none, lazy, strict", …
  // "; also pt, passthrough for none; not modelled: rt", or nothing.
  std::string words_text() const;
};

const char* kind_name(ParameterKind kind);

// The part of a table that does not depend on the user's struct.
class DeclarationList {
 public:
  const std::vector<Declaration>& declarations() const { return declarations_; }
  const std::vector<Preset>& presets() const { return presets_; }
  std::vector<std::string> names() const;                // in order of declaration
  std::vector<std::string> settable() const;             // and the presets behind them
  const Declaration* find(std::string_view name) const;  // null if not declared
  const Preset* find_preset(std::string_view name) const;
  // Throws ConfigError "WHERE: unknown parameter 'NAME' (nearest: …)".
  std::size_t index_of(std::string_view name, std::string_view where) const;

 protected:
  void add(Declaration declaration);  // InternalError if the declaration contradicts itself
  void add(Preset preset);            // likewise
  // What the value stands for.  ConfigError "WHERE: name=text is not a choice …".
  static const Preset::Members& members(const Preset& preset, std::string_view text,
                                        std::string_view where);
  void add_words(std::string_view name, std::vector<Word> words);
  std::vector<std::size_t> sorted_by_name() const;

 private:
  std::vector<Declaration> declarations_;
  std::vector<Preset> presets_;
};

template <class P>
struct Settings {
  P values;
  std::vector<std::string> origins;  // by declaration: "default", "profile arm64-soc", …
};

enum class Which { all, non_default };

// Fields are named by a pointer to member, or by a function `[](P& p) -> T& { … }` for nested ones.
template <class P>
class ParameterTable : public DeclarationList {
 public:
  template <class Field>
  using FieldType = std::remove_cvref_t<std::invoke_result_t<const Field&, P&>>;

  // An integer (scale 1) or an exactly scaled decimal; default and range in stored units.
  template <class Field>
  ParameterTable& number(std::string name, Field field, Unit unit, std::int64_t fallback,
                         Range range, std::string help, std::string source);
  template <class Field>
  ParameterTable& flag(std::string name, Field field, bool fallback, std::string help,
                       std::string source);
  template <class Field>
  ParameterTable& choice(std::string name, Field field,
                         const std::vector<std::pair<std::string, FieldType<Field>>>& choices,
                         std::type_identity_t<FieldType<Field>> fallback, std::string help,
                         std::string source);
  // One line of text, e.g. a path; may be empty.
  template <class Field>
  ParameterTable& text(std::string name, Field field, std::string fallback, std::string help,
                       std::string source);

  ParameterTable& preset(Preset preset) {  // of parameters declared before
    add(std::move(preset));
    return *this;
  }

  // Words that are understood for a parameter that is declared already.
  ParameterTable& words(std::string_view name, std::vector<Word> words) {
    add_words(name, std::move(words));
    return *this;
  }

  Settings<P> defaults() const;

  // Parses and sets one parameter, or those of a preset that `origin` has not set itself.
  // ConfigError begins with `where`; `origin` is recorded.
  void set(Settings<P>& settings, std::string_view name, std::string_view text,
           std::string_view where = "command line", std::string origin = "command line") const;
  // Sets all that a file says (take() other keys out of it first).  The origin is recorded as
  // given, followed by " line N" if asked for (--config FILE line N).
  void apply(Settings<P>& settings, const IniFile& file, const std::string& origin,
             bool origin_with_line = false) const;

  std::string print(const P& values, std::string_view name) const;
  const std::string& origin(const Settings<P>& settings, std::string_view name) const;

  // "name=value\n" for each, sorted by name: reads back with parse_ini.
  std::string resolved(const P& values, Which which = Which::all) const;
  // The same as pairs, for JSON and tables.
  std::vector<std::pair<std::string, std::string>> resolved_pairs(const P& values,
                                                                  Which which = Which::all) const;

 private:
  struct Access {
    std::function<Value(const P&)> get;
    std::function<void(P&, const Value&)> set;
  };
  template <class Field>
  ParameterTable& declare(Declaration declaration, Field field);

  std::vector<Access> access_;  // parallel to declarations()
};

}  // namespace poolrace::sim

#include "sim/settings/parameters_inl.hpp"
