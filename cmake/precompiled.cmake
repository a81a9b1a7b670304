# share_headers(TARGET OF): the headers that nearly all of its files include are parsed once for all
# targets that share OF. It halves the time that a file of a chapter takes. A compiler cache finds
# nothing any more where headers come so: with one they stay what they are.
function(share_headers target of)
  if(TARGET ${of} AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    target_precompile_headers(${target} REUSE_FROM ${of})
  endif()
endfunction()

# shared_headers(NAME USES ... HEADERS ...): what is shared; compiled as those that share it.
function(shared_headers name)
  cmake_parse_arguments(SHARED "" "" "USES;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${name}.cpp CONTENT "")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE project_options ${SHARED_USES})
  target_precompile_headers(${name} PRIVATE ${SHARED_HEADERS})
endfunction()
