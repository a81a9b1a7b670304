# Writes versions.txt into the build tree: what the tests run with. ./run test shows it.
function(tool_version result tool)
  execute_process(COMMAND ${tool} --version OUTPUT_VARIABLE text ERROR_QUIET)
  if(text MATCHES "[0-9]+[.][0-9.]+[0-9]")
    set(${result} ${CMAKE_MATCH_0} PARENT_SCOPE)
  else()
    set(${result} "absent" PARENT_SCOPE)
  endif()
endfunction()

tool_version(doxygen doxygen)
tool_version(clang_format clang-format)
tool_version(ninja ninja)
tool_version(chromium chromium)
file(WRITE ${CMAKE_BINARY_DIR}/versions.txt
"compiler ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} for ${CMAKE_SYSTEM_PROCESSOR}, \
CMake ${CMAKE_VERSION}, Ninja ${ninja}
${library_versions}, Boost ${Boost_VERSION}
Doxygen ${doxygen}, clang-format ${clang_format}, Chromium ${chromium}
")
