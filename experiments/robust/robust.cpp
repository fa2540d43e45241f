// SPDX-License-Identifier: MIT
#include "experiments/robust/robust.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "experiments/campaign/campaign.hpp"
#include "experiments/runs/paired.hpp"

namespace poolrace::experiments {
namespace {

Estimate share(std::int64_t hits, std::int64_t runs) {
  const Interval i = clopper_pearson(hits, runs);
  return {static_cast<double>(hits) / static_cast<double>(runs), i.low, i.high};
}

std::optional<Estimate> median_us(const std::vector<RunRow>& rows) {
  const auto ns = median(teardown_times_ns(rows));
  if (!ns) return std::nullopt;
  const double us = static_cast<double>(*ns) / 1000;
  return Estimate{us, us, us};
}

std::vector<Headline> headlines_of(const Campaign& c) {
  std::vector<Headline> out;
  const VariantSummary& first = c.variants.front();
  for (const VariantSummary& v : c.variants) {
    if (c.resolved.tears_down()) {
      out.push_back({v.variant, "teardowns that crash", "", share(v.crashed, v.runs)});
      out.push_back({v.variant, "that corrupt silently", "", share(v.corrupted, v.runs)});
      out.push_back({v.variant, "teardown, median", "us", median_us(v.rows)});
    }
    if (&v == &first) continue;
    const Paired p = paired(v.rows, first.rows);
    out.push_back({v.variant, "CPU a packet more than " + first.variant, "ns",
                   p.costs > 0 ? std::optional(p.cpu_ns_per_packet) : std::nullopt});
  }
  return out;
}

// The base's headlines, in its order: a move may have others (it tears nothing down).
Move as_base(Move move, const Move& base) {
  std::vector<Headline> out;
  for (const Headline& wanted : base.headlines) {
    out.push_back(wanted);
    out.back().value.reset();
    for (const Headline& h : move.headlines)
      if (h.variant == wanted.variant && h.what == wanted.what) out.back().value = h.value;
  }
  move.headlines = std::move(out);
  return move;
}

// What one headline says in words: seen or not, more or less or neither.
std::string verdict(const Headline& h) {
  if (!h.value) return "not defined";
  if (h.unit.empty()) return h.value->value > 0 ? "seen" : "not seen";
  if (h.unit == "us") return "";  // a length is no conclusion
  if (!std::isfinite(h.value->low) || !std::isfinite(h.value->high)) return "too few runs";
  if (h.value->low > 0) return "more";
  return h.value->high < 0 ? "less" : "neither more nor less";
}

}  // namespace

std::vector<Conclusion> conclusions_of(const Robustness& r) {
  std::vector<Conclusion> out;
  for (std::size_t i = 0; i < r.base.headlines.size(); ++i) {
    const Headline& base = r.base.headlines[i];
    const std::string says = verdict(base);
    if (says.empty() || says == "not defined" || says == "too few runs") continue;
    Conclusion c{base.variant + ": " + base.what + ": " + says, {}};
    for (const Move& move : r.moves)
      if (verdict(move.headlines[i]) != says) c.broken_by.push_back(move.name + "=" + move.value);
    out.push_back(std::move(c));
  }
  return out;
}

void check_headlines(const Resolved& resolved) {
  if (!resolved.tears_down() && resolved.variants.size() < 2)
    throw ConfigError(
        "poolrace robust: " + resolved.scenario +
        " has no teardown, so that nothing crashes: name two variants, whose costs differ");
}

Robustness run_robust(const CommonOptions& options, const Resolved& resolved, const Knobs& knobs,
                      const TellMoves& tell) {
  Robustness out{knobs, {"", "", {}}, {}, {}, 0};
  std::vector<Setting> settings{{"", ""}};
  for (const Knob& knob : knobs.moved)
    for (const std::string& value : knob.values) settings.push_back({knob.name, value});
  for (std::size_t i = 0; i < settings.size() && out.interrupted == 0; ++i) {
    if (tell) tell(i, settings.size());
    CommonOptions with = options;
    if (i > 0) with.settings.push_back(settings[i]);
    try {
      const Campaign c = run_campaign(with, i == 0 ? resolved : resolve(with, resolved.variants));
      out.interrupted = c.interrupted;
      if (c.interrupted != 0) break;  // half of a move is none
      Move move{settings[i].name, settings[i].value, headlines_of(c)};
      if (i == 0)
        out.base = std::move(move);
      else
        out.moves.push_back(as_base(std::move(move), out.base));
    } catch (const ConfigError& error) {  // a stall that nobody meets there, an idle fault
      if (i == 0) throw;
      out.knobs.not_moved.push_back({text_of(settings[i]), error.what()});
    }
  }
  out.conclusions = conclusions_of(out);
  return out;
}

std::vector<Mover> movers(const Robustness& r, std::size_t headline) {
  const auto& base = r.base.headlines.at(headline).value;
  std::map<std::string, Mover> best;
  for (const Move& move : r.moves) {
    const auto& value = move.headlines.at(headline).value;
    if (!base || !value || value->value == base->value) continue;
    const Mover mover{&move, value->value - base->value};
    const auto [found, fresh] = best.emplace(move.name, mover);
    if (!fresh && std::abs(mover.by) > std::abs(found->second.by)) found->second = mover;
  }
  std::vector<Mover> out;
  for (const auto& [name, mover] : best) out.push_back(mover);
  std::stable_sort(out.begin(), out.end(),
                   [](const Mover& a, const Mover& b) { return std::abs(a.by) > std::abs(b.by); });
  return out;
}

}  // namespace poolrace::experiments
