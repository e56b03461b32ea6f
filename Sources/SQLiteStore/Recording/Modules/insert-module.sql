INSERT INTO module (
  origin_id, kind, dtype, sha256, base_sha256, frobenius_norm, base_norm, rounding_floor, adapter_rank,
  adapter_scale, stable_rank, effective_rank, rank_90, rank_95, rank_99, noise_rank
) VALUES (
  :origin_id, :kind, :dtype, :sha256, :base_sha256, :frobenius_norm, :base_norm, :rounding_floor,
  :adapter_rank, :adapter_scale, :stable_rank, :effective_rank, :rank_90, :rank_95, :rank_99, :noise_rank
);
