-- What a recorded grid comes to: two that hold the same runs give the same rows, to rounding.
SELECT
  profile, rank, alpha, rule, count(*), sum(seed), sum(d), sum(k), sum(noise), sum(scale), sum(error),
  sum(truncation_error), sum(variance_captured)
FROM runs
GROUP BY profile, rank, alpha, rule
ORDER BY profile, rank, alpha, rule;
