set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(TRANSFORMER_TESTS "Build the tests (needs Boost.Test, xtensor-blas, Random123)" OFF)
option(TRANSFORMER_BENCH "Build what ./run bench runs (needs Google Benchmark)" OFF)
option(TRANSFORMER_WERROR "Treat warnings as errors" OFF)
set(TRANSFORMER_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined or thread")

# What every target of the project is compiled with.
add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(project_options INTERFACE
  -ffp-contract=off  # a product and a sum are rounded apart, and so alike by every compiler
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<BOOL:${TRANSFORMER_WERROR}>:-Werror>)
if(TRANSFORMER_SANITIZE)
  target_compile_options(project_options INTERFACE
    -fsanitize=${TRANSFORMER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${TRANSFORMER_SANITIZE})
  # What sanitizers add to the code makes GCC believe that variables of <regex> are not initialized.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(project_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
