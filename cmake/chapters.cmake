# chapter(NN_name NEEDS ...): a chapter's folder, in reading order; NN is two digits, and a letter
# where a page follows its chapter, as in 08b.
#   *.cpp          the piece: the library chapter_NN, which knows src/ and the chapters before it
#   program/*.cpp  what shows and checks it: the program NN_name, of main.cpp, the table of scenes,
#                  and reference.cpp, their check; the others are the library scenes_NN, which later
#                  programs may use too
# NEEDS names the rooms of src/ that the piece uses. Test builds run the program on the best
# instruction set, and the test of its page on the plainest: its reference check must pass.
function(chapter folder)
  cmake_parse_arguments(CHAPTER "" "" "NEEDS" ${ARGN})
  string(REGEX MATCH "^[0-9]+[a-z]?" number ${folder})
  file(GLOB piece CONFIGURE_DEPENDS ${folder}/*.cpp)
  file(GLOB scenes CONFIGURE_DEPENDS ${folder}/program/*.cpp)
  list(FILTER scenes EXCLUDE REGEX "/(main|reference).cpp$")
  get_property(before GLOBAL PROPERTY latest_chapter)
  set_property(GLOBAL PROPERTY latest_chapter ${number})

  add_library(chapter_${number} STATIC ${piece})
  target_link_libraries(chapter_${number} PUBLIC project_options ${CHAPTER_NEEDS})
  add_library(scenes_${number} STATIC ${scenes})
  target_link_libraries(scenes_${number} PUBLIC chapter_${number} book data)
  if(before)
    target_link_libraries(chapter_${number} PUBLIC chapter_${before})
    target_link_libraries(scenes_${number} PUBLIC scenes_${before})
  endif()
  add_executable(${folder} ${folder}/program/main.cpp ${folder}/program/reference.cpp)
  target_link_libraries(${folder} PRIVATE scenes_${number})
  share_headers(chapter_${number} chapter_headers)
  share_headers(scenes_${number} chapter_headers)
  share_headers(${folder} chapter_headers)
  set_target_properties(${folder} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/chapters)
  if(NOT TRANSFORMER_TESTS)
    return()
  endif()
  add_test(NAME chapters/${folder}/program
           COMMAND ${folder} --figures ${CMAKE_CURRENT_BINARY_DIR}/figures/${folder})
endfunction()
