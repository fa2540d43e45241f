// SPDX-License-Identifier: MIT
#include "experiments/rare/report.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "experiments/text/columns.hpp"
#include "experiments/text/csv.hpp"
#include "experiments/text/numbers.hpp"
#include "experiments/workers/progress.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

namespace {

constexpr double teardowns_an_hour = 60;
constexpr std::size_t windows_told = 2;
constexpr double least_told = 1e-9;  // of some thousand runs

std::string estimate(double mean, double standard_error, const std::optional<Interval>& interval,
                     std::int64_t hits) {
  if (hits == 0) return "none seen";
  if (!interval && !is_told(mean, standard_error)) return "seen, too few hits for a number";
  if (!interval) return format("about %.1e (too few hits for an interval)", mean);
  return format("%.2e (%.2e … %.2e)", mean, interval->low, interval->high);
}

// Of the answer, whoever gives it.
double error_of(const Rare& r) {
  const double p = r.probability();
  return r.by_plain_runs() ? std::sqrt(p * (1 - p) / static_cast<double>(r.samples))
                           : r.standard_error();
}

// Whether its probability is one to go on with, as years and so on.
bool is_number(const Rare& r) {
  return r.interval() || is_told(r.probability(), error_of(r));
}

std::string one_in(const Rare& r) {
  return r.probability() > 0 && is_number(r) ? format("1 in %.3g", 1 / r.probability()) : "—";
}

std::string long_time(double hours) {
  const auto many = [](const std::string& number, const char* unit) {
    return number + " " + unit + (number == "1" ? "" : "s");
  };
  if (hours < 1.0 / 60) return many(format("%.2g", 3600 * hours), "second");
  if (hours < 1) return many(format("%.2g", 60 * hours), "minute");
  if (hours < 48) return many(format("%.2g", hours), "hour");
  return hours < 2 * 8766 ? many(format("%.3g", hours / 24), "day")
                          : many(format("%.3g", hours / 8766), "year");
}

const char* method_of(const RareChannel& c) {
  if (c.is_delay()) return "delay put in";
  return c.delay == no_delay ? "teardown moved" : "hold moved";
}

const char* method_of(const Rare& r) {
  if (r.samples == 0) return "no samples";
  if (r.by_plain_runs()) return "plain runs";
  if (!r.reasoned_none()) return "forced";
  if (r.ends_before()) return "another crash";
  if (r.no_order()) return "no order";
  return r.out_of_reach() ? "out of reach" : "too rare";
}

std::string reason_of(const Rare& r) {
  if (r.ends_before()) return "none: another crash comes first";
  if (r.no_order()) return "none: no order does it";
  if (r.out_of_reach()) return "none: out of reach";
  const std::string seen = r.hits() == 0  ? ""
                           : is_number(r) ? format(", about %.1g", r.probability())
                                          : ", and seen";
  return format("less than %.1g", std::max(r.at_most(), least_told)) + seen;
}

std::string answer(const Rare& r) {
  if (r.samples == 0) return "no samples";
  if (r.by_plain_runs()) return chance(r.plain_hits, r.samples);
  if (r.reasoned_none()) return reason_of(r);
  if (r.hits() == 0 && r.bounded()) return format("none seen, less than %.1g", r.at_most());
  if (r.hits() == 0 && r.orders.none())
    return format("none seen (no order does it, which %lld samples make a reason)",
                  static_cast<long long>(samples_with_reason));
  std::int64_t hits = 0;
  for (const RareChannel& c : r.channels) hits += c.hits;
  return estimate(r.probability(), r.standard_error(), r.interval(), hits);
}

// Without a teardown: how often, for a packet.
std::string answer_a_packet(const Rare& r) {
  const bool seen = r.probability() > 0;
  if (r.samples == 0) return "no samples";
  if (r.packets <= 0) return "no packet came";
  if (r.reasoned_none()) return reason_of(r);
  if (!seen) {
    const double most = clopper_pearson(0, r.samples).high;
    return "none seen; by plain runs " + format("< %.1e", r.a_packet(most));
  }
  std::optional<Interval> scaled = r.interval();
  if (scaled) scaled = Interval{r.a_packet(scaled->low), r.a_packet(scaled->high)};
  return estimate(r.a_packet(r.probability()), r.a_packet(error_of(r)), scaled, 1);
}

std::vector<std::vector<std::string>> rate_table(const std::vector<RareRow>& rows) {
  std::vector<std::vector<std::string>> lines{
      {"variant", "a packet (95 %)", "an hour", "plain runs (95 %)", "of these by no put"}};
  for (const auto& [variant, r] : rows)
    lines.push_back({variant, answer_a_packet(r),
                     is_number(r) ? format("%.2g", r.an_hour(r.probability())) : "—",
                     chance(r.plain_hits, r.samples), std::to_string(r.of_no_put)});
  return lines;
}

std::vector<std::vector<std::string>> table(const std::vector<RareRow>& rows,
                                            const models::Parameters& p) {
  if (rows.front().rare.is_rate()) return rate_table(rows);
  const std::string a_run =
      p.cycles == 0 ? "a teardown (95 %)" : std::to_string(p.cycles + 1) + " teardowns (95 %)";
  std::vector<std::vector<std::string>> lines{
      {"variant", a_run, "that is", "plain runs (95 %)", "of these by no put"}};
  for (const auto& [variant, r] : rows)
    lines.push_back({variant, answer(r), one_in(r), chance(r.plain_hits, r.samples),
                     std::to_string(r.of_no_put)});
  return lines;
}

double weight_after(const RareChannel& c, std::size_t date) {
  const auto first = c.by_stratum.begin() + static_cast<std::ptrdiff_t>(date * date_strata);
  return std::accumulate(first, first + date_strata, 0.0);
}

// The date that weighs most of what a channel counts.
std::string mostly(const RareChannel& c) {
  std::size_t most = 0;
  for (std::size_t d = 1; d < late_dates; ++d)
    if (weight_after(c, d) > weight_after(c, most)) most = d;
  return format("%.0f %% after %s", 100 * weight_after(c, most) / c.weighed.sum,
                late_date_names[most]);
}

// Whether it can come about, and between which sites: of the windows those of most programs.
std::string orders_text(const std::string& variant, const Orders& o) {
  if (o.programs == 0) return "";
  const auto n = [](std::int64_t count) { return static_cast<long long>(count); };
  const std::string tried = o.complete == o.programs
                                ? "all orders"
                                : format("all orders of %lld, many of the others", n(o.complete));
  std::string out = "  " + variant + ", the explorer: ";
  out += o.harm == 0
             ? format("no order of %lld programs does it", n(o.programs))
             : format("an order of %lld of %lld programs does it", n(o.harm), n(o.programs));
  out += " (" + tried + "; " + o.machine + ")\n";
  if (!o.unlike.empty()) out += "    which is no reason here: " + o.unlike + "\n";
  for (std::size_t i = 0; i < o.windows.size() && i < windows_told; ++i) {
    const Orders::Window& w = o.windows[i];
    out += std::string("    ") + std::string(pool::kind_name(w.kind)) + " at \"" + w.site +
           "\", after " + w.ended_by + format(", in %lld\n      poolrace replay '", n(w.programs)) +
           w.replay + "'\n";
  }
  if (o.windows.size() > windows_told)
    out += format("    and %zu other places\n", o.windows.size() - windows_told);
  return out;
}

// duration() has no nanoseconds.
std::string span_text(Ps time) {
  if (time < 10 * ps_per_ns) return format("%.1f ns", static_cast<double>(time) / ps_per_ns);
  if (time < ps_per_us) return format("%lld ns", static_cast<long long>(time / ps_per_ns));
  return duration(time / ps_per_ns);
}

// By how much what could come to harm missed it.
std::string nearest_text(const std::string& variant, const Rare& r) {
  std::string out;
  if (r.nearest.longest_put == 0) return "  " + variant + ", plain runs: no put was seen\n";
  for (std::size_t use = 0; use < return_of_walked; ++use) {
    const auto of = [use](const Orders::Window& w) { return use_of(w.kind, w.site) == use; };
    if (std::none_of(r.orders.windows.begin(), r.orders.windows.end(), of)) continue;
    const Ps before = r.nearest.before[use];
    const std::string what = std::string("a put's ") + use_names[use];
    out += "  " + variant + ", plain runs: ";
    out += before == ps_never ? "never " + what
                              : what + " was " + span_text(before) + " early at the nearest";
    out += "; the longest put of a teardown took " + span_text(r.nearest.longest_put) +
           ", delays at most " + span_text(r.longest_delay) + " more\n";
  }
  return out;
}

// What destroy's walk would have to be late for.
std::string given_back_text(const std::string& variant, const Rare& r) {
  const Nearest& n = r.nearest;
  if (!r.orders.walk_may_be_late() || n.late_puts == 0) return "";
  std::string out = format(
      "  %s, plain runs: of %lld puts that ended once destroy's walk had begun %lld gave back "
      "their page",
      variant.c_str(), static_cast<long long>(n.late_puts), static_cast<long long>(n.late_returns));
  if (const Ps last = n.before[return_of_walked]; last != ps_never)
    out += "; the last one before it did so " + span_text(last) + " earlier at the nearest";
  return out + "\n";
}

// How long puts had to be held up, window by window.
std::string hold_ups_text(const std::string& variant, const Rare& r) {
  std::string out;
  const auto n = [](std::int64_t count) { return static_cast<long long>(count); };
  for (std::size_t i = 0; i < r.hold_ups.size(); ++i) {
    const HoldUps& h = r.hold_ups[i];
    const Orders::Window& w = r.orders.windows[i];
    if (h.runs == 0) continue;
    out += "  " + variant + ", a put between \"" +
           (w.ready_at.empty() ? "its beginning" : w.ready_at) + "\" and \"" + w.held_up_at +
           "\": ";
    if (h.came == 0) {
      out += format("none came there in %lld teardowns\n", n(h.runs));
      continue;
    }
    out +=
        h.harmed == 0
            ? format(
                  "no %s of %lld puts that were held up there until all was over, in %lld "
                  "teardowns",
                  pool::kind_name(w.kind), n(h.tried), n(h.runs))
            : format("%s if held up for %s more at the worst moment (the least of %lld teardowns)",
                     pool::kind_name(w.kind), span_text(h.shortest).c_str(), n(h.harmed));
    out += format("; of themselves %lld took %s to %s\n", n(h.came),
                  span_text(h.least_of_itself).c_str(), span_text(h.of_itself).c_str());
  }
  return out;
}

// How long until the first one, of one machine and of many.
std::string first_text(const std::string& variant, const Rare& r, const models::Parameters& p) {
  const double hours = p.round > 0
                           ? static_cast<double>(p.round) / static_cast<double>(ps_per_s) / 3600
                           : 1 / teardowns_an_hour;
  const auto after = [&](double machines) {
    const auto time = [&](double chance) { return long_time(hours / chance / machines); };
    const auto i = r.interval();
    return i ? time(r.probability()) + " (" + time(i->high) + " to " + time(i->low) + ")"
             : "about " + time(r.probability());
  };
  const std::string often = p.round > 0 ? "a run every " + long_time(hours) + " (round_s)"
                                        : format("%.0f teardowns an hour", teardowns_an_hour);
  return "  " + variant + ": at " + often + " one machine meets it after " + after(1) +
         ", the first of a thousand after " + after(1000) + "\n";
}

std::string channel_text(const std::string& variant, const RareChannel& c) {
  const bool delayed = c.is_delay();
  std::string out = "  " + variant + ", " +
                    (delayed ? c.delay + " in the put" : c.delay.substr(c.delay.find(':') + 2)) +
                    ": " +
                    estimate(c.weighed.mean(), c.weighed.standard_error(), c.interval(), c.hits);
  if (c.hits > 0)
    out += format(
        "; %lld of %lld runs hit, as good as %.0f of one weight, the heaviest is %.0f %%%s",
        static_cast<long long>(c.hits), static_cast<long long>(c.runs), c.weighed.effective_hits(),
        100 * c.weighed.largest / c.weighed.sum, delayed ? ("; " + mostly(c)).c_str() : "");
  if (c.hits == 0 && c.exposure.sum > 0)
    out += format("; of %lld runs; long enough, and in a put, are %.1e a plain run",
                  static_cast<long long>(c.runs), c.exposure.mean());
  if (c.outside > 0)
    out += format("; %lld more hit where none was expected: the probability is too low",
                  static_cast<long long>(c.outside));
  out += "\n";
  if (!c.replay.empty()) out += "    poolrace replay '" + c.replay + "'\n";
  return out;
}

// What plain runs, and runs more, have said.
std::string samples_text(const std::string& variant, const Rare& r) {
  std::string out =
      nearest_text(variant, r) + given_back_text(variant, r) + hold_ups_text(variant, r);
  if (r.ended_otherwise > 0)
    out += format("  %s: another crash ended %lld of %lld plain runs\n", variant.c_str(),
                  static_cast<long long>(r.ended_otherwise), static_cast<long long>(r.samples));
  for (const RareChannel& c : r.channels) out += channel_text(variant, c);
  return out;
}

std::string ways(const std::string& variant, const Rare& r, const models::Parameters& values) {
  std::string out = orders_text(variant, r.orders);
  if (r.samples > 0) out += samples_text(variant, r);
  if (!r.ladder.levels.empty())
    out += format(
        "  %s, any way, by %zu ladders of %zu steps (%lld runs): %s\n", variant.c_str(),
        r.ladder.products.size(), r.ladder.levels.size(), static_cast<long long>(r.ladder.runs),
        estimate(r.ladder.probability(), r.ladder.standard_error(), r.ladder.interval(), 1)
            .c_str());
  if (r.interrupted != 0)
    out += format("  %s: interrupted after %lld samples%s\n", variant.c_str(),
                  static_cast<long long>(r.samples), r.samples == 0 ? ", in the pilot" : "");
  if (r.out_of_time)
    out += format("  %s: its time was over after %lld samples\n", variant.c_str(),
                  static_cast<long long>(r.samples));
  const double p = r.samples > 0 && is_number(r) ? r.probability() : 0;
  if (r.is_rate())
    out += format("  %s: a plain run is %.3g ms and %.0f packets on average%s\n", variant.c_str(),
                  1000 * r.stretch_s, r.packets,
                  p > 0 ? ("; the first comes after " + long_time(1 / r.an_hour(p))).c_str() : "");
  else if (p > 0)
    out += first_text(variant, r, values);
  return out;
}

ordered_json number(double x) {
  return std::isfinite(x) ? ordered_json(x) : ordered_json();
}

ordered_json bounds(ordered_json row, const std::optional<Interval>& i) {
  row["low"] = i ? number(i->low) : ordered_json();
  row["high"] = i ? number(i->high) : ordered_json();
  return row;
}

ordered_json channel_json(const std::string& kind, const RareChannel& c) {
  ordered_json row = bounds({{"method", method_of(c)},
                             {"delay", c.delay},
                             {"kind", kind},
                             {"probability", c.weighed.mean()}},
                            c.interval());
  row["standard_error"] = c.weighed.standard_error();
  row["runs"] = c.runs;
  row["hits"] = c.hits;
  row["hits_outside"] = c.outside;
  row["effective_hits"] = c.weighed.effective_hits();
  row["exposure"] = c.exposure.samples > 0 ? ordered_json(c.exposure.mean()) : ordered_json();
  row["largest_weight_share"] = c.weighed.sum > 0 ? c.weighed.largest / c.weighed.sum : 0;
  row["late_for"] = ordered_json::object();
  for (std::size_t d = 0; d < late_dates; ++d)
    row["late_for"][late_date_names[d]] = weight_after(c, d);
  row["replay"] = c.replay.empty() ? ordered_json() : ordered_json(c.replay);
  return row;
}

// Null if none was climbed.
ordered_json ladder_json(const Rare& r) {
  if (r.ladder.runs == 0) return nullptr;
  ordered_json row = bounds({{"probability", r.ladder.probability()}}, r.ladder.interval());
  row["standard_error"] = r.ladder.standard_error();
  row["by_replica"] = r.ladder.products;
  row["levels"] = ordered_json::array();
  for (const double level : r.ladder.levels) row["levels"].push_back(number(level));
  row["runs"] = r.ladder.runs;
  row["replay"] = r.ladder_replay.empty() ? ordered_json() : ordered_json(r.ladder_replay);
  return row;
}

ordered_json hold_ups_json(const HoldUps& h, const Orders::Window& w) {
  const auto us = [](bool known, Ps time) {
    return known ? ordered_json(static_cast<double>(time) / ps_per_us) : ordered_json();
  };
  ordered_json row{
      {"after", w.ready_at}, {"at", w.held_up_at}, {"runs", h.runs}, {"harmed", h.harmed}};
  row["puts"] = h.came;
  row["held_up"] = h.tried;
  row["least_of_itself_us"] = us(h.came > 0, h.least_of_itself);
  row["of_itself_us"] = us(h.came > 0, h.of_itself);
  row["shortest_us"] = us(h.harmed > 0, h.shortest);
  return row;
}

ordered_json orders_json(const Rare& r) {
  const Orders& o = r.orders;
  ordered_json row{{"programs", o.programs}, {"complete", o.complete},
                   {"harm", o.harm},         {"machine", o.machine},
                   {"unlike", o.unlike},     {"windows", ordered_json::array()}};
  for (std::size_t i = 0; i < o.windows.size(); ++i) {
    const Orders::Window& w = o.windows[i];
    row["windows"].push_back({{"kind", pool::kind_name(w.kind)},
                              {"site", w.site},
                              {"ended_by", w.ended_by},
                              {"programs", w.programs},
                              {"replay", w.replay}});
    const bool tried = i < r.hold_ups.size() && r.hold_ups[i].runs > 0;
    row["windows"].back()["hold_up"] = tried ? hold_ups_json(r.hold_ups[i], w) : ordered_json();
  }
  return row;
}

ordered_json nearest_json(const Rare& r) {
  const auto us = [](Ps time) {
    return time == ps_never ? ordered_json() : ordered_json(static_cast<double>(time) / ps_per_us);
  };
  ordered_json row;
  for (std::size_t use = 0; use < use_kinds; ++use) row[use_names[use]] = us(r.nearest.before[use]);
  row["longest put"] = us(r.nearest.longest_put);
  row["longest put without a delay"] = us(r.nearest.longest_undelayed);
  row["longest delay"] = us(r.longest_delay);
  return row;
}

ordered_json plain_json(const std::string& kind, const char* what, std::int64_t hits,
                        std::int64_t runs) {
  ordered_json row{
      {"method", "plain runs"},
      {"delay", what},
      {"kind", kind},
      {"probability", runs > 0 ? static_cast<double>(hits) / static_cast<double>(runs) : 0.0}};
  const Interval i = clopper_pearson(hits, runs);
  row["low"] = i.low;
  row["high"] = i.high;
  row["hits"] = hits;
  row["runs"] = runs;
  return row;
}

}  // namespace

