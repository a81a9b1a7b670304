set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(TRANSFORMER_TESTS "Build the tests (needs Boost.Test, xtensor-blas, Random123)" OFF)
option(TRANSFORMER_FUZZ "Build the fuzzers (tests/fuzz; needs clang)" OFF)
option(TRANSFORMER_COVERAGE "Count which branches run, for gcovr or llvm-cov" OFF)
option(TRANSFORMER_ASSERTIONS "Check indices and shapes at run time, in the libraries too" OFF)
# The next compiler's new warnings are no reader's concern, but they are ours and CI's.
if("$ENV{CI}" STREQUAL "true")
  set(in_ci ON)
endif()
# CI sees with the tests that the programs that measure compile.
if(in_ci AND TRANSFORMER_TESTS)
  set(bench_too ON)
endif()
option(TRANSFORMER_BENCH "Build what ./run bench runs (needs Google Benchmark)" ${bench_too})
option(TRANSFORMER_WERROR "Treat warnings as errors" ${in_ci})
set(TRANSFORMER_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined or thread")

# What every target of the project is compiled with.
add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(project_options INTERFACE
  -ffp-contract=off  # a product and a sum are rounded apart, and so alike by every compiler
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
if(TRANSFORMER_WERROR)
  target_compile_options(project_options INTERFACE -Werror)
  # Where GCC has expanded the calls of a library's functions it often takes what cannot happen for
  # what does, each version and each sanitizer in other places: these warnings stay warnings.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    foreach(guess array-bounds stringop-overflow stringop-overread maybe-uninitialized restrict)
      target_compile_options(project_options INTERFACE -Wno-error=${guess})
    endforeach()
  endif()
endif()
if(TRANSFORMER_ASSERTIONS)  # after the -DNDEBUG of the build type
  target_compile_options(project_options INTERFACE
    -UNDEBUG -D_GLIBCXX_ASSERTIONS -DXTENSOR_ENABLE_ASSERT)
endif()
if(TRANSFORMER_SANITIZE)
  target_compile_options(project_options INTERFACE
    -fsanitize=${TRANSFORMER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${TRANSFORMER_SANITIZE})
endif()
if(TRANSFORMER_COVERAGE)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)  # counts lie in the file, so that a kill loses none
    target_compile_options(project_options INTERFACE
      -fprofile-instr-generate -fcoverage-mapping "SHELL:-mllvm -runtime-counter-relocation")
    target_link_options(project_options INTERFACE -fprofile-instr-generate)
  else()
    target_compile_options(project_options INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(project_options INTERFACE --coverage)
  endif()
endif()
