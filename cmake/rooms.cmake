# room(NAME SOURCES ... USES ...): a folder of src/ as a static library. USES names rooms above it.
function(room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC project_options ${ROOM_USES})
endfunction()

set(options_of_tests -O1)  # what they test is built as for readers

# room_test(PATH USES ...): tests/PATH_test.cpp as one Boost.Test program, named after its path.
function(room_test path)
  cmake_parse_arguments(TEST "" "" "USES" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  add_executable(${name}_test ${PROJECT_SOURCE_DIR}/tests/${path}_test.cpp)
  target_link_libraries(${name}_test PRIVATE test_support ${TEST_USES})
  target_compile_options(${name}_test PRIVATE ${options_of_tests})
  share_headers(${name}_test test_headers)
  add_test(NAME ${path} COMMAND ${name}_test --log_level=test_suite --report_level=short
           WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