std::vector<RareRow> run_rare_rows(const RareRequest& request, const Resolved& resolved,
                                   RoundStore* store) {
  std::vector<RareRow> rows;
  for (const std::string& variant : resolved.variants) {
    Resolved one = resolved;
    one.variants = {variant};
    rows.push_back({variant, run_rare(request, one, store)});
    if (rows.back().rare.interrupted != 0) break;
  }
  return rows;
}

std::string rare_text(const RareRequest& request, const Resolved& resolved,
                      const std::vector<RareRow>& rows) {
  std::string out =
      format("%s on %s: %s, seed %llu.", resolved.scenario.c_str(), resolved.profile.c_str(),
             request.kind.c_str(), static_cast<unsigned long long>(request.options.seed));
  out += "  Each plain run is run again with a delay more where a put is\nunder way";
  const auto moves = [](const RareRow& row) {
    return std::any_of(row.rare.channels.begin(), row.rare.channels.end(),
                       [](const RareChannel& c) { return !c.is_delay(); });
  };
  if (std::any_of(rows.begin(), rows.end(), moves))
    out += ", and with a hold or its teardown where a put and destroy meet";
  out += "; each counts as it is likely.\n\n";
  out += aligned(table(rows, resolved.values())) + "\n";
  for (const auto& [variant, rare] : rows) out += ways(variant, rare, resolved.values());
  for (std::size_t i = rows.size(); i < resolved.variants.size(); ++i)
    out += "  " + resolved.variants[i] + ": not begun\n";
  return out;
}

