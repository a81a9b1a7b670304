# The rule kernel_symbols looks at compiled objects. Sanitizers put functions of their own into
# them.
if(NOT TRANSFORMER_SANITIZE)
  set(any_object "$<TARGET_OBJECTS:kernels>")
  set(sets "baseline")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    list(APPEND sets avx2 avx512)
  endif()
  set(arguments "")
  foreach(set ${sets})
    set(${set}_object "$<FILTER:${any_object},INCLUDE,/arch/${set}[.]>")
    list(APPEND arguments "${set}=${${set}_object}")
  endforeach()
  list(APPEND arguments "$<FILTER:${any_object},EXCLUDE,/arch/>")

  add_test(NAME rules/kernel_symbols
           COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/kernel_symbols.sh ${arguments} COMMAND_EXPAND_LISTS)
  set_tests_properties(rules/kernel_symbols PROPERTIES SKIP_RETURN_CODE 77)

  # The proof that it finds what breaks it: objects of one set that are passed off as another's.
  list(LENGTH sets n_sets)
  if(n_sets GREATER 1)
    foreach(pretended baseline avx512)
      add_test(NAME rules/kernel_symbols_refuses_avx2_as_${pretended}
               COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/kernel_symbols.sh "${pretended}=${avx2_object}")
      set_tests_properties(rules/kernel_symbols_refuses_avx2_as_${pretended} PROPERTIES
                           PASS_REGULAR_EXPRESSION "breaches of the rule kernel_symbols")
    endforeach()
  endif()
endif()
