# Makes the HTML book: cmake -D root=... -D weave=... -D book_folder=... -P make_book.cmake
cmake_policy(VERSION 3.22)

# ---- What it needs -------------------------------------------------------------------------------
set(advice "apt-get install doxygen libjs-mathjax")
find_program(doxygen doxygen)
find_path(mathjax MathJax.js PATHS /usr/share/javascript/mathjax /usr/share/nodejs/mathjax)
foreach(need doxygen mathjax)
  if(NOT ${need})
    message(FATAL_ERROR "the book needs ${need}: ${advice}")
  endif()
endforeach()

# These versions have nothing to warn about; another may, and nobody's book fails by that.
execute_process(COMMAND ${doxygen} --version OUTPUT_VARIABLE version)
set(warn_as_error NO)
if(version MATCHES "^(1[.]9[.]4|1[.]9[.]8|1[.]17[.]0)")
  set(warn_as_error FAIL_ON_WARNINGS)
endif()

# What newer versions do unless they are told not to, and older ones do not know: a README.md below
# the root is no page, and what the theme does is done a second time.
execute_process(COMMAND ${doxygen} -s -g - OUTPUT_VARIABLE settings)
set(newer_settings "")
foreach(setting IMPLICIT_DIR_DOCS HTML_CODE_FOLDING HTML_COPY_CLIPBOARD PAGE_OUTLINE_PANEL)
  if(settings MATCHES "${setting} ")
    string(APPEND newer_settings "${setting} = NO\n")
  endif()
endforeach()

# ---- Pages in reading order ----------------------------------------------------------------------
function(files result)
  file(GLOB found LIST_DIRECTORIES false RELATIVE ${root} ${ARGN})
  list(SORT found)
  set(${result} ${found} PARENT_SCOPE)
endfunction()

files(chapters ${root}/chapters/[0-9][0-9]*/README.md)
files(notes ${root}/docs/*.md)
list(REMOVE_ITEM notes docs/start.md)
files(data ${root}/data/*/README.md)
file(GLOB_RECURSE sources RELATIVE ${root} ${root}/src/*.hpp ${root}/src/*.cpp
     ${root}/chapters/*.hpp ${root}/chapters/*.cpp)
list(SORT sources)
list(FILTER sources EXCLUDE REGEX "/exercises/")
set(pages README.md docs/start.md ${chapters} ${notes} CONTRIBUTING.md ${data})
set(input ${pages} docs/book/namespaces.dox ${sources})
list(JOIN input "\" \"" book_input)
set(book_input "\"${book_input}\"")

# ---- Doxygen -------------------------------------------------------------------------------------
set(html ${book_folder}/html)
file(REMOVE_RECURSE ${html})
file(MAKE_DIRECTORY ${book_folder})
# told(RESULT ARGUMENTS...): what weave says about the pages.
function(told result)
  execute_process(COMMAND ${weave} ${ARGN} --root ${root} WORKING_DIRECTORY ${root}
                  OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

told(contents contents ${pages})
configure_file(${root}/docs/book/header.html ${book_folder}/header.html @ONLY)
told(sections sections ${pages})
file(WRITE ${book_folder}/sections.js "${sections}")
told(symbols symbols docs/notation.md)
file(WRITE ${book_folder}/symbols.js "${symbols}")

# Where in the plan of the Transformer a chapter's number stands: [chapter, x, y].
file(READ ${root}/docs/figures/transformer.svg plan)
set(number "class=\"badge\" cx=\"([0-9]+)\" cy=\"([0-9]+)\" r=\"13\"/><text[^>]*>([0-9]+)<")
string(REGEX MATCHALL "${number}" places "${plan}")
string(REGEX REPLACE "${number}" "[\"\\3\", \\1, \\2]" places "${places}")
list(JOIN places ", " places)
file(APPEND ${book_folder}/symbols.js "book.places_in_plan = [${places}];\n")

configure_file(${root}/docs/book/Doxyfile.in ${book_folder}/Doxyfile @ONLY)
execute_process(COMMAND ${doxygen} ${book_folder}/Doxyfile WORKING_DIRECTORY ${root}
                RESULT_VARIABLE result)
if(result)
  message(FATAL_ERROR "Doxygen found what the lines above say; the book is not complete")
endif()

told(names names ${book_folder}/book.tag)
file(WRITE ${html}/names.js "${names}")

# ---- One translation, step by step: what `./run translate SENTENCE --trace translation.json` wrote
set(trace_page ${root}/src/book/trace_page)
file(READ ${trace_page}.html page)
foreach(part "/*STYLE*/" ${trace_page}.css "/*SCRIPT*/" ${trace_page}.js
             "/*TRACE*/null" ${root}/docs/book/translation.json)
  if(NOT EXISTS "${part}")
    set(place "${part}")
    continue()
  endif()
  file(READ ${part} text)
  string(REPLACE "${place}" "${text}" page "${page}")
