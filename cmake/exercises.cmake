# exercises(): every chapters/NN_chapter/exercises/NAME_check.cpp is an exercise. To it belong
#   NAME.hpp            the task
#   NAME.cpp            what the reader works on: it is compiled and fails the check
#   NAME.hints          what ./run exercise NN NAME --hint shows, step by step
#   solutions/NAME.cpp  an answer that passes
#   wrong/NAME_*.cpp    answers that people give: the check refuses each, with the sentence that
#                       the answer's first line tells, `// The check says: ...`
# The program exercise_NN_NAME is built on request, as everything that a reader builds. Test builds
# try all answers; there each check is compiled once, and nothing is optimized.
function(exercises)
  file(GLOB checks CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} */exercises/*_check.cpp)
  foreach(check ${checks})
    string(REGEX MATCH "^([0-9]+[a-z]?)_[^/]*/exercises/(.*)_check.cpp$" matched ${check})
    set(number ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    get_filename_component(folder ${check} DIRECTORY)
    if(TRANSFORMER_TESTS)
      try_answers(${number} ${name} ${folder})
    else()
      add_executable(exercise_${number}_${name} EXCLUDE_FROM_ALL ${check} ${folder}/${name}.cpp)
      exercise_options(exercise_${number}_${name} ${number})
    endif()
  endforeach()
endfunction()

# A reader's half-done answer is not to be refused for an unused parameter or a conversion.
add_library(lenience INTERFACE)
target_compile_options(lenience INTERFACE -Wno-error -Wno-unused)

function(exercise_options target number)
  # Lenience last, so that it follows the warnings it takes back.
  target_link_libraries(${target} PRIVATE scenes_${number} lenience)
  set_target_properties(${target} PROPERTIES
                        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/chapters)
endfunction()

function(try_answers number name folder)
  add_library(check_${number}_${name} OBJECT ${folder}/${name}_check.cpp)
  quick_to_build(check_${number}_${name} ${number})
  set(test exercises/${number}/${name})

  answer(exercise_${number}_${name} ${number} ${name} ${folder}/${name}.cpp)
  refused(${test}/unsolved exercise_${number}_${name} ${folder}/${name}.cpp)
  answer(solution_${number}_${name} ${number} ${name} ${folder}/solutions/${name}.cpp)
  add_test(NAME ${test}/solution COMMAND solution_${number}_${name})

  file(GLOB wrong CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}
       ${folder}/wrong/${name}_[0-9].cpp)
  foreach(file ${wrong})
    string(REGEX MATCH "[0-9].cpp$" i ${file})
    string(REPLACE .cpp "" i ${i})
    answer(wrong_${number}_${name}_${i} ${number} ${name} ${file})
    refused(${test}/wrong_${i} wrong_${number}_${name}_${i} ${file})
  endforeach()
endfunction()

function(answer target number name file)
  add_executable(${target} ${file} $<TARGET_OBJECTS:check_${number}_${name}>)
  quick_to_build(${target} ${number})
endfunction()

function(refused test program file)
  add_test(NAME ${test} COMMAND ${PROJECT_SOURCE_DIR}/tests/exercises/refused.sh
                                $<TARGET_FILE:${program}> ${CMAKE_CURRENT_SOURCE_DIR}/${file})
endfunction()

# All are compiled alike, so one precompiled header serves them: that of the matrices. They are so
# many and so small that it pays beside a compiler cache, too.
function(quick_to_build target number)
  exercise_options(${target} ${number})
  target_compile_options(${target} PRIVATE -O0)
  if(NOT TARGET exercise_headers)
    shared_headers(exercise_headers USES scenes_${number} lenience
                   HEADERS ${PROJECT_SOURCE_DIR}/src/tensor/tensor.hpp)
    target_compile_options(exercise_headers PRIVATE -O0)
  endif()
  target_precompile_headers(${target} REUSE_FROM exercise_headers)
endfunction()
