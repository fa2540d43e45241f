# SPDX-License-Identifier: MIT
# Writes the .cpp that carries the shipped profiles, scenarios, lessons and the lesson page in the
# binary.  Run as a script:
#   cmake -D OUTPUT=file.cpp -D PROFILES=a.ini,b.ini -D SCENARIOS=c.ini -D LESSONS=d.md
#         -D PAGES=page.html -P embed.cmake
# A file's name there is its stem: experiments/scenarios/seed-race.ini is "seed-race".
function(embed function_name files)
  string(REPLACE "," ";" files "${files}")
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM LAST_ONLY name)
    file(READ "${file}" text)
    if(text MATCHES "\\)ini\"")
      message(FATAL_ERROR "${file}: )ini\" cannot be embedded")
    endif()
    string(APPEND rows "    {\"${name}\", R\"ini(${text})ini\"},\n")
  endforeach()
  set(body "std::span<const EmbeddedFile> ${function_name}() {\n")
  if(rows STREQUAL "")
    string(APPEND body "  return {};\n}\n")
  else()
    string(APPEND body "  static constexpr EmbeddedFile files[] = {\n${rows}  };\n  return files;\n}\n")
  endif()
  set(generated "${generated}\n${body}" PARENT_SCOPE)
endfunction()

set(generated "// Written by cmake/embed.cmake.\n#include \"experiments/scenario/embedded.hpp\"\n
namespace poolrace::experiments {\n")
embed(embedded_profiles "${PROFILES}")
embed(embedded_scenarios "${SCENARIOS}")
embed(embedded_lessons "${LESSONS}")
embed(embedded_pages "${PAGES}")
string(APPEND generated "\n}  // namespace poolrace::experiments\n")
file(WRITE "${OUTPUT}" "${generated}")
