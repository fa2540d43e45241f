// SPDX-License-Identifier: MIT
// The lines of a kernel tree around those that a graph's steps name ("page_pool.c:542 …"), as the
// page shows them beside each context.  They are the user's, read when the page is made; a variant
// that is no tree has none.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace poolrace::experiments {

// {"page_pool.c": {"540": "…", "541": "…"}}; an empty object where there is nothing to show.
nlohmann::ordered_json source_lines(const std::string& variant,
                                    const nlohmann::ordered_json& sites);

}  // namespace poolrace::experiments
