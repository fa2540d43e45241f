// SPDX-License-Identifier: MIT
// The lesson page: the built template (experiments/lesson/page/page.html) with its data inside.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace poolrace::experiments {

// What `explore --graph --format json` prints, packed: every state as what changed since another
// one, steps as places in a table of labels.  experiments/lesson/page/src/unpack.js is the other
// half.
nlohmann::ordered_json pack_graph(const nlohmann::ordered_json& graph);

// The page as text.  InternalError if the template has no place for data.
std::string lesson_page(const nlohmann::ordered_json& data);

}  // namespace poolrace::experiments
