// SPDX-License-Identifier: MIT
#include "models/delays.hpp"

#include "models/assembly.hpp"
#include "models/cpu/noise.hpp"
#include "models/cpu/theft.hpp"
#include "models/drawn.hpp"
#include "models/parameters.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/chance/first_word.hpp"

namespace poolrace::models {
namespace {

Delayer theft(const TheftParams& p) {
  const TheftLength length(p);
  const bool falls = p.law == StealLaw::exponential;
  return {"theft of the CPU",
          drawn::steals,
          length.gap_mean(),
          [length, falls](std::uint64_t rank) { return length.of(falls ? ~rank : rank); },
          falls,
          true,
          false,
          [length](sim::Stream& stream) { return length.draw_first(stream); }};
}

Delayer tick(const Parameters& p) {
  const Ps length = p.irq_entry + p.irq_exit;
  return {"tick",
          drawn::tick_phase,
          ps_per_s / p.hz,
          [length](std::uint64_t) { return length; },
          false,
          false,
          true,
          [hz = p.hz](sim::Stream& stream) { return first_tick(stream, hz); }};
}

void add_noise(std::vector<Delayer>& out, const char* name, const char* stream,
               const NoiseParams::Source& source, std::int64_t sigma_milli) {
  if (source.hz == 0) return;
  out.push_back({name, stream, source.gap_mean(),
                 [source, sigma_milli](std::uint64_t rank) {
                   return sim::lognormal_of(rank, source.median, sigma_milli);
                 },
                 false, false, false, [](sim::Stream&) { return Ps{0}; }});
}

// Goes through a CPU's delays until `see` has enough: of each the index of its gap's word, the date
// from which the gap counts, and its own.
template <class See>
void walk(const Delayer& d, const sim::Streams& streams, CpuId cpu, See see) {
  sim::Stream stream = streams.stream(d.stream, d.tick ? 0 : cpu);
  if (d.tick) {
    for (Ps at = d.begin(stream); see(0, 0, Delay{at, d.length_of(0)});) at += d.gap_mean;
    return;
  }
  for (Ps from = d.begin(stream);;) {
    const std::uint64_t index = stream.drawn();
    const Ps at = from + sim::exponential(stream, d.gap_mean);
    const std::uint64_t word = stream.u64();
    const Delay delay{at, d.length_of(d.falls ? ~word : word)};
    if (!see(index, from, delay)) return;
    from = at + (d.stops ? delay.length : 0);
  }
}

// Of the words that make a gap as long the lowest; gaps shrink as words rise.
std::uint64_t word_of_gap(Ps gap, Ps mean) {
  return sim::first_word(
      [&](std::uint64_t word) { return sim::exponential_of(word, mean) <= gap; });
}

}  // namespace

std::vector<Delayer> delayers(const Parameters& parameters) {
  std::vector<Delayer> out;
  if (parameters.steal_ppm > 0) out.push_back(theft(theft_params(parameters)));
  const NoiseParams noise = noise_params(parameters);
  const std::int64_t sigma = noise.sigma_milli;
  add_noise(out, "foreign interrupt", drawn::foreign_irqs, noise.irqs, sigma);
  add_noise(out, "interrupts-off section", drawn::irqs_off, noise.irqs_off, sigma);
  add_noise(out, "background task", drawn::background_tasks, noise.tasks, sigma);
  out.push_back(tick(parameters));
  return out;
}

// Of those words the middle one: those at the edge may be drawn anew.
std::uint64_t word_of_phase(const char* name, Ps jiffy, Ps phase) {
  const auto from = [&](Ps date) {
    return sim::first_word([&](std::uint64_t word) {
      sim::Stream stream = sim::Streams(0, 0, {{name, 0, 0, word}}).stream(name);
      return static_cast<Ps>(stream.below(static_cast<std::uint64_t>(jiffy))) >= date;
    });
  };
  return from(phase) + (from(phase + 1) - from(phase)) / 2;
}

std::vector<Delay> delays_until(const Delayer& d, const sim::Streams& streams, CpuId cpu,
                                Ps until) {
  std::vector<Delay> out;
  walk(d, streams, cpu, [&](std::uint64_t, Ps, const Delay& delay) {
    if (delay.at >= until) return false;
    out.push_back(delay);
    return true;
  });
  return out;
}

std::optional<std::vector<sim::GivenWord>> one_more(const Delayer& d, const sim::Streams& streams,
                                                    CpuId cpu, Ps at, std::uint64_t rank) {
  if (d.tick) return {{{d.stream, 0, 0, word_of_phase(d.stream, d.gap_mean, at % d.gap_mean)}}};
  std::optional<std::vector<sim::GivenWord>> out;
  walk(d, streams, cpu, [&](std::uint64_t index, Ps from, const Delay& next) {
    if (next.at <= at) return true;
    if (from <= at)
      out = {{d.stream, cpu, index, word_of_gap(at - from, d.gap_mean)},
             {d.stream, cpu, index + 1, d.falls ? ~rank : rank}};
    return false;
  });
  return out;
}

}  // namespace poolrace::models
