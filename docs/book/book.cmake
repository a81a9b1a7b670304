# The target `html_book` makes the HTML book in the folder book/html of the build tree.
set(make_book ${CMAKE_COMMAND} -D root=${PROJECT_SOURCE_DIR} -D weave=$<TARGET_FILE:weave>
    -D book_folder=${CMAKE_BINARY_DIR}/book -P ${CMAKE_CURRENT_LIST_DIR}/make_book.cmake)
add_custom_target(html_book COMMAND ${make_book} DEPENDS weave
                  COMMENT "Making the HTML book" VERBATIM)

if(TRANSFORMER_TESTS)
  add_test(NAME book/html COMMAND ${make_book})
  set_tests_properties(book/html PROPERTIES COST 100
                       FIXTURES_SETUP html_book SKIP_REGULAR_EXPRESSION "the book needs ")
endif()
