-- Every module that a sweep measured.
CREATE VIEW modules AS
SELECT
  sweep.sweep_id, sweep.name AS sweep, sweep_module.update_id, sweep_module.name AS module,
  origin.d, origin.k, module.kind, sweep_module.file, module.sha256, sweep_module.base_file,
  module.base_sha256, module.dtype, module.frobenius_norm, module.base_norm,
  module.rounding_floor, module.adapter_rank, sweep_module.adapter_alpha,
  sweep_module.adapter_rule, module.adapter_scale, module.stable_rank, module.effective_rank,
  module.rank_90, module.rank_95, module.rank_99, module.noise_rank
FROM sweep
JOIN sweep_module ON sweep_module.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = sweep_module.update_id
JOIN origin ON origin.origin_id = delta.origin_id
JOIN module ON module.origin_id = origin.origin_id;
