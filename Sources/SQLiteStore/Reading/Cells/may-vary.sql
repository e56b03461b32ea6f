-- One row if a sweep has cells with more than shape, profile, noise, rank, α and rule.
SELECT 1 FROM cell
WHERE sweep_id = :sweep_id
  AND (
    label_scale IS NOT NULL OR training_id IS NOT NULL OR parameter_set_id IS NOT NULL
  )
LIMIT 1;
