-- The singular values of each measured module, by kind of module, relative to the largest.
--
-- :sweep sweep = latest   the sweep
-- :most integer = 256     how many positions of each spectrum
-- :module text = null     names of modules with commas between, in which * stands for any text; all if NULL
-- shows: module, part, position, relative
--
-- part is a module's name with each number replaced by an asterisk; relative is σᵢ/σ₁.
WITH RECURSIVE
measured AS MATERIALIZED (
  SELECT
    item, name, update_id, CASE WHEN instr(name, '.') > 0 THEN '.' ELSE '_' END AS separator
  FROM sweep_module
  WHERE sweep_id = :sweep
    AND (
      :module IS NULL
      OR EXISTS (
        SELECT 1 FROM json_each('[' || replace(json_quote(:module), ',', '","') || ']') AS asked
        WHERE sweep_module.name GLOB replace(replace(trim(asked.value), '[', '[[]'), '?', '[?]')
      )
    )
),
word AS (
  SELECT item, separator, 0 AS place, '' AS word, name || separator AS rest FROM measured
  UNION ALL
  SELECT
    item, separator, place + 1, substr(rest, 1, instr(rest, separator) - 1),
    substr(rest, instr(rest, separator) + 1)
  FROM word
  WHERE rest <> ''
),
named AS MATERIALIZED (
  SELECT
    item,
    group_concat(
      CASE WHEN word <> '' AND word NOT GLOB '*[^0-9]*' THEN '*' ELSE word END, separator
    ) AS part
  FROM (SELECT item, separator, word FROM word WHERE place > 0 ORDER BY item, place)
  GROUP BY item
)
SELECT
  named.part, measured.name AS module, spectrum.position, spectrum.singular_value,
  spectrum.singular_value / largest.s1 AS relative
FROM measured
JOIN named ON named.item = measured.item
CROSS JOIN spectrum_block AS largest ON largest.block_id = measured.update_id << 10
CROSS JOIN spectrum ON spectrum.update_id = measured.update_id
WHERE spectrum.position <= :most
ORDER BY named.part, measured.item, spectrum.position;
