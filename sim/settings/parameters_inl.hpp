// SPDX-License-Identifier: MIT
// The bodies of ParameterTable<P>; include sim/settings/parameters.hpp instead.
#pragma once

namespace poolrace::sim {

inline constexpr std::string_view by_preset = ", by ";

// "command line" of another: layers are told by their origins, less line and preset.
inline bool same_layer(std::string_view a, std::string_view b) {
  const auto layer = [](std::string_view origin) {
    return origin.substr(0, std::min(origin.find(by_preset), origin.find(" line ")));
  };
  return layer(a) == layer(b);
}

template <class P>
template <class Field>
ParameterTable<P>& ParameterTable<P>::declare(Declaration declaration, Field field) {
  using Type = FieldType<Field>;
  static_assert(std::is_lvalue_reference_v<std::invoke_result_t<const Field&, P&>>,
                "a field is a pointer to member, or a function that returns a reference");
  // Reading goes through the same accessor as writing, so that a lambda need only be given once.
  const auto ref = [field](const P& values) -> Type& {
    return std::invoke(field, const_cast<P&>(values));
  };
  Access access;
  if constexpr (std::is_same_v<Type, std::string>) {
    access.get = [ref](const P& values) -> Value { return ref(values); };
    access.set = [ref](P& values, const Value& v) { ref(values) = std::get<std::string>(v); };
  } else {
    access.get = [ref](const P& v) -> Value { return static_cast<std::int64_t>(ref(v)); };
    access.set = [ref](P& values, const Value& v) {
      ref(values) = static_cast<Type>(std::get<std::int64_t>(v));
    };
  }
  add(std::move(declaration));
  access_.push_back(std::move(access));
  return *this;
}

template <class P>
template <class Field>
ParameterTable<P>& ParameterTable<P>::number(std::string name, Field field, Unit unit,
                                             std::int64_t fallback, Range range, std::string help,
                                             std::string source) {
  using Type = FieldType<Field>;
  static_assert(std::is_integral_v<Type> && !std::is_same_v<Type, bool>, "numbers are integers");
  check(std::in_range<Type>(range.low) && std::in_range<Type>(range.high),
        ("parameter " + name + ": its range does not fit its field").c_str());
  const auto kind = unit.scale == 1 ? ParameterKind::integer : ParameterKind::decimal;
  return declare(
      {std::move(name), kind, unit, range, {}, std::move(help), std::move(source), Value(fallback)},
      field);
}

template <class P>
template <class Field>
ParameterTable<P>& ParameterTable<P>::flag(std::string name, Field field, bool fallback,
                                           std::string help, std::string source) {
  static_assert(std::is_same_v<FieldType<Field>, bool>, "flags are bools");
  return declare({std::move(name),
                  ParameterKind::flag,
                  units::count,
                  {0, 1},
                  {},
                  std::move(help),
                  std::move(source),
                  Value(std::int64_t{fallback})},
                 field);
}

template <class P>
template <class Field>
ParameterTable<P>& ParameterTable<P>::choice(
    std::string name, Field field,
    const std::vector<std::pair<std::string, FieldType<Field>>>& choices,
    std::type_identity_t<FieldType<Field>> fallback, std::string help, std::string source) {
  static_assert(std::is_enum_v<FieldType<Field>>, "choices are enumerators");
  std::vector<std::pair<std::string, std::int64_t>> named;
  for (const auto& [text, value] : choices)
    named.emplace_back(text, static_cast<std::int64_t>(value));
  return declare({std::move(name),
                  ParameterKind::choice,
                  units::count,
                  {},
                  std::move(named),
                  std::move(help),
                  std::move(source),
                  Value(static_cast<std::int64_t>(fallback))},
                 field);
}

template <class P>
template <class Field>
ParameterTable<P>& ParameterTable<P>::text(std::string name, Field field, std::string fallback,
                                           std::string help, std::string source) {
  static_assert(std::is_same_v<FieldType<Field>, std::string>, "texts are strings");
  return declare({std::move(name),
                  ParameterKind::text,
                  units::count,
                  {},
                  {},
                  std::move(help),
                  std::move(source),
                  Value(std::move(fallback))},
                 field);
}

template <class P>
Settings<P> ParameterTable<P>::defaults() const {
  Settings<P> settings{P{}, std::vector<std::string>(declarations().size(), "default")};
  for (std::size_t i = 0; i < access_.size(); ++i)
    access_[i].set(settings.values, declarations()[i].fallback);
  return settings;
}

template <class P>
void ParameterTable<P>::set(Settings<P>& settings, std::string_view name, std::string_view text,
                            std::string_view where, std::string origin) const {
  if (const Preset* preset = find_preset(name)) {
    for (const auto& [member, value] : members(*preset, text, where)) {
      std::string& known = settings.origins.at(index_of(member, where));
      if (same_layer(known, origin) && known.find(by_preset) == std::string::npos) continue;
      set(settings, member, value, where,
          origin + std::string(by_preset) + preset->name + "=" + std::string(text));
    }
    return;
  }
  const std::size_t i = index_of(name, where);
  access_[i].set(settings.values, declarations()[i].parse(text, where));
  settings.origins.at(i) = std::move(origin);
}

template <class P>
void ParameterTable<P>::apply(Settings<P>& settings, const IniFile& file, const std::string& origin,
                              bool origin_with_line) const {
  for (const IniEntry& entry : file.entries) {
    const std::string line = origin_with_line ? " line " + std::to_string(entry.line) : "";
    set(settings, entry.key, entry.value, file.where(entry), origin + line);
  }
}

template <class P>
std::string ParameterTable<P>::print(const P& values, std::string_view name) const {
  const std::size_t i = index_of(name, "print");
  return declarations()[i].print(access_[i].get(values));
}

template <class P>
const std::string& ParameterTable<P>::origin(const Settings<P>& settings,
                                             std::string_view name) const {
  return settings.origins.at(index_of(name, "origin"));
}

template <class P>
std::vector<std::pair<std::string, std::string>> ParameterTable<P>::resolved_pairs(
    const P& values, Which which) const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::size_t i : sorted_by_name()) {
    const Declaration& declaration = declarations()[i];
    const Value value = access_[i].get(values);
    if (which == Which::non_default && value == declaration.fallback) continue;
    pairs.emplace_back(declaration.name, declaration.print(value));
  }
  return pairs;
}

template <class P>
std::string ParameterTable<P>::resolved(const P& values, Which which) const {
  std::string lines;
  for (const auto& [name, value] : resolved_pairs(values, which))
    lines += name + "=" + value + "\n";
  return lines;
}

}  // namespace poolrace::sim