ordered_json rare_json(const RareRequest& request, const Resolved& resolved,
                       const std::vector<RareRow>& rows) {
  ordered_json out{{"scenario", resolved.scenario},
                   {"profile", resolved.profile},
                   {"seed", request.options.seed},
                   {"kind", request.kind},
                   {"results", ordered_json::array()}};
  // Interrupted before.
  out["not_begun"] =
      std::vector<std::string>(resolved.variants.begin() + static_cast<std::ptrdiff_t>(rows.size()),
                               resolved.variants.end());
  for (const auto& [variant, r] : rows) {
    const bool none = r.samples == 0;
    ordered_json row =
        bounds({{"variant", variant},
                {"kind", request.kind},
                {"method", method_of(r)},
                {"probability", none ? ordered_json() : ordered_json(r.probability())}},
               r.interval());
    row["standard_error"] = none ? ordered_json() : ordered_json(error_of(r));
    row["answer"] = r.is_rate() ? answer_a_packet(r) + " a packet" : answer(r);
    row["samples"] = r.samples;
    if (r.is_rate()) {
      row["stretch_s"] = r.stretch_s;
      row["packets"] = r.packets;
      row["per_packet"] = number(r.a_packet(r.probability()));
      row["per_hour"] = number(r.an_hour(r.probability()));
    }
    row["ways"] = ordered_json::array();
    for (const RareChannel& c : r.channels) row["ways"].push_back(channel_json(request.kind, c));
    row["ways"].push_back(plain_json(request.kind, "none", r.unexplained, r.samples));
    row["plain"] = plain_json(request.kind, "any or none", r.plain_hits, r.samples);
    row["at_most"] = r.bounded() ? ordered_json(r.at_most()) : ordered_json();
    row["ended_otherwise"] = r.ended_otherwise;
    row["orders"] = orders_json(r);
    row["nearest_us"] = nearest_json(r);
    row["gave_back"] =
        plain_json(request.kind, "any or none", r.nearest.late_returns, r.nearest.late_puts);
    row["ladder"] = ladder_json(r);
    row["interrupted"] = r.interrupted != 0;
    row["out_of_time"] = r.out_of_time;
    out["results"].push_back(std::move(row));
  }
  return out;
}