endforeach()
set(more "<p>A translator that <code>./run translate</code> trained, at work on one sentence.")
string(APPEND more " <a href=\"chapter_03_scaled_dot_product_attention.html\">Chapter 3</a>")
string(APPEND more " derives each step of attention; <a href=\"index.html\">contents of the")
string(APPEND more " book</a>.</p>")
string(REPLACE "<!--MORE-->" "${more}" page "${page}")
file(WRITE ${html}/translation.html "${page}")

# ---- What it does not copy: figures, and what MathJax needs to set formulas as SVG ------------
files(figures ${root}/docs/figures/*.svg ${root}/chapters/*/figures/*.svg
      ${root}/chapters/*/figures/recorded/*.svg)
foreach(figure ${figures})
  configure_file(${root}/${figure} ${html}/${figure} COPYONLY)
endforeach()
foreach(part MathJax.js extensions/tex2jax.js extensions/MathMenu.js extensions/MathZoom.js
             extensions/MathEvents.js extensions/AssistiveMML.js extensions/toMathML.js
             extensions/TeX jax/input/TeX jax/element
             jax/output/SVG/config.js jax/output/SVG/jax.js jax/output/SVG/autoload
             jax/output/SVG/fonts/TeX)
  get_filename_component(folder ${html}/mathjax/${part} DIRECTORY)
  file(COPY ${mathjax}/${part} DESTINATION ${folder})
endforeach()

# ---- What Doxygen gets wrong --------------------------------------------------------------------
# replace_in(FILE FROM TO ...): replaces regular expressions in a file of the book.
function(replace_in file)
  file(READ ${file} text)
  set(rest ${ARGN})
  while(rest)
    list(POP_FRONT rest from to)
    string(REGEX REPLACE "${from}" "${to}" text "${text}")
  endwhile()
  file(WRITE ${file} "${text}")
endfunction()

# The title of a page is its first heading, a section of a page of Markdown one of the second order.
file(GLOB all ${html}/*.html)
foreach(file ${all})
  replace_in(${file} "<div class=\"title\">([^\n]*)</div></div>"
             "<h1 class=\"title\">\\1</h1></div>")
endforeach()
# A list of a class's members is called after the class.
file(GLOB lists ${html}/*-members.html)
foreach(file ${lists})
  file(STRINGS ${file} heading REGEX "<h1 class=\"title\">")
  string(REGEX REPLACE ".*<h1 class=\"title\">([^<]*)<.*" "\\1" name "${heading}")
  replace_in(${file} "(<title>|content=\")Member List" "\\1${name}")
endforeach()
foreach(page ${pages})
  execute_process(COMMAND ${weave} contents ${page} --root ${root} WORKING_DIRECTORY ${root}
                  OUTPUT_VARIABLE address)
  string(REGEX MATCH "href=\"([^\"]*)" address "${address}")
  replace_in(${html}/${CMAKE_MATCH_1} "<(/?)h3>" "<\\1h4>" "<(/?)h2>" "<\\1h3>"
             "<(/?)h1>" "<\\1h2>")
endforeach()

# A class whose nested classes are all private has a link to a list of them that is not there.
file(GLOB classes ${html}/class*.html ${html}/struct*.html)
foreach(class ${classes})
  file(STRINGS ${class} lists REGEX "name=\"nested-classes\"")
  if(NOT lists)
    replace_in(${class} "<a href=\"#nested-classes\">Classes</a> [^\n]*\n" "")
  endif()
endforeach()

# Lists of all members, a page for each letter, that the search makes needless: nothing leads there.
# Nor are its own scripts loaded.
file(GLOB lists ${html}/functions*.html ${html}/namespacemembers*.html ${html}/globals*.html
     ${html}/jquery.js ${html}/dynsections.js ${html}/menu*.js ${html}/tabs.css)
file(REMOVE ${lists})

# A list of all pages for search engines.
file(REMOVE ${html}/doxygen_crawl.html)
replace_in(${html}/index.html "<a href=\"doxygen_crawl.html\"></a>" "")
