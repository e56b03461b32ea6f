-- The rank that keeps a share of the energy of each measured module, by kind of module and depth in the model.
--
-- :sweep sweep = latest   the sweep
-- :share real = 0.99      the share of Σσ² to keep, from 0 to 1; there is no answer outside
-- :module text = null     names of modules with commas between, in which * stands for any text; all if NULL
-- shows: part, depth, rank, relative_norm
--
-- depth is the first number in a module's name, and part the name with each number replaced by an asterisk: of
-- model.layers.3.self_attn.q_proj they are 3 and model.layers.*.self_attn.q_proj. rank is the smallest r with
-- Σᵢ≤ᵣ σᵢ² ≥ share·Σσ², summed from the largest as PEFT does. relative_norm is ‖ΔW‖/‖W‖, where there is a base.
WITH RECURSIVE
measured AS MATERIALIZED (
  SELECT
    item, name, update_id, CASE WHEN instr(name, '.') > 0 THEN '.' ELSE '_' END AS separator
  FROM sweep_module
  WHERE sweep_id = :sweep AND :share BETWEEN 0 AND 1
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
numbered AS MATERIALIZED (
  SELECT item, separator, place, word, word <> '' AND word NOT GLOB '*[^0-9]*' AS is_number
  FROM word
  WHERE place > 0
  ORDER BY item, place
),
named AS (
  SELECT
    item, min(CASE WHEN is_number THEN place END) AS first_number,
    group_concat(CASE WHEN is_number THEN '*' ELSE word END, separator) AS part
  FROM numbered
  GROUP BY item
),
energy AS (
  SELECT
    measured.item, spectrum.position,
    sum((spectrum.singular_value / largest.s1) * (spectrum.singular_value / largest.s1)) OVER (
      PARTITION BY measured.item ORDER BY spectrum.position ROWS UNBOUNDED PRECEDING
    ) AS head
  FROM measured
  CROSS JOIN spectrum_block AS largest ON largest.block_id = measured.update_id << 10
  CROSS JOIN spectrum ON spectrum.update_id = measured.update_id
),
ranked AS (
  SELECT energy.item, min(energy.position) AS rank
  FROM energy
  JOIN (SELECT item, max(head) AS total FROM energy GROUP BY item) AS whole
    ON whole.item = energy.item
  WHERE energy.head >= :share * whole.total
  GROUP BY energy.item
)
SELECT
  named.part,
  (
    SELECT CAST(word AS INTEGER) FROM numbered
    WHERE numbered.item = named.item AND numbered.place = named.first_number
  ) AS depth,
  measured.name AS module, origin.d, origin.k, :share AS share, ranked.rank, module.stable_rank,
  module.effective_rank, module.noise_rank, module.frobenius_norm,
  module.frobenius_norm / nullif(module.base_norm, 0) AS relative_norm
FROM measured
JOIN named ON named.item = measured.item
JOIN delta ON delta.update_id = measured.update_id
JOIN origin ON origin.origin_id = delta.origin_id
JOIN module ON module.origin_id = origin.origin_id
LEFT JOIN ranked ON ranked.item = measured.item
ORDER BY named.part, depth, measured.item;
