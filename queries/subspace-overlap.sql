-- How far two adapters that were measured together share the subspaces of each module, by rank.
--
-- :sweep sweep = latest   a sweep of 'lorabook measure --adapter … --with …'
-- :module text = null     names of modules with commas between, in which * stands for any text; all if NULL
-- shows: module, rank, phi_in, phi_in_random, phi_out, phi_out_random
--
-- phi_in = ‖VᵣᵀV'ᵣ‖²_F / r with the first r right singular vectors of both updates, and phi_out the same with the left
-- ones (Hu et al. 2021, "LoRA", §7.2): 1 for the same subspace, 0 for orthogonal ones. Of subspaces drawn at random
-- phi is r/k and r/d in the mean, which stand beside. part is a module's name with each number replaced by an asterisk.
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
),
shared AS MATERIALIZED (
  SELECT
    recording.item, cell.rank, cell.d, cell.k,
    max(CASE metric.metric WHEN 'phi_in' THEN run_metric.value END) AS phi_in,
    max(CASE metric.metric WHEN 'phi_out' THEN run_metric.value END) AS phi_out
  FROM recording
  CROSS JOIN measured_run
  CROSS JOIN cell
  CROSS JOIN run_metric
  JOIN metric ON metric.metric_id = run_metric.metric_id
  WHERE recording.sweep_id = :sweep
    AND measured_run.run_id
      BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
    AND cell.cell_id = measured_run.cell_id AND run_metric.run_id = measured_run.run_id
    AND metric.metric IN ('phi_in', 'phi_out')
  GROUP BY recording.item, cell.rank
)
SELECT
  named.part, measured.name AS module, shared.d, shared.k, shared.rank, shared.phi_in,
  shared.rank * 1.0 / shared.k AS phi_in_random, shared.phi_out,
  shared.rank * 1.0 / shared.d AS phi_out_random
FROM measured
JOIN named ON named.item = measured.item
JOIN shared ON shared.item = measured.item
ORDER BY named.part, measured.item, shared.rank;
