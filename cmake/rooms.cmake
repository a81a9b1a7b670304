# room(NAME SOURCES ... USES ...): a folder of src/ as a static library. USES names rooms above it.
function(room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC project_options ${ROOM_USES})
endfunction()

# chapter(NN_name SOURCES ... USES ...): a folder of chapters/ as the static library chapter_NN and
# the program NN_name. USES names rooms of src/ and earlier chapters.
function(chapter folder)
  cmake_parse_arguments(CHAPTER "" "" "SOURCES;USES" ${ARGN})
  string(SUBSTRING ${folder} 0 2 number)
  list(TRANSFORM CHAPTER_SOURCES PREPEND ${folder}/)
  add_library(chapter_${number} STATIC ${CHAPTER_SOURCES})
  target_link_libraries(chapter_${number} PUBLIC project_options ${CHAPTER_USES})
  add_executable(${folder} ${folder}/main.cpp)
  target_link_libraries(${folder} PRIVATE chapter_${number} book)
endfunction()

# room_test(PATH USES ...): tests/PATH_test.cpp as one Boost.Test program, named after its path.
function(room_test path)
  cmake_parse_arguments(TEST "" "" "USES" ${ARGN})
  string(REPLACE "/" "_" name ${path})
  add_executable(${name}_test ${PROJECT_SOURCE_DIR}/tests/${path}_test.cpp)
  target_link_libraries(${name}_test PRIVATE test_support ${TEST_USES})
  add_test(NAME ${path} COMMAND ${name}_test --log_level=test_suite --report_level=short
           WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
