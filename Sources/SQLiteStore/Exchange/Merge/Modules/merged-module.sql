-- What was found of an update that was read from files.
SELECT
  kind, dtype, sha256, base_sha256, frobenius_norm, base_norm, rounding_floor, adapter_rank,
  adapter_scale, stable_rank, effective_rank, rank_90, rank_95, rank_99, noise_rank
FROM delta
JOIN module ON module.origin_id = delta.origin_id
WHERE delta.update_id = :update_id;
