-- What SQLite knows and PostgreSQL does not, under the same names, so that a statement is written once.
CREATE FUNCTION max(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE greatest($1, $2) END';
CREATE FUNCTION max(bigint, bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT max(max($1, $2), $3)';
CREATE FUNCTION min(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE least($1, $2) END';
CREATE FUNCTION substr(text, bigint, bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT substr($1, $2::int, $3::int)';
CREATE FUNCTION substr(text, bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT substr($1, $2::int)';
CREATE FUNCTION substr(bytea, bigint, bigint) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT substr($1, $2::int, $3::int)';
CREATE FUNCTION hex(bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT upper(encode($1, ''hex''))';
CREATE FUNCTION instr(text, text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT strpos($1, $2)::bigint';
CREATE FUNCTION to_real(text) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT coalesce(substring(trim($1) FROM ''^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?''), ''0'')::double precision';
CREATE FUNCTION json_each(text) RETURNS TABLE (value jsonb) LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT value FROM jsonb_array_elements($1::jsonb)';
CREATE FUNCTION json_extract(jsonb, text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT (jsonb_path_query_first($1, $2::jsonpath) #>> ''{}'')::bigint';
CREATE FUNCTION append_to_group(text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2 ELSE $1 || '','' || $2 END';
CREATE FUNCTION append_to_group(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2 ELSE $1 || coalesce($3, '''') || $2 END';
CREATE AGGREGATE group_concat(text) (SFUNC = append_to_group, STYPE = text);
CREATE AGGREGATE group_concat(text, text) (SFUNC = append_to_group, STYPE = text);
CREATE FUNCTION add_truth(bigint, boolean) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT CASE WHEN $2 IS NULL THEN $1 ELSE coalesce($1, 0) + $2::int END';
CREATE AGGREGATE sum(boolean) (SFUNC = add_truth, STYPE = bigint);
-- Words come cut, without accents and as stems (`kit.stems`): what is between two spaces is a word.
CREATE FUNCTION plain_words(text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT coalesce(array_agg(DISTINCT word), ''{}'') FROM unnest(regexp_split_to_array(left($1, 4000000), ''\s+'')) word WHERE word <> '''' AND octet_length(word) <= 2000';
-- What our rooms ask of FTS5 ("word", "word"*, AND, OR, brackets) as a tsquery.
CREATE FUNCTION to_words(text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS 'SELECT replace(replace(replace(regexp_replace($1, ''"([^"]*)"\s*\*'', ''"\1":*'', ''g''), '' AND '', '' & ''), '' OR '', '' | ''), ''"'', '''''''')::tsquery';
