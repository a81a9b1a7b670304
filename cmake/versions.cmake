# Writes versions.txt into the build tree: what the tests run with. ./run test shows it.
function(tool_version result tool)
  execute_process(COMMAND ${tool} --version OUTPUT_VARIABLE text ERROR_QUIET)
  if(text MATCHES "[0-9]+[.][0-9.]+[0-9]")
    set(${result} ${CMAKE_MATCH_0} PARENT_SCOPE)
  else()
    set(${result} "absent" PARENT_SCOPE)
  endif()
endfunction()

# Its sentencepiece.pc asks for a package that may not be there, so it is only read.
find_file(sentencepiece_pc sentencepiece.pc PATH_SUFFIXES pkgconfig
          PATHS ${CMAKE_SYSTEM_PREFIX_PATH}
                /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
set(sentencepiece "of an unknown version")
if(sentencepiece_pc)
  file(STRINGS ${sentencepiece_pc} sentencepiece REGEX "^Version:")
  string(REPLACE "Version: " "" sentencepiece "${sentencepiece}")
endif()
find_package(xsimd QUIET)  # for its version alone
tool_version(doxygen doxygen)
tool_version(clang_format clang-format)
tool_version(ninja ninja)
tool_version(chromium chromium)
file(WRITE ${CMAKE_BINARY_DIR}/versions.txt
"compiler ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} for ${CMAKE_SYSTEM_PROCESSOR}, \
CMake ${CMAKE_VERSION}, Ninja ${ninja}
xtensor ${xtensor_VERSION}, xsimd ${xsimd_VERSION}, fmt ${fmt_VERSION}, CLI11 ${CLI11_VERSION}, \
nlohmann-json ${nlohmann_json_VERSION}, xxHash ${xxhash_VERSION}, utf8proc ${utf8proc_VERSION}, \
SentencePiece ${sentencepiece}, Boost ${Boost_VERSION}
Doxygen ${doxygen}, clang-format ${clang_format}, Chromium ${chromium}
")
