// SPDX-License-Identifier: MIT
#include "experiments/robust/report.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/text/columns.hpp"
#include "experiments/text/csv.hpp"
#include "experiments/text/numbers.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

namespace {

std::string shown(const Headline& h, const std::optional<Estimate>& e) {
  if (!e) return "—";
  if (h.unit.empty()) return e->value == 0 ? "none" : percent(e->value);
  if (h.unit == "us") return duration(static_cast<std::int64_t>(std::llround(e->value * 1000)));
  return format("%+.1f ns", e->value);
}

// Over the base and every move: from where to where.
std::string span(const Robustness& r, std::size_t headline) {
  const Headline& base = r.base.headlines[headline];
  std::optional<Estimate> low = base.value, high = base.value;
  for (const Move& move : r.moves) {
    const auto& value = move.headlines[headline].value;
    if (!value) continue;
    if (!low || value->value < low->value) low = value;
    if (!high || value->value > high->value) high = value;
  }
  const std::string from = shown(base, low), to = shown(base, high);
  return from == to ? "stays" : from + " … " + to;
}

std::string two_movers(const Robustness& r, std::size_t headline) {
  std::string out;
  const std::vector<Mover> all = movers(r, headline);
  for (std::size_t i = 0; i < std::min<std::size_t>(2, all.size()); ++i) {
    const Move& move = *all[i].move;
    const Headline& base = r.base.headlines[headline];
    if (shown(base, move.headlines[headline].value) == shown(base, base.value)) break;
    out += (i == 0 ? "" : ", ") + move.name + "=" + move.value + " (" +
           shown(r.base.headlines[headline], move.headlines[headline].value) + ")";
  }
  return out.empty() ? "nothing" : out;
}

std::string table(const Robustness& r) {
  std::vector<std::vector<std::string>> lines{
      {"variant", "", "here", "over the ranges", "moved most by"}};
  for (std::size_t i = 0; i < r.base.headlines.size(); ++i) {
    const Headline& h = r.base.headlines[i];
    lines.push_back({h.variant, h.what, shown(h, h.value), span(r, i), two_movers(r, i)});
  }
  return aligned(lines);
}

std::string joined(const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) out += format(" and %zu more", names.size() - most);
  return out;
}

std::string conclusions(const Robustness& r) {
  std::string robust, not_robust;
  for (const Conclusion& c : r.conclusions)
    if (c.broken_by.empty())
      robust += "  " + c.words + "\n";
    else
      not_robust += "  " + c.words + "; not with " + joined(c.broken_by, 4) + "\n";
  std::string out;
  if (r.moves.empty()) return out;
  if (!robust.empty())
    out += format("\nrobust: it stays so under all %zu moves that were done\n", r.moves.size()) +
           robust;
  if (!not_robust.empty()) out += "\nnot robust:\n" + not_robust;
  return out;
}

std::string not_moved(const Knobs& knobs) {
  std::string out;
  for (const NotMoved& n : knobs.not_moved) out += "  " + n.name + ": " + n.why + "\n";
  return out.empty() ? out : "\nnot moved:\n" + out;
}

ordered_json estimate(const std::optional<Estimate>& e) {
  if (!e) return nullptr;
  const auto number = [](double x) { return std::isfinite(x) ? ordered_json(x) : ordered_json(); };
  return {{"value", number(e->value)}, {"low", number(e->low)}, {"high", number(e->high)}};
}

}  // namespace

std::string robust_text(const CommonOptions& options, const Resolved& resolved,
                        const Robustness& r) {
  std::size_t moves = 0;
  for (const Knob& knob : r.knobs.moved) moves += knob.values.size();
  std::string out = format(
      "%s on %s: what the answer hangs on.  %zu uncertain parameters, one at a time: guesses "
      "and\nchoices to half and twice or to another name, derived ones a quarter down and up; %lld "
      "runs a\nvariant each, seed %llu, the same draws.",
      resolved.scenario.c_str(), resolved.profile.c_str(), r.knobs.moved.size(),
      static_cast<long long>(options.runs), static_cast<unsigned long long>(options.seed));
  if (r.moves.size() < moves)
    out += format("  Interrupted: %zu of %zu moves were done.", r.moves.size(), moves);
  return out + "\n\n" + table(r) + conclusions(r) + not_moved(r.knobs);
}

std::string knobs_text(const Knobs& knobs) {
  std::vector<std::vector<std::string>> lines{{"parameter", "here", "moved to"}};
  for (const Knob& knob : knobs.moved)
    lines.push_back({knob.name, knob.base, joined(knob.values, knob.values.size())});
  return aligned(lines) + not_moved(knobs);
}

ordered_json knobs_json(const Resolved& resolved, const Knobs& knobs) {
  ordered_json moved = ordered_json::array(), left = ordered_json::array();
  for (const Knob& knob : knobs.moved)
    moved.push_back({{"parameter", knob.name}, {"base", knob.base}, {"values", knob.values}});
  for (const NotMoved& n : knobs.not_moved) left.push_back({{"parameter", n.name}, {"why", n.why}});
  return {{"scenario", resolved.scenario},
          {"profile", resolved.profile},
          {"variants", resolved.variants},
          {"moved", moved},
          {"not_moved", left}};
}

ordered_json robust_json(const CommonOptions& options, const Resolved& resolved,
                         const Robustness& r) {
  ordered_json headlines = ordered_json::array(), conclusions = ordered_json::array();
  for (std::size_t i = 0; i < r.base.headlines.size(); ++i) {
    const Headline& h = r.base.headlines[i];
    ordered_json moves = ordered_json::array();
    for (const Move& move : r.moves)
      moves.push_back({{"parameter", move.name},
                       {"value", move.value},
                       {"estimate", estimate(move.headlines[i].value)}});
    headlines.push_back({{"variant", h.variant},
                         {"headline", h.what},
                         {"unit", h.unit},
                         {"base", estimate(h.value)},
                         {"moves", moves}});
  }
  for (const Conclusion& c : r.moves.empty() ? std::vector<Conclusion>() : r.conclusions)
    conclusions.push_back({{"words", c.words}, {"broken_by", c.broken_by}});
  const ordered_json knobs = knobs_json(resolved, r.knobs);
  return {{"scenario", resolved.scenario}, {"profile", resolved.profile},
          {"seed", options.seed},          {"runs", options.runs},
          {"moved", knobs["moved"]},       {"not_moved", knobs["not_moved"]},
          {"moves_done", r.moves.size()},  {"interrupted", r.interrupted != 0},
          {"headlines", headlines},        {"conclusions", conclusions}};
}

std::string robust_csv(const Robustness& r) {
  std::string out =
      csv_row({"variant", "headline", "unit", "parameter", "value", "estimate", "low", "high"});
  const auto add = [&](const Move& move) {
    for (const Headline& h : move.headlines) {
      const auto number = [&](double Estimate::*what) {
        return h.value && std::isfinite(*h.value.*what) ? format("%.9g", *h.value.*what) : "";
      };
      out += csv_row({h.variant, h.what, h.unit, move.name, move.value, number(&Estimate::value),
                      number(&Estimate::low), number(&Estimate::high)});
    }
  };
  add(r.base);
  for (const Move& move : r.moves) add(move);
  return out;
}

}  // namespace poolrace::experiments
