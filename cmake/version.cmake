# SPDX-License-Identifier: MIT
# Writes the header that names the commit; run at every build, it touches the file only when the
# commit changes.   cmake -D SOURCE=dir -D OUTPUT=file.hpp -P version.cmake
find_program(git git)
set(commit "")
if(git AND EXISTS "${SOURCE}/.git")
  execute_process(COMMAND "${git}" -C "${SOURCE}" rev-parse --short HEAD
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND "${git}" -C "${SOURCE}" --no-optional-locks status --porcelain
                          --untracked-files=no
                  OUTPUT_VARIABLE changes ERROR_QUIET)
  if(commit AND changes)
    string(APPEND commit "-dirty")
  endif()
endif()
if(commit STREQUAL "")
  set(commit "unknown")
endif()
set(text "#define POOLRACE_COMMIT \"${commit}\"\n")
set(old "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" old)
endif()
if(NOT old STREQUAL text)
  file(WRITE "${OUTPUT}" "${text}")
endif()
