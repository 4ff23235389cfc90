# SQL files become C: no tool but cmake is needed.
#
# plaudit_embed_sql(TARGET folder)
#   Every folder/*.sql becomes `extern const struct pg_statement SQL_<NAME>;` in
#   <target>/sql.h, and all of them SQL_ALL[SQL_COUNT]. The comment lines at the top
#   are the heading; they are checked here and, against a database, by a test:
#	-- What it answers, in words.
#	-- $1 sector int4 words          one line a parameter, in order
#	-- > venue   int8 words          one line a column, in order
#	-- reads only                    losing its answer leaves no doubt
#	-- text                          columns come as text, not in binary
# plaudit_embed_migrations(TARGET folder)
#   Every folder/NNNN_name.sql, whole, becomes an element of
#   `extern const struct pg_migration MIGRATIONS[MIGRATION_COUNT];` in <target>/migrations.h,
#   ordered by version.
#
# As a script: cmake -DKIND=sql|migrations -DFROM=folder -DTO=folder -DNAME=target -P embed_sql.cmake

# A piece stays below what ISO C promises a compiler takes (4095 characters).
set(EMBED_PIECE_BYTES 3600)

# Text as the body of a C string literal; "?" too, or ISO C would see trigraphs.
function(embed_escape text variable)
	string(REPLACE "\\" "\\\\" text "${text}")
	string(REPLACE "\"" "\\\"" text "${text}")
	string(REPLACE "?" "\\?" text "${text}")
	string(REPLACE "\t" "\\t" text "${text}")
	string(REPLACE "\r" "\\r" text "${text}")
	set(${variable} "${text}" PARENT_SCOPE)
endfunction()

# First line of TEXT without its end, and the rest. (CMake lists would eat ";" and "[".)
function(embed_next_line text line_variable rest_variable)
	string(FIND "${text}" "\n" end)
	if(end EQUAL -1)
		set(${line_variable} "${text}" PARENT_SCOPE)
		set(${rest_variable} "" PARENT_SCOPE)
		return()
	endif()
	string(SUBSTRING "${text}" 0 ${end} line)
	math(EXPR end "${end} + 1")
	string(SUBSTRING "${text}" ${end} -1 rest)
	set(${line_variable} "${line}" PARENT_SCOPE)
	set(${rest_variable} "${rest}" PARENT_SCOPE)
endfunction()

# The lines of TEXT as elements of an array of strings, a comma between pieces.
function(embed_pieces text variable)
	set(out "")
	set(piece_bytes 0)
	while(NOT text STREQUAL "")
		embed_next_line("${text}" line text)
		string(LENGTH "${line}" bytes)
		set(end "\\n")
		if(bytes GREATER EMBED_PIECE_BYTES)
			string(SUBSTRING "${line}" ${EMBED_PIECE_BYTES} -1 tail)
			string(SUBSTRING "${line}" 0 ${EMBED_PIECE_BYTES} line)
			string(PREPEND text "${tail}\n")
			set(bytes ${EMBED_PIECE_BYTES})
			set(end "")
		endif()
		math(EXPR piece_bytes "${piece_bytes} + ${bytes} + 1")
		if(piece_bytes GREATER EMBED_PIECE_BYTES AND NOT out STREQUAL "")
			string(APPEND out ",")
			set(piece_bytes ${bytes})
		endif()
		embed_escape("${line}" line)
		string(APPEND out "\n\t\"${line}${end}\"")
	endwhile()
	set(${variable} "${out}" PARENT_SCOPE)
endfunction()

# One heading line into the caller's parameters, columns, counts and flags.
macro(embed_heading_line line file)
	if("${line}" MATCHES "^-- [$]([0-9]+) +([a-z_0-9]+) +([a-z_0-9]+(\\[\\])?)( .*)?$")
		math(EXPR parameter_count "${parameter_count} + 1")
		if(NOT "${CMAKE_MATCH_1}" EQUAL parameter_count)
			message(FATAL_ERROR "${file}: parameter ${CMAKE_MATCH_1} is out of order")
		endif()
		string(APPEND parameters "{\"${CMAKE_MATCH_2}\", \"${CMAKE_MATCH_3}\"}, ")
	elseif("${line}" MATCHES "^-- > +([a-z_0-9]+) +([a-z_0-9]+(\\[\\])?)( .*)?$")
		math(EXPR column_count "${column_count} + 1")
		string(APPEND columns "{\"${CMAKE_MATCH_1}\", \"${CMAKE_MATCH_2}\"}, ")
	elseif("${line}" MATCHES "^-- [$>]")
		message(FATAL_ERROR "${file}: not a heading line: ${line}")
	elseif("${line}" STREQUAL "-- reads only")
		set(reads_only true)
	elseif("${line}" STREQUAL "-- text")
		set(text_result true)
	endif()
endmacro()

