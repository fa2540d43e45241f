// SPDX-License-Identifier: MIT
#include "experiments/report/harms.hpp"

#include "experiments/report/timeline.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/text/html.hpp"
#include "experiments/text/numbers.hpp"
#include "experiments/trace/text.hpp"
#include "models/linux/variant.hpp"

namespace poolrace::experiments {

namespace {

const char* legend =
    "<p class=\"legend\"><span><i style=\"background:var(--task)\"></i>task</span>"
    "<span><i style=\"background:var(--softirq)\"></i>softirq</span>"
    "<span><i style=\"background:var(--hardirq)\"></i>hardirq</span>"
    "<span><i style=\"background:var(--idle)\"></i>idle</span>"
    "<span><i style=\"background:var(--put)\"></i>put of a page</span>"
    "<span><i style=\"background:var(--stage)\"></i>where the page is</span>"
    "<span><i style=\"background:var(--bad)\"></i>violation</span></p>\n"
    "<p class=\"note\">Time runs to the violation at the right on a logarithmic scale. Ticks below "
    "a "
    "CPU are its visible steps.</p>\n";

std::string harm_text(const ToldHarm& harm) {
  const models::Violation& v = *harm.recording.violation;
  std::string out =
      "<p>In <b>" + html_escaped(v.context) + "</b>, at the step “" + html_escaped(v.site) + "”";
  if (!v.ended_by.empty()) out += "; ended by: <b>" + html_escaped(v.ended_by) + "</b>";
  const models::Seen* unmap = harm.spans.unmap_before(v);
  if (unmap != nullptr) {
    const Ps before = v.at - unmap->at;
    out += ". The page was unmapped " + html_escaped(duration(before / ps_per_ns)) +
           " before, by " + html_escaped(unmap->text);
  }
  if (v.has_put)
    out += std::string("; the put began ") + (v.put_began_before_unmap ? "before" : "after") +
           " the unmap";
  return out + ".</p>\n";
}

// The first crash, or else the first harm of any class.
FirstHarm told_of(const VariantSummary& v) {
  for (const FirstHarm& first : v.first_of_kind)
    if (first.violation.harm == models::Harm::crash) return first;
  return v.first_harm;
}

}  // namespace

std::string harms_text(const std::vector<ToldHarm>& harms) {
  if (harms.empty()) return "<h2>What broke</h2>\n<p>Nothing came to harm in these runs.</p>\n";
  bool crashes = true;
  for (const ToldHarm& harm : harms)
    crashes = crashes && harm.recording.violation->harm == models::Harm::crash;
  std::string out = crashes ? "<h2>The first crash of each variant</h2>\n"
                            : "<h2>The first harm of each variant</h2>\n";
  out += legend;
  for (const ToldHarm& harm : harms) {
    const models::Violation& v = *harm.recording.violation;
    const std::string& replay = harm.recording.replay;
    const std::string again = shell_text({"poolrace", "replay", replay}) + "\n" +
                              shell_text({"poolrace", "trace", replay, "-o", "trace.json"});
    out += "<div class=\"harm\"><h3>" +
           html_escaped(models::linux_tree::label_of(harm.recording.variant)) + ": " +
           models::kind_info(v.kind).name + ", " + models::harm_name(v.harm) + "</h3>\n" +
           harm_text(harm) + timeline_figure(harm) +
           "</div><details><summary>its last steps</summary>" + "<pre class=\"steps\">" +
           html_escaped(text_timeline(harm.recording, harm.spans, 30)) + "</pre></details>\n<pre>" +
           html_escaped(again) + "</pre>\n";
  }
  return out;
}

std::vector<ToldHarm> tell_harms(const Campaign& c) {
  std::vector<ToldHarm> out;
  for (const VariantSummary& v : c.variants) {
    const FirstHarm first = told_of(v);
    if (first.run < 0) continue;
    RunChoice choice{c.options, c.resolved, first.run};
    choice.resolved.variants = {v.variant};
    WindowChoice window;
    window.length = 100 * ps_per_ms;
    Recording recording = record_run(choice, window);
    Spans spans = spans_of(recording);
    out.push_back({std::move(recording), std::move(spans)});
  }
  return out;
}

}  // namespace poolrace::experiments
