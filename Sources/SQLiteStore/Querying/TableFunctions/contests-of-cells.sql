-- The cells of a sweep that take part in contests of rules, with what tells the contests on one update apart: a number.
SELECT
  cell.cell_id,
  dense_rank() OVER (
    ORDER BY
      cell.rank, cell.alpha,
      CASE WHEN source.is_computed THEN cell.training_id ELSE cell.parameter_set_id END
  ) - 1,
  source.is_computed
FROM cell
JOIN sweep ON sweep.sweep_id = cell.sweep_id
JOIN source ON source.source = sweep.source
WHERE cell.sweep_id = :sweep_id AND (cell.rule IS NOT 'unit' OR :with_unit <> 0)
ORDER BY cell.cell_id;