std::string rare_csv(const RareRequest& request, const std::vector<RareRow>& rows) {
  std::string out = csv_row({"variant", "kind", "method", "delay", "probability", "low", "high",
                             "hits", "hits_outside", "effective_hits", "samples"});
  const auto exact = [](double x) { return format("%.9g", x); };
  for (const auto& [variant, r] : rows) {
    const auto all = r.interval();
    out += csv_row({variant, request.kind, method_of(r), "any or none",
                    r.samples > 0 ? exact(r.probability()) : "", all ? exact(all->low) : "",
                    all ? exact(all->high) : "", std::to_string(r.hits()), "", "",
                    std::to_string(r.samples)});
    for (const RareChannel& c : r.channels) {
      const auto i = c.interval();
      out += csv_row({variant, request.kind, method_of(c), c.delay, exact(c.weighed.mean()),
                      i ? exact(i->low) : "", i ? exact(i->high) : "", std::to_string(c.hits),
                      std::to_string(c.outside), exact(c.weighed.effective_hits()),
                      std::to_string(r.samples)});
    }
    const Interval i = clopper_pearson(r.unexplained, r.samples);
    const double share =
        r.samples > 0 ? static_cast<double>(r.unexplained) / static_cast<double>(r.samples) : 0;
    out +=
        csv_row({variant, request.kind, "plain runs", "none", exact(share), exact(i.low),
                 exact(i.high), std::to_string(r.unexplained), "", "", std::to_string(r.samples)});
  }
  return out;
}

}  // namespace poolrace::experiments
