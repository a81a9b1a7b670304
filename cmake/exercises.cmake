# exercises(): every chapters/NN_chapter/exercises/NAME_check.cpp is an exercise. Three files belong
# to it: NAME.hpp (the task), NAME.cpp (what the reader works on) and solutions/NAME.cpp. The
# program exercise_NN_NAME is built on request; test builds prove that the solution passes the check
# and that the exercise as it stands does not.
function(exercises)
  file(GLOB checks CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} */exercises/*_check.cpp)
  foreach(check ${checks})
    string(REGEX MATCH "^([0-9][0-9])_[^/]*/exercises/(.*)_check.cpp$" matched ${check})
    set(number ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    get_filename_component(folder ${check} DIRECTORY)
    exercise_program(exercise_${number}_${name} ${number} ${check} ${folder}/${name}.cpp)
    if(TRANSFORMER_TESTS)
      exercise_program(solution_${number}_${name} ${number} ${check}
                       ${folder}/solutions/${name}.cpp)
      set_target_properties(exercise_${number}_${name} solution_${number}_${name}
                            PROPERTIES EXCLUDE_FROM_ALL OFF)
      add_test(NAME exercises/${number}/${name}/solution COMMAND solution_${number}_${name})
      # The check must have run and found a difference: a crash does not count.
      add_test(NAME exercises/${number}/${name}/unsolved COMMAND exercise_${number}_${name})
      set_tests_properties(exercises/${number}/${name}/unsolved PROPERTIES
                           PASS_REGULAR_EXPRESSION "${name}: [0-9]+ of [0-9]+ comparisons differ")
    endif()
  endforeach()
endfunction()

add_library(lenience INTERFACE)
target_compile_options(lenience INTERFACE -Wno-error -Wno-unused)

function(exercise_program target number check answer)
  add_executable(${target} EXCLUDE_FROM_ALL ${check} ${answer})
  # Lenience last, so that it follows the warnings it takes back: a reader's half-done answer is not
  # to be refused for an unused parameter or a conversion.
  target_link_libraries(${target} PRIVATE scenes_${number} lenience)
  set_target_properties(${target} PROPERTIES
                        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/chapters)
endfunction()
