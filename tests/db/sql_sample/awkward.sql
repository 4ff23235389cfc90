-- Everything that a C string or a CMake list would trip over.
-- $1 number int4
-- > number int4
-- > words  text   quotes, backslashes; [brackets], a ??/ trigraph, a tab
-- reads only
select $1, 'a "quoted" \ back;slash [x] ${y} @z@ ??/ 	tab é' as words
 where 'it''s' <> $$;$$
