-- How much of the energy of measured modules each recorded rank captures, by kind of module.
--
-- :sweep sweep = latest   the sweep
-- :module text = null     names of modules with commas between, in which * stands for any text; all if NULL
-- shows: part, rank, modules, captured_mean, captured_min, captured_max
--
-- part is a module's name with each number replaced by an asterisk. captured is Σᵢ≤ᵣ σᵢ² / Σσ² of a module: its mean,
-- least and greatest over the modules of a part that have a run at that rank, each counted once.
WITH RECURSIVE
measured AS MATERIALIZED (
  SELECT item, name, CASE WHEN instr(name, '.') > 0 THEN '.' ELSE '_' END AS separator
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
),
captured AS MATERIALIZED (
  SELECT DISTINCT recording.item, cell.rank, measured_run.variance_captured
  FROM recording
  CROSS JOIN measured_run
  CROSS JOIN cell
  WHERE recording.sweep_id = :sweep
    AND measured_run.run_id
      BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
    AND cell.cell_id = measured_run.cell_id
)
SELECT
  named.part, captured.rank, count(*) AS modules,
  avg(captured.variance_captured) AS captured_mean, min(captured.variance_captured) AS captured_min,
  max(captured.variance_captured) AS captured_max
FROM named
JOIN captured ON captured.item = named.item
GROUP BY named.part, captured.rank
ORDER BY named.part, captured.rank;