function(embed_statement file variable)
	get_filename_component(name "${file}" NAME_WE)
	if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
		message(FATAL_ERROR "${file}: a statement's name is a lower case word")
	endif()
	file(READ "${file}" text)
	set(parameters "")
	set(columns "")
	set(parameter_count 0)
	set(column_count 0)
	set(reads_only false)
	set(text_result false)
	while(text MATCHES "^--")
		embed_next_line("${text}" line text)
		embed_heading_line("${line}" "${file}")
	endwhile()
	string(REGEX REPLACE "[ \t\r\n]+$" "" text "${text}")
	if(text STREQUAL "")
		message(FATAL_ERROR "${file}: no statement under the heading")
	endif()
	embed_pieces("${text}" pieces)
	set(out "static const char *const ${name}_parts[] = {${pieces},\n\tNULL};\n")
	set(lists "")
	if(parameter_count GREATER 0)
		string(APPEND out "static const struct pg_column ${name}_parameters[] = {${parameters}};\n")
		string(APPEND lists "\t.parameters = ${name}_parameters,\n\t.parameter_count = ${parameter_count},\n")
	endif()
	if(column_count GREATER 0)
		string(APPEND out "static const struct pg_column ${name}_columns[] = {${columns}};\n")
		string(APPEND lists "\t.columns = ${name}_columns,\n\t.column_count = ${column_count},\n")
	endif()
	string(TOUPPER "${name}" upper)
	string(APPEND out "const struct pg_statement SQL_${upper} = {\n\t.name = \"${name}\",\n"
		"\t.parts = ${name}_parts,\n${lists}"
		"\t.reads_only = ${reads_only},\n\t.text_result = ${text_result},\n};\n\n")
	set(${variable} "${out}" PARENT_SCOPE)
endfunction()

function(embed_write_sql files to target)
	set(source "#include \"${target}/sql.h\"\n\n")
	set(names "")
	set(externs "")
	foreach(file IN LISTS files)
		embed_statement("${file}" statement)
		string(APPEND source "${statement}")
		get_filename_component(name "${file}" NAME_WE)
		string(TOUPPER "${name}" upper)
		string(APPEND externs "extern const struct pg_statement SQL_${upper};\n")
		string(APPEND names "\t&SQL_${upper},\n")
	endforeach()
	list(LENGTH files count)
	string(APPEND source "const struct pg_statement *const SQL_ALL[SQL_COUNT] = {\n${names}};\n")
	file(WRITE "${to}/${target}/sql.h"
		"/** Generated from .sql files by cmake/embed_sql.cmake. */\n#pragma once\n\n"
		"#include \"pg/statement.h\"\n\n${externs}\nenum { SQL_COUNT = ${count} };\n"
		"extern const struct pg_statement *const SQL_ALL[SQL_COUNT];\n")
	file(WRITE "${to}/${target}/sql.c" "${source}")
endfunction()

function(embed_write_migrations files to target)
	set(source "#include \"${target}/migrations.h\"\n\n")
	set(rows "")
	foreach(file IN LISTS files)
		get_filename_component(name "${file}" NAME)
		if(NOT name MATCHES "^0*([0-9]+)_[a-z0-9_]+[.]sql$")
			message(FATAL_ERROR "${file}: a migration is called NNNN_name.sql")
		endif()
		set(version "${CMAKE_MATCH_1}")
		file(READ "${file}" text)
		embed_pieces("${text}" pieces)
		string(APPEND source "static const char *const parts_${version}[] = {${pieces},\n\tNULL};\n\n")
		string(APPEND rows "\t{${version}, \"${name}\", parts_${version}},\n")
	endforeach()
	list(LENGTH files count)
	string(APPEND source "const struct pg_migration MIGRATIONS[MIGRATION_COUNT] = {\n${rows}};\n")
	file(WRITE "${to}/${target}/migrations.h"
		"/** Generated from migrations by cmake/embed_sql.cmake. */\n#pragma once\n\n"
		"#include \"pg/statement.h\"\n\nenum { MIGRATION_COUNT = ${count} };\n"
		"extern const struct pg_migration MIGRATIONS[MIGRATION_COUNT];\n")
	file(WRITE "${to}/${target}/migrations.c" "${source}")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
	file(GLOB embed_files "${FROM}/*.sql")
	list(SORT embed_files)
	if(KIND STREQUAL "sql")
		embed_write_sql("${embed_files}" "${TO}" "${NAME}")
	elseif(KIND STREQUAL "migrations")
		embed_write_migrations("${embed_files}" "${TO}" "${NAME}")
	else()
		message(FATAL_ERROR "KIND is sql or migrations")
	endif()
	return()
endif()

set(PLAUDIT_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(plaudit_embed_with kind target folder)
	get_filename_component(folder "${folder}" ABSOLUTE)
	file(GLOB files CONFIGURE_DEPENDS "${folder}/*.sql")
	set(to ${CMAKE_CURRENT_BINARY_DIR}/generated)
	# The list is a dependency too: a file that was removed changes only it.
	string(SHA256 list_hash "${files}")
	set(list_file ${to}/${target}/${kind}.list)
	set(known "")
	if(EXISTS ${list_file})
		file(READ ${list_file} known)
	endif()
	if(NOT known STREQUAL list_hash)
		file(WRITE ${list_file} "${list_hash}")
	endif()
	add_custom_command(
		OUTPUT ${to}/${target}/${kind}.c ${to}/${target}/${kind}.h
		COMMAND ${CMAKE_COMMAND} -DKIND=${kind} -DFROM=${folder} -DTO=${to} -DNAME=${target}
			-P ${PLAUDIT_EMBED_SCRIPT}
		DEPENDS ${files} ${list_file} ${PLAUDIT_EMBED_SCRIPT}
		COMMENT "SQL of ${folder}" VERBATIM)
	target_sources(${target} PRIVATE ${to}/${target}/${kind}.c ${to}/${target}/${kind}.h)
	target_include_directories(${target} PUBLIC ${to})
endfunction()

function(plaudit_embed_sql target folder)
	plaudit_embed_with(sql ${target} ${folder})
endfunction()

function(plaudit_embed_migrations target folder)
	plaudit_embed_with(migrations ${target} ${folder})
endfunction()
