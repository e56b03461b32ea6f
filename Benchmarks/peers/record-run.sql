INSERT INTO runs (
  run_id, sweep_id, sweep, seed, d, k, profile, noise, rank, alpha, rule, scale, error, truncation_error,
  variance_captured
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15);
