# Packages of the reader's system. Their headers are taken as system headers: their warnings are not
# ours.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(xtensor REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)

# Debian 13's sentencepiece.pc asks for a package that nobody needs who links the shared library.
find_path(SENTENCEPIECE_INCLUDE_DIR sentencepiece_trainer.h REQUIRED)
find_library(SENTENCEPIECE_LIBRARY sentencepiece REQUIRED)
find_library(SENTENCEPIECE_TRAIN_LIBRARY sentencepiece_train REQUIRED)
add_library(sentencepiece INTERFACE)
target_include_directories(sentencepiece SYSTEM INTERFACE ${SENTENCEPIECE_INCLUDE_DIR})
target_link_libraries(sentencepiece INTERFACE ${SENTENCEPIECE_TRAIN_LIBRARY}
                                              ${SENTENCEPIECE_LIBRARY})

# xsimd and utfcpp are headers alone.
find_path(XSIMD_INCLUDE_DIR xsimd/xsimd.hpp REQUIRED)
find_path(UTFCPP_INCLUDE_DIR NAMES utf8.h PATH_SUFFIXES utf8cpp REQUIRED)
add_library(utfcpp INTERFACE)
target_include_directories(utfcpp SYSTEM INTERFACE ${UTFCPP_INCLUDE_DIR})
add_library(xsimd_headers INTERFACE)
target_include_directories(xsimd_headers SYSTEM INTERFACE ${XSIMD_INCLUDE_DIR})

# What `transformer --version` and the tests say of them.
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
string(CONCAT library_versions
  "xtensor ${xtensor_VERSION}, xsimd ${xsimd_VERSION}, fmt ${fmt_VERSION}, "
  "CLI11 ${CLI11_VERSION}, nlohmann-json ${nlohmann_json_VERSION}, xxHash ${xxhash_VERSION}, "
  "utf8proc ${utf8proc_VERSION}, SentencePiece ${sentencepiece}")

if(TRANSFORMER_TESTS)
  find_package(Boost CONFIG REQUIRED COMPONENTS unit_test_framework)
  find_package(BLAS REQUIRED)
  find_package(LAPACK REQUIRED)
  find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
endif()
